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
		if err := set(c.Name, c.Pointer(into), fields); err != nil {
			return err
		}
	}
	for place, f := range a.attributes {
		if err := set(f.Column, into.Attributes[place], fields); err != nil {
			return err
		}
	}
	return nil
}

// set sets a pointer to the value of a field. A missing field is a null, or the session
// is older than the attribute. Then set leaves the pointer alone, which reads as null.
func set(column string, pointer any, fields map[string]string) error {
	text, there := fields[column]
	if !there {
		return nil
	}
	if err := attr.Set(pointer, text); err != nil {
		return fmt.Errorf("field %s: %w", column, err)
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
