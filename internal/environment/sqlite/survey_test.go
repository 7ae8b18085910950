package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/environment/sqlite"
)

// Survey lists the objects and settings of a file in the terms of the results.
func TestSurvey(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, statement := range []string{
		"PRAGMA page_size = 8192", "PRAGMA journal_mode = wal", "PRAGMA user_version = 2147483647", "PRAGMA recursive_triggers = on",
		"CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT) STRICT", "CREATE TABLE logins (id TEXT PRIMARY KEY, expires_at INTEGER)",
		"CREATE TRIGGER one AFTER UPDATE OF name ON people BEGIN INSERT INTO logins VALUES ('a', 1); END",
		"CREATE TRIGGER two /* AFTER */ DELETE ON logins BEGIN SELECT raise ( ignore); END",
		"CREATE TABLE orders (a REFERENCES people ON DELETE SET NULL)",
		"CREATE TEMP TABLE people (a)",
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	found, err := sqlite.Survey(t.Context(), db, "people", "logins", "none")
	if err != nil {
		t.Fatal(err)
	}
	want := map[[3]string]bool{
		{"file for Open", "page_size", "8192"}: true, {"file for Open", "journal_mode", "wal"}: true,
		{"file for Open", "user_version", "2147483647"}: true, {"DSN of a handle, _pragma", "recursive_triggers", "on"}: true,
		{"table", "strict table", ""}: true, {"table", "temporary tables", ""}: true,
		{"trigger", "AFTER UPDATE OF name on users, writes elsewhere", ""}:                true,
		{"trigger", "BEFORE DELETE on sessions, RAISE(IGNORE)", ""}:                       true,
		{"foreign key", "another table to users, ON DELETE SET NULL, NOT DEFERRABLE", ""}: true,
	}
	judged, err := environment.Judged("sqlite")
	if err != nil {
		t.Fatal(err)
	}
	known := make(map[environment.Case]bool)
	for _, r := range judged {
		known[r.Case] = true
	}
	for _, c := range found {
		if !want[[3]string{c.Kind, c.Name, c.Value}] {
			t.Errorf("found %+v", c)
		}
		delete(want, [3]string{c.Kind, c.Name, c.Value})
		if !known[c] {
			t.Errorf("%+v is not in the results", c)
		}
	}
	for missing := range want {
		t.Errorf("%q was not found", missing)
	}
}
