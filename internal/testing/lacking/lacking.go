// Package lacking tests how adapters handle sessions that lack one of the columns of every
// session, since they were written before that column existed. When a release adds such
// a column, every table has such sessions.
package lacking

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// adapter has the methods that the tests call.
type adapter[S any] interface {
	Migrate(context.Context) error
	Check(context.Context) error
	Session(ctx context.Context, id string) (spec.Session[S], error)
	SwapLease(ctx context.Context, id string, from, to spec.Lease) error
}

// Columns fails the test unless Migrate repairs a table that lacks a column with a
// default, for each such column. The table has the session stored. Drop removes a column
// from the table.
func Columns[S any](t *testing.T, a adapter[S], stored spec.Session[S], drop func(column string)) {
	t.Helper()
	for _, c := range defaults() {
		drop(c.Name)
		if err := a.Check(t.Context()); spec.ClassOf(err) != spec.ErrFailed {
			t.Errorf("Check without %s: got %v, want an error", c.Name, err)
		}
		stored = Fields(t, a, stored, c.Name)
	}
}

// Fields fails the test unless the session stored, which lost the column, can be
// read and renewed after Migrate. It returns the session as it is then.
func Fields[S any](t *testing.T, a adapter[S], stored spec.Session[S], column string) spec.Session[S] {
	t.Helper()
	ctx := t.Context()
	for call, err := range map[string]error{"Migrate": a.Migrate(ctx), "Check": a.Check(ctx)} {
		if err != nil {
			t.Fatalf("%s without %s: %v", call, column, err)
		}
	}
	row := spec.SessionWith(stored, []any(nil))
	for _, c := range defaults() {
		if c.Name == column {
			reflect.ValueOf(c.Pointer(&row)).Elem().SetZero()
		}
	}
	want := spec.SessionWith(row, stored.Attributes)
	got, err := a.Session(ctx, stored.ID)
	if err != nil || !equal(got, want) {
		t.Fatalf("without %s: got %+v, %v, want %+v", column, got, err, want)
	}
	other := stored.Lease
	other.ExpiresAt = other.ExpiresAt.Add(time.Hour)
	if err := a.SwapLease(ctx, stored.ID, other, stored.Lease); spec.ClassOf(err) != spec.ErrStale {
		t.Errorf("SwapLease from another lease, without %s: got %v", column, err)
	}
	if err := a.SwapLease(ctx, stored.ID, got.Lease, stored.Lease); err != nil {
		t.Errorf("SwapLease without %s: %v", column, err)
	}
	want.Lease = stored.Lease
	if got, err := a.Session(ctx, stored.ID); err != nil || !equal(got, want) {
		t.Errorf("after SwapLease without %s: got %+v, %v, want %+v", column, got, err, want)
	}
	return want
}

// Refused fails the test if Migrate adds a column that has no safe default, or adds columns
// to a table that has none of Tenon's own column names, and so can belong to another
// program.
func Refused[S any](t *testing.T, a adapter[S], drop func(column string)) {
	t.Helper()
	refuse := func(columns ...string) {
		for call, err := range map[string]error{"Migrate": a.Migrate(t.Context()), "Check": a.Check(t.Context())} {
			if spec.ClassOf(err) != spec.ErrFailed || !strings.Contains(err.Error(), "if it belongs to something else") {
				t.Errorf("%s without %v: got %v", call, columns, err)
			}
			for _, c := range columns {
				if err != nil && !strings.Contains(err.Error(), c) {
					t.Errorf("%s does not name %s: %v", call, c, err)
				}
			}
		}
	}
	drop("created_at")
	refuse("created_at")
	columns := []string{"created_at"}
	for _, c := range defaults() {
		drop(c.Name)
		columns = append(columns, c.Name)
	}
	refuse(columns...)
}

// defaults returns the columns that a row can lack.
func defaults() []spec.Column[spec.SessionRow] {
	var list []spec.Column[spec.SessionRow]
	for _, c := range spec.SessionColumns() {
		if c.HasDefault {
			list = append(list, c)
		}
	}
	return list
}

func equal[S any](a, b spec.Session[S]) bool {
	return a.ID == b.ID && a.UserID == b.UserID && a.CreatedAt.Equal(b.CreatedAt) && a.Lease.Equal(b.Lease) &&
		reflect.DeepEqual(a.Attributes, b.Attributes)
}
