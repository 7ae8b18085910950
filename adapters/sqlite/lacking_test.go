package sqlite_test

import (
	"testing"

	"github.com/tenon-go/tenon/internal/testing/lacking"
)

// Migrate adds a column that every session now has to an older table.
func TestMigrateAddsOwnColumns(t *testing.T) {
	t.Parallel()
	path := file(t)
	a := openFile(t, path)
	phone := aSession("phone", "ann")
	must(t, a.CreateUser(t.Context(), aUser("ann")))
	must(t, a.CreateSession(t.Context(), phone))
	db := openHandle(t, path)
	drop := func(column string) { run(t, db, "ALTER TABLE sessions DROP COLUMN "+column) }
	lacking.Columns(t, a, phone, drop)
	lacking.Refused(t, a, drop)
}
