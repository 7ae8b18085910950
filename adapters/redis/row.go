package redis

import (
	"fmt"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// columns are the columns of every session except the id, which is in the key.
var columns = spec.SessionColumns()[1:]

// fields returns a session as the names and texts of a hash's fields. A null has no
// field.
func (a *Adapter) fields(session *spec.SessionRow) []any {
	list := make([]any, 0, 2*(len(columns)+len(a.attributes)))
	for _, c := range columns {
		if value := c.Value(session); value != nil {
			list = append(list, c.Name, attr.Text(value))
		}
	}
	for place, f := range a.attributes {
		if value := session.Attributes[place]; value != nil {
			list = append(list, f.Column, attr.Text(value))
		}
	}
	return list
}

// read fills a row from the fields of an existing hash.
func (a *Adapter) read(id string, fields map[string]string, into *spec.SessionRow) error {
	into.ID = id
	for _, c := range columns {
		if text, ok := fields[c.Name]; ok {
			if err := attr.Set(c.Pointer(into), text); err != nil {
				return fmt.Errorf("field %s: %w", c.Name, err)
			}
		}
	}
	// A field that is missing is null, or from before the attribute existed: left
	// alone, the pointer reads as that.
	for place := range a.attributes {
		f := &a.attributes[place]
		if text, ok := fields[f.Column]; ok {
			if err := f.Set(into.Attributes[place], text); err != nil {
				return err
			}
		}
	}
	return nil
}

// leaseTexts returns the texts of a lease's three fields, in the order of the columns.
func leaseTexts(lease spec.Lease) []any {
	row := spec.SessionRow{Lease: lease}
	var list []any
	for _, c := range columns {
		if c.InLease {
			list = append(list, attr.Text(c.Value(&row)))
		}
	}
	return list
}
