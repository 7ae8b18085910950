package sqlite_test

import (
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/testing/hinttest"
)

// SQLite does not report which table refers to a user.
func TestUserToWhomOthersRefer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ tables, code, want string }{
		"one table":      {`CREATE TABLE posts (author TEXT REFERENCES users (id))`, "787", `"posts"`},
		"two tables":     {`CREATE TABLE posts (author TEXT REFERENCES users ON DELETE RESTRICT); CREATE TABLE "a ""key""" (u TEXT REFERENCES Users (id))`, "1811", `"a ""key""" or "posts"`},
		"at the end":     {`CREATE TABLE posts (author TEXT REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED)`, "787", `"posts"`},
		"one that minds": {`CREATE TABLE posts (author TEXT REFERENCES users (id)); CREATE TABLE likes (author TEXT REFERENCES users (id) ON DELETE CASCADE)`, "787", `"posts"`},
	} {
		path := file(t)
		a := openFile(t, path)
		must(t, a.CreateUser(t.Context(), aUser("ann")))
		must(t, a.CreateSession(t.Context(), aSession("phone", "ann")))
		_, err := openHandle(t, path).ExecContext(t.Context(), test.tables+`; INSERT INTO posts VALUES ('ann')`)
		must(t, err)
		must(t, a.Check(t.Context()))
		hinttest.Referred(t, a, "ann", test.code, test.want)
		if _, _, err := a.SessionAndUser(t.Context(), "phone"); err != nil {
			t.Errorf("%s: after a deletion that failed: %v", name, err)
		}
	}
}

// SQLite does not report which table refers to a session.
func TestSessionToWhichOthersRefer(t *testing.T) {
	t.Parallel()
	path := file(t)
	a, err := sqlite.Open[user, session](t.Context(), path)
	must(t, err)
	closeLater(t, a)
	must(t, a.Migrate(t.Context()))
	must(t, a.CreateUser(t.Context(), aUser("ann")))
	must(t, a.CreateSession(t.Context(), aSession("phone", "ann")))
	_, err = openHandle(t, path).ExecContext(t.Context(), `CREATE TABLE visits (s TEXT REFERENCES sessions (id)); INSERT INTO visits VALUES ('phone')`)
	must(t, err)
	err = a.DeleteSession(t.Context(), "phone")
	if err == nil || !strings.Contains(err.Error(), `a row of table "visits" refers to it`) {
		t.Errorf("got %v, want an error about the table", err)
	}
}
