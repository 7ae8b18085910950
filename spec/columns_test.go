package spec_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Every field of a session has one column, and SessionWith copies it.
func TestSessionColumns(t *testing.T) {
	t.Parallel()
	testColumns(t, spec.SessionColumns(), func(row spec.SessionRow) spec.SessionRow {
		return spec.SessionWith(spec.SessionWith(row, struct{}{}), row.Attributes)
	})
}

// Every field of a user has one column, and UserWith copies it.
func TestUserColumns(t *testing.T) {
	t.Parallel()
	testColumns(t, spec.UserColumns(), func(row spec.UserRow) spec.UserRow {
		return spec.UserWith(spec.UserWith(row, struct{}{}), row.Attributes)
	})
}

func testColumns[R any](t *testing.T, list []spec.Column[R], thereAndBack func(R) R) {
	t.Helper()
	if list[0].Name != "id" {
		t.Errorf("the first column is %q", list[0].Name)
	}
	var row R
	columns := map[any]spec.Column[R]{}
	for _, c := range list {
		columns[c.Pointer(&row)] = c
	}
	check := func(of reflect.Value, inLease bool) {
		for i := range of.NumField() {
			name := of.Type().Field(i).Name
			if name == "Lease" || name == "Attributes" {
				continue
			}
			field := of.Field(i)
			c, ok := columns[field.Addr().Interface()]
			delete(columns, field.Addr().Interface())
			if !ok {
				t.Errorf("%s has no column", name)
				continue
			}
			kind := attr.String
			if field.Type() == reflect.TypeFor[time.Time]() {
				kind = attr.Time
				field.Set(reflect.ValueOf(time.Unix(1, 0)))
			} else {
				field.SetString(name)
			}
			if c.Kind != kind || c.InLease != inLease || (c.Max > 0) != (kind == attr.String) {
				t.Errorf("%s: the column is %+v", name, c)
			}
			if got := c.Value(&row); got != field.Interface() {
				t.Errorf("%s: the value is %v", name, got)
			}
			field.SetZero()
			if got := c.Value(&row); (got == nil) != c.Nullable {
				t.Errorf("%s: the zero value is %v", name, got)
			}
			field.Set(reflect.ValueOf(map[attr.Kind]any{attr.String: name, attr.Time: time.Unix(2, 0)}[kind]))
		}
	}
	fields := reflect.ValueOf(&row).Elem()
	check(fields, false)
	if lease := fields.FieldByName("Lease"); lease.IsValid() {
		check(lease, true)
	}
	if len(columns) > 0 {
		t.Errorf("columns of no field: %v", columns)
	}

	fields.FieldByName("Attributes").Set(reflect.ValueOf([]any{"x"}))
	if back := thereAndBack(row); !reflect.DeepEqual(back, row) {
		t.Errorf("with other attributes and these again it is %+v, want %+v", back, row)
	}
}
