// Package index helps adapters for stores that have no indexes, such as key-value
// stores: they write keys of their own that lead to rows.
package index

import (
	"time"

	"github.com/tenon-go/tenon/spec/attr"
)

// Value is the value of a unique attribute.
type Value struct {
	Attribute string // the attribute's name, for spec.ConstraintError
	Column    string
	Text      string // the value, as attr.Text writes it
}

// Unique returns which unique values a row loses and gains when its attributes change.
// Before is nil for a row that is created, and after for one that is deleted. A null
// is no value, and a value that stays is in neither list. An adapter deletes the
// lost ones from its index, and looks whether another row has one of the gained ones
// before it writes them.
func Unique(fields []attr.Field, before, after []any) (lost, gained []Value) {
	for place, f := range fields {
		if !f.Unique {
			continue
		}
		was, is := valueAt(place, f, before), valueAt(place, f, after)
		if was != nil && is != nil && *was == *is {
			continue
		}
		if was != nil {
			lost = append(lost, *was)
		}
		if is != nil {
			gained = append(gained, *is)
		}
	}
	return lost, gained
}

// valueAt returns the value of a field in a row, or nil if there is none.
func valueAt(place int, f attr.Field, row []any) *Value {
	if row == nil || row[place] == nil {
		return nil
	}
	return &Value{f.Name, f.Column, attr.Text(row[place])}
}

// Time returns a text for a time of the years 1 to 9999, in UTC to the millisecond.
// Texts are all of the same length, and in the order of the times.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
