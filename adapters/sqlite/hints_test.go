package sqlite_test

import (
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/testing/hinttest"
	"github.com/tenon-go/tenon/spec"
)

func TestWithoutMigrate(t *testing.T) {
	t.Parallel()
	a, err := sqlite.Open[user, session](t.Context(), file(t))
	must(t, err)
	closeLater(t, a)
	hinttest.WithoutMigrate(t, a, aUser("ann"), aSession("phone", "ann"))
}

// Migrate does not create the table of a trigger, so the error does not suggest it.
func TestTableOfATriggerIsMissing(t *testing.T) {
	t.Parallel()
	path := file(t)
	a := openFile(t, path)
	_, err := openHandle(t, path).ExecContext(t.Context(), `CREATE TRIGGER t AFTER INSERT ON users BEGIN INSERT INTO users_audit VALUES (1); END`)
	must(t, err)
	err = a.CreateUser(t.Context(), aUser("ann"))
	if spec.ClassOf(err) != spec.ErrFailed || strings.Contains(err.Error(), "Migrate") || strings.Contains(err.Error(), "audit") {
		t.Errorf("got %v, want ErrFailed and nothing of Migrate", err)
	}
}

// The error of Check names the option that existing tables need.
func TestCheckNamesTheOption(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ table, want string }{
		{"CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, nick TEXT)", "if the ids of users are integers, pass WithUserIDs(sqlite.IntegerIDs)"},
		{"CREATE TABLE sessions (token TEXT PRIMARY KEY, data BLOB NOT NULL, expiry REAL NOT NULL)", "pass other names with WithTables"}, // scs's
		{"CREATE TABLE users (name TEXT PRIMARY KEY)", "pass other names with WithTables"},
	} {
		path := file(t)
		_, err := openHandle(t, path).ExecContext(t.Context(), test.table)
		must(t, err)
		a, err := sqlite.Open[user, session](t.Context(), path)
		must(t, err)
		closeLater(t, a)
		hinttest.Says(t, a, test.want)
	}
	path := file(t)
	_, err := openHandle(t, path).ExecContext(t.Context(), "CREATE TABLE users (id TEXT NOT NULL PRIMARY KEY, email INTEGER)")
	must(t, err)
	a, err := sqlite.Open[user, session](t.Context(), path)
	must(t, err)
	closeLater(t, a)
	if err := a.Check(t.Context()); err == nil || strings.Contains(err.Error(), "pass ") {
		t.Errorf("got %v, want an error that names no option", err)
	}
}
