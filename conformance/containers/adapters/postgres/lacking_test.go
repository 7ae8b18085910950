package postgres_test

import (
	"testing"

	"github.com/tenon-go/tenon/internal/testing/lacking"
)

// Migrate adds a column of every session to a table that is older than the column.
func TestMigrateAddsOwnColumns(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	a := p.ready(p.open())
	drop := func(column string) { p.exec("ALTER TABLE sessions DROP COLUMN " + column) }
	lacking.Columns(t, a, phone, drop)
	lacking.Refused(t, a, drop)
}
