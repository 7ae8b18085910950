package sqlite_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/testing/translate"
	"github.com/tenon-go/tenon/spec"
)

const aUUID = "0f8fad5b-d9cb-469f-a165-70867728950e"

// Applications' own tables of users often have auto-increment ids and additional columns.
func TestIntegerIDsOfOthers(t *testing.T) {
	t.Parallel()
	db := openHandle(t, file(t)+"?_pragma=busy_timeout(1000)")
	run(t, db, `CREATE TABLE users (
			id INTEGER PRIMARY KEY AUTOINCREMENT,
			created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
			email VARCHAR(254) NOT NULL UNIQUE,
			nick TEXT,
			plan TEXT NOT NULL DEFAULT 'free')`,
		"INSERT INTO users (id, email) VALUES (42, 'ann@example.org'), (-7, 'bob@example.org'), (0, 'nil@example.org')")
	a := newWith(t, db, sqlite.WithUserIDs(sqlite.IntegerIDs))
	ctx := t.Context()
	must(t, a.CreateSession(ctx, aSession("s", "42")))
	must(t, a.CreateSession(ctx, aSession("of nobody", "")))
	translate.OnlyCanonical(t, a, "42", translate.LikeInteger(42))

	run(t, db, "INSERT INTO users (email) VALUES ('carl@example.org')") // by the application
	for id, email := range map[string]string{"42": "ann", "-7": "bob", "0": "nil", "43": "carl"} {
		got, err := a.UserBy(ctx, "Email", email+"@example.org")
		if err != nil || got.ID != id {
			t.Errorf("UserBy of %s: got %q, %v, want %q", email, got.ID, err, id)
		}
	}
	for _, id := range []string{"-9223372036854775808", "9223372036854775807"} {
		must(t, a.CreateUser(ctx, aUser(id)))
		wantClass(t, a.CreateUser(ctx, aUser(id)), spec.ErrUserExists)
		must(t, a.CreateSession(ctx, aSession("s of "+id, id)))
		s, u, err := a.SessionAndUser(ctx, "s of "+id)
		if err != nil || s.UserID != id || u.ID != id {
			t.Errorf("SessionAndUser: got %q and %q, %v, want %q", s.UserID, u.ID, err, id)
		}
	}
	wantClass(t, a.CreateSession(ctx, aSession("x", "44")), spec.ErrUserNotFound)
	wantStored(t, db, "SELECT count(*) FROM sessions WHERE user_id IS NOT NULL AND typeof(user_id) <> 'integer'", "0")

	must(t, a.DeleteUser(ctx, "42"))
	_, err := a.Session(ctx, "s")
	wantClass(t, err, spec.ErrSessionNotFound)
	_, nobody, err := a.SessionAndUser(ctx, "of nobody")
	if err != nil || nobody != (spec.User[user]{}) {
		t.Errorf("SessionAndUser of an anonymous session: got %+v, %v", nobody, err)
	}
}

func TestUUIDsOfOthers(t *testing.T) {
	t.Parallel()
	db := openHandle(t, file(t)+"?_pragma=busy_timeout(1000)")
	run(t, db, "CREATE TABLE users (id CHAR(36) NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, nick TEXT, plan TEXT DEFAULT 'free')",
		"INSERT INTO users (id, email) VALUES ('"+aUUID+"', 'ann@example.org'), ('"+strings.ToUpper(aUUID)+"', 'upper@example.org')")
	a := newWith(t, db, sqlite.WithUserIDs(sqlite.UUIDs))
	ctx := t.Context()
	must(t, a.CreateSession(ctx, aSession("s", aUUID)))
	translate.OnlyCanonical(t, a, aUUID, translate.LikeUUID(aUUID))
	got, err := a.UserBy(ctx, "Email", "ann@example.org")
	if err != nil || got.ID != aUUID {
		t.Errorf("UserBy: got %q, %v", got.ID, err)
	}
	// An id that no call could use must not be returned.
	_, err = a.UserBy(ctx, "Email", "upper@example.org")
	wantClass(t, err, spec.ErrFailed)
	if err != nil && strings.Contains(err.Error(), strings.ToUpper(aUUID)) {
		t.Errorf("the error holds the id: %v", err)
	}
	wantStored(t, db, "SELECT count(*) FROM users WHERE id = upper(id)", "1") // it was not deleted
}

func TestIDsOfSessionsAlone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		option sqlite.Option
		id     string
		like   []string
		stored string
	}{
		{sqlite.WithUserIDs(sqlite.IntegerIDs), "42", translate.LikeInteger(42), "integer"},
		{sqlite.WithUserIDs(sqlite.UUIDs), aUUID, translate.LikeUUID(aUUID), "text"},
	} {
		db := openHandle(t, file(t)+"?_pragma=busy_timeout(1000)")
		a, err := sqlite.NewSessions[session](t.Context(), db, c.option)
		must(t, err)
		must(t, a.Migrate(t.Context()))
		must(t, a.CreateSession(t.Context(), aSession("s", c.id)))
		must(t, a.CreateSession(t.Context(), aSession("of nobody", "")))
		translate.OnlyCanonicalOwner(t, a, c.id, c.like)
		wantStored(t, db, "SELECT typeof(user_id) FROM sessions WHERE id = 's'", c.stored)
		n, err := a.DeleteExpiredSessions(t.Context(), spec.Sweep{Now: aSession("", "").ExpiresAt, UserID: c.id, Limit: 9})
		if err != nil || n != 1 {
			t.Errorf("DeleteExpiredSessions: %d, %v, want 1", n, err)
		}
	}
}

// An id that no user can have takes precedence over other errors.
func TestInvalidUserIDComesFirst(t *testing.T) {
	t.Parallel()
	type brief struct {
		Device string `db:"device,max=3"`
	}
	a, err := sqlite.Open[user, brief](t.Context(), file(t), sqlite.WithUserIDs(sqlite.IntegerIDs))
	must(t, err)
	closeLater(t, a)
	s := spec.SessionWith(aSession("s", "abc"), brief{"too long"})
	wantClass(t, a.CreateSession(t.Context(), s), spec.ErrInvalid)
}

// In a table that is not STRICT, an integer column accepts text.
func TestStoredIDThatIsNone(t *testing.T) {
	t.Parallel()
	db := openHandle(t, file(t)+"?_pragma=busy_timeout(1000)")
	run(t, db, "CREATE TABLE users (id BIGINT NOT NULL UNIQUE, email TEXT NOT NULL UNIQUE, nick TEXT)",
		"INSERT INTO users (id, email) VALUES ('secret', 'ann@example.org')")
	a := newWith(t, db, sqlite.WithUserIDs(sqlite.IntegerIDs))
	_, err := a.UserBy(t.Context(), "Email", "ann@example.org")
	wantClass(t, err, spec.ErrFailed)
	if err != nil && strings.Contains(err.Error(), "secret") {
		t.Errorf("the error holds the id: %v", err)
	}
}

// Check requires that the columns of ids have the type of the option in both tables, and
// that the ids of users are unique.
func TestCheckOfIDs(t *testing.T) {
	t.Parallel()
	var texts []sqlite.Option
	integers, uuids := []sqlite.Option{sqlite.WithUserIDs(sqlite.IntegerIDs)}, []sqlite.Option{sqlite.WithUserIDs(sqlite.UUIDs)}
	for _, c := range []struct {
		options []sqlite.Option
		id      string // definition of the id of users
		userID  string // definition of the user id of sessions; empty if Migrate creates the table
		finding string // empty if the tables fit
	}{
		{integers, "id INTEGER PRIMARY KEY", "", ""},
		{integers, "id INTEGER PRIMARY KEY", "INTEGER", ""},
		{integers, "id INTEGER PRIMARY KEY DESC", "BIGINT", ""}, // has an index, because of an old bug that SQLite keeps
		{integers, "id INT NOT NULL PRIMARY KEY", "INTEGER", ""},
		{integers, "id BIGINT NOT NULL UNIQUE", "", ""},
		{integers, "id INTEGER PRIMARY KEY", "TEXT", `table "sessions": column "user_id" is TEXT: a value of kind int needs INTEGER`},
		{texts, "id INTEGER PRIMARY KEY", "", `table "users": column "id" is INTEGER: a value of kind string needs TEXT`},
		{uuids, "id INTEGER PRIMARY KEY", "", `table "users": column "id" is INTEGER: a value of kind string needs TEXT`},
		{integers, "id TEXT NOT NULL PRIMARY KEY", "", `table "users": column "id" is TEXT: a value of kind int needs INTEGER`},
		{integers, "n INTEGER PRIMARY KEY, id INTEGER NOT NULL", "", `table "users": column "id" is not unique`},
		{integers, "id INTEGER NOT NULL, n INTEGER UNIQUE", "", `table "users": column "id" is not unique`},
		{integers, "id INTEGER NOT NULL, n INTEGER DEFAULT 0, PRIMARY KEY (id, n)", "", `table "users": column "id" is not unique`},
		{uuids, "id TEXT NOT NULL PRIMARY KEY", "TEXT", ""},
		{uuids, "id TEXT NOT NULL COLLATE NOCASE PRIMARY KEY", "", `table "users": column "id" has a collation`},
		{uuids, "id BLOB NOT NULL PRIMARY KEY", "", `table "users": column "id" is BLOB: a value of kind string needs TEXT`},
		{uuids, "id TEXT NOT NULL PRIMARY KEY", "INTEGER", `table "sessions": column "user_id" is INTEGER: a value of kind string needs TEXT`},
	} {
		db := openHandle(t, file(t)+"?_pragma=busy_timeout(1000)")
		run(t, db, "CREATE TABLE users (email TEXT NOT NULL UNIQUE, nick TEXT, "+c.id+")")
		if c.userID != "" {
			run(t, db, `CREATE TABLE sessions (id TEXT PRIMARY KEY NOT NULL, user_id `+c.userID+` REFERENCES users (id) ON DELETE CASCADE,
				created_at INTEGER NOT NULL, active_until INTEGER NOT NULL, expires_at INTEGER NOT NULL, credential TEXT NOT NULL, device TEXT NOT NULL)`)
		}
		a, err := sqlite.New[user, session](t.Context(), db, c.options...)
		must(t, err)
		err = a.Migrate(t.Context())
		if c.finding == "" && err != nil || c.finding != "" && (err == nil || !strings.Contains(err.Error(), c.finding)) {
			t.Errorf("%s and user_id %s: got %v, want %q", c.id, c.userID, err, c.finding)
		}
	}
}

// newWith returns an adapter on a handle and migrates its tables.
func newWith(t *testing.T, db *sql.DB, options ...sqlite.Option) *adapter {
	t.Helper()
	a, err := sqlite.New[user, session](t.Context(), db, options...)
	must(t, err)
	must(t, a.Migrate(t.Context()))
	must(t, a.Check(t.Context()))
	return a
}

// wantStored runs a query for one text.
func wantStored(t *testing.T, db *sql.DB, query, want string) {
	t.Helper()
	var got string
	must(t, db.QueryRowContext(t.Context(), query).Scan(&got))
	if got != want {
		t.Errorf("%s: got %s, want %s", query, got, want)
	}
}
