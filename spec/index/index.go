// Package index helps adapters for stores without indexes, such as key-value stores.
// Such an adapter maintains its own index: keys that refer to rows.
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

// Unique returns the unique values that a row loses and gains when its attributes change
// from before to after. Before is nil if the row is created, and after is nil if it is
// deleted. Neither list contains nulls or values that stay the same.
//
// Before it writes the gained values to its index, an adapter checks that no other row
// has one of them. It deletes the lost values from the index.
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

// valueAt returns the value of a field in a row, or nil for a null or a missing row.
func valueAt(place int, f attr.Field, row []any) *Value {
	if row == nil || row[place] == nil {
		return nil
	}
	return &Value{f.Name, f.Column, attr.Text(row[place])}
}

// Time formats a time of the years 1 to 9999 in UTC, to the millisecond. All texts have
// the same length, and their order is the order of the times.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
