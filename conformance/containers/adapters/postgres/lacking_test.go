package postgres_test

import (
	"testing"

	"github.com/tenon-go/tenon/internal/testing/lacking"
)

// A table from before a column was added to every session gets the column.
func TestMigrateAddsOwnColumns(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	a := p.ready(p.open())
	drop := func(column string) { p.exec("ALTER TABLE sessions DROP COLUMN " + column) }
	lacking.Columns(t, a, phone, drop)
	lacking.Refused(t, a, drop)
}
