package sqlite_test

import (
	"database/sql"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Check lists everything in one error.
func TestCheck(t *testing.T) {
	t.Parallel()
	type u struct {
		Email  string `db:"email,unique,max=254"`
		Phone  string `db:"phone,unique,max=20"`
		Name   string
		Age    int
		Nick   *string
		Joined time.Time
		Photo  []byte
		Score  float64
		Gone   bool
	}
	db := openHandle(t, file(t)+"?_pragma=busy_timeout(1000)")
	a, err := sqlite.New[u, session](t.Context(), db)
	must(t, err)
	run(t, db, `CREATE TABLE users (
			id TEXT COLLATE NOCASE UNIQUE,
			email TEXT NOT NULL,
			phone TEXT NOT NULL COLLATE RTRIM UNIQUE,
			name INTEGER NOT NULL,
			age TEXT NOT NULL,
			nick TEXT NOT NULL,
			joined DATETIME NOT NULL,
			photo BLOB GENERATED ALWAYS AS (x'00'),
			score REAL,
			tenant TEXT NOT NULL)`,
		"CREATE UNIQUE INDEX half ON users (email) WHERE age > 0",
		"CREATE UNIQUE INDEX both ON users (email, age)",
		`CREATE TABLE sessions (
			id TEXT NOT NULL,
			user_id TEXT REFERENCES users (id),
			created_at INTEGER NOT NULL, active_until INTEGER NOT NULL, expires_at INTEGER NOT NULL,
			device TEXT NOT NULL)`,
		"CREATE INDEX expiry ON sessions (user_id, expires_at)")
	before := schema(t, db)
	want := []string{
		`table "users": column "id" has a collation that takes different bytes for equal`,
		`table "users": column "id" can be NULL and must be NOT NULL`,
		`table "users": column "id" is not unique, byte for byte`,
		`table "users": column "email" is not unique, byte for byte`,
		`table "users": column "phone" has a collation that takes different bytes for equal`,
		`table "users": column "phone" is not unique, byte for byte`,
		`table "users": column "name" is INTEGER: a value of kind string needs TEXT`,
		`table "users": column "age" is TEXT: a value of kind int needs INTEGER`,
		`table "users": column "nick" is NOT NULL and must be able to be NULL, for attribute Nick`,
		`table "users": column "joined" is DATETIME: a value of kind time needs INTEGER`,
		`table "users": column "photo" is generated: it cannot be set`,
		`table "users": column "score" can be NULL and must be NOT NULL, for attribute Score`,
		`table "users": column "gone" is missing`,
		`table "users": column "tenant" is NOT NULL without a default and no attribute: every insert would fail`,
		`table "sessions": column "id" is not unique, byte for byte`,
		`table "sessions": column "credential" is missing`,
		`table "sessions": if it belongs to something else, pass other names with WithTables`,
		`table "sessions": column "expires_at" has no index`,
		`table "sessions": the foreign key on column "user_id" does not say ON DELETE CASCADE`,
	}
	for _, check := range []func() error{
		func() error { return a.Check(t.Context()) },
		func() error { return a.Migrate(t.Context()) }, // Migrate does nothing if it cannot do everything
	} {
		err := check()
		wantClass(t, err, spec.ErrFailed)
		_, list, _ := strings.Cut(err.Error(), "(")
		got := strings.Split(strings.TrimSuffix(list, ")"), "; ")
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if after := schema(t, db); after != before {
			t.Errorf("the schema was changed:\n%s", after)
		}
	}
}

// schema returns the statements that created the tables and indexes.
func schema(t *testing.T, db *sql.DB) (text string) {
	t.Helper()
	must(t, db.QueryRowContext(t.Context(), "SELECT group_concat(sql, ';') FROM sqlite_schema").Scan(&text))
	return text
}

// An existing table of users can have additional columns, in any order, and constraints.
func TestTableOfOthers(t *testing.T) {
	t.Parallel()
	db := openHandle(t, file(t)+"?_pragma=busy_timeout(1000)&_pragma=foreign_keys(1)")
	run(t, db, `CREATE TABLE Users (
			number INTEGER PRIMARY KEY,
			nick VARCHAR(20) DEFAULT 'none' CHECK (nick <> 'bad'),
			created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
			Email VARCHAR(254) NOT NULL,
			tenant TEXT,
			id VARCHAR(255) NOT NULL UNIQUE,
			CONSTRAINT only_one UNIQUE (email))`,
		"CREATE TABLE audit (id TEXT PRIMARY KEY NOT NULL)",
		"CREATE TRIGGER watch AFTER INSERT ON users BEGIN INSERT INTO audit VALUES (new.email); END",
		"INSERT INTO users (id, email, tenant) VALUES ('old', 'old@example.org', 'acme')")
	a, err := sqlite.New[user, session](t.Context(), db)
	must(t, err)
	ctx := t.Context()
	must(t, a.Migrate(ctx)) // creates the table of sessions
	must(t, a.Check(ctx))
	old, err := a.User(ctx, "old")
	must(t, err)
	if want := "none"; old.Attributes.Email != "old@example.org" || *old.Attributes.Nick != want {
		t.Errorf("got %v", old)
	}
	must(t, a.CreateUser(ctx, aUser("ann")))
	must(t, a.CreateSession(ctx, aSession("s", "ann")))
	wantClass(t, a.CreateUser(ctx, aUser("ann")), spec.ErrUserExists)

	twin := aUser("twin")
	twin.Attributes = aUser("ann").Attributes
	wantConstraint(t, a.CreateUser(ctx, twin), spec.NotUnique, "Email")
	bad := "bad"
	wantConstraint(t, a.UpdateUser(ctx, "ann", user{Nick: &bad}, mask[user](t, "Nick")), spec.CheckRule, "")
	wantClass(t, a.UpdateUser(ctx, "nobody", user{Nick: &bad}, mask[user](t, "Nick")), spec.ErrUserNotFound)

	// A constraint of another table is not about an attribute.
	run(t, db, "INSERT INTO audit VALUES ('carl@example.org')")
	wantConstraint(t, a.CreateUser(ctx, aUser("carl")), spec.NotUnique, "")

	must(t, a.DeleteUser(ctx, "ann"))
	_, err = a.Session(ctx, "s")
	wantClass(t, err, spec.ErrSessionNotFound)
}

// If another table refers to a user, the user cannot be deleted.
func TestUserThatOthersReferTo(t *testing.T) {
	t.Parallel()
	path := file(t)
	a := openFile(t, path)
	ctx := t.Context()
	must(t, a.CreateUser(ctx, aUser("ann")))
	must(t, a.CreateSession(ctx, aSession("s", "ann")))
	run(t, openHandle(t, path), "CREATE TABLE orders (user_id TEXT REFERENCES users (id))", "INSERT INTO orders VALUES ('ann')")
	wantClass(t, a.DeleteUser(ctx, "ann"), spec.ErrFailed)
	_, _, err := a.SessionAndUser(ctx, "s")
	must(t, err) // nothing was applied
}

func wantConstraint(t *testing.T, err error, kind spec.ConstraintKind, attribute string) {
	t.Helper()
	wantClass(t, err, spec.ErrConstraint)
	c, ok := errors.AsType[*spec.ConstraintError](err)
	if !ok || c.Kind != kind || c.Attribute != attribute {
		t.Errorf("got %+v, want %s of %q", c, kind, attribute)
	}
}

// Migrate adds the columns of new attributes.
func TestAttributesThatAreNew(t *testing.T) {
	t.Parallel()
	type more struct {
		Email  string `db:"email,unique,max=254"`
		Nick   *string
		Phone  *string `db:"phone,unique,max=20"`
		Name   string
		Admin  bool
		Logins int
		Score  float64
		Joined time.Time
		Roles  []string
		Home   struct{ City string }
		Photo  []byte
	}
	path := file(t)
	old := openFile(t, path)
	ctx := t.Context()
	must(t, old.CreateUser(ctx, aUser("ann")))
	must(t, old.CreateUser(ctx, aUser("bob")))
	a, err := sqlite.Open[more, session](ctx, path)
	must(t, err)
	closeLater(t, a)
	wantClass(t, a.Check(ctx), spec.ErrFailed)
	_, err = a.User(ctx, "ann")
	wantClass(t, err, spec.ErrFailed)
	must(t, a.Migrate(ctx))
	got, err := a.User(ctx, "ann")
	must(t, err)
	if want := (more{Email: "ann@example.org"}); !reflect.DeepEqual(got.Attributes, want) {
		t.Errorf("got %+v, want %+v", got.Attributes, want)
	}
	must(t, old.CreateUser(ctx, aUser("carl"))) // by an instance of the previous release
	phone := "1"
	must(t, a.UpdateUser(ctx, "ann", more{Phone: &phone}, mask[more](t, "Phone")))
	wantConstraint(t, a.UpdateUser(ctx, "bob", more{Phone: &phone}, mask[more](t, "Phone")), spec.NotUnique, "Phone")
}

func mask[T any](t *testing.T, names ...string) attr.Mask[T] {
	t.Helper()
	m, err := attr.Fields[T](names...)
	must(t, err)
	return m
}

// The statements of DDL create the same tables as Migrate.
func TestDDL(t *testing.T) {
	t.Parallel()
	statements, err := sqlite.DDL[user, session]()
	must(t, err)
	ours, theirs := file(t), file(t)
	openFile(t, ours)
	db := openHandle(t, theirs+"?_pragma=busy_timeout(1000)")
	run(t, db, statements...)
	a, err := sqlite.New[user, session](t.Context(), db)
	must(t, err)
	must(t, a.Check(t.Context()))
	if got, want := schema(t, db), schema(t, openHandle(t, ours)); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}

	statements, err = sqlite.SessionsDDL[session](sqlite.WithTables("", "alone"))
	must(t, err)
	run(t, db, statements...)
	alone, err := sqlite.NewSessions[session](t.Context(), db, sqlite.WithTables("", "alone"))
	must(t, err)
	must(t, alone.Check(t.Context()))
	must(t, alone.CreateSession(t.Context(), aSession("s", "user of another store")))

	sessions, err := sqlite.NewSessions[session](t.Context(), db)
	must(t, err)
	wantClass(t, sessions.Check(t.Context()), spec.ErrFailed) // its foreign key would refuse such users
}

// Every legal name works for tables and columns.
func TestOddNames(t *testing.T) {
	t.Parallel()
	type u struct {
		Quote string `db:"a\"b,unique,max=9"`
		Bind  *int   `db:"what?,unique"`
		Brace string `db:"{text}"`
		Word  string `db:"SELECT"`
		Space string `db:"é è;--"`
	}
	path := file(t)
	for _, names := range [][2]string{
		{"Us\"ers", "ses sions"}, {"order", "group"}, {"a.b", "main.c"}, {"?", "??"}, {"$1", "{users}"},
		{"ユーザー", "セッション"}, {"users; DROP TABLE x", "'quoted'"}, {"UNIQUE constraint failed: x", "1"}, {"%s", "[x]"},
	} {
		a, err := sqlite.Open[u, session](t.Context(), path, sqlite.WithTables(names[0], names[1]))
		must(t, err)
		closeLater(t, a)
		ctx := t.Context()
		must(t, a.Migrate(ctx))
		must(t, a.Migrate(ctx))
		seven := 7
		attributes := u{Quote: "q", Bind: &seven, Brace: "b", Word: "w", Space: "s"}
		must(t, a.CreateUser(ctx, spec.User[u]{ID: "ann", Attributes: attributes}))
		must(t, a.UpdateUser(ctx, "ann", attributes, attr.All[u]()))
		for field, value := range map[string]any{"Quote": "q", "Bind": 7} {
			got, err := a.UserBy(ctx, field, value)
			must(t, err)
			if got.ID != "ann" || !reflect.DeepEqual(got.Attributes, attributes) {
				t.Errorf("%q: got %+v", names, got)
			}
		}
		wantConstraint(t, a.CreateUser(ctx, spec.User[u]{ID: "bob", Attributes: u{Quote: "q"}}), spec.NotUnique, "Quote")
		s := aSession("s", "ann")
		must(t, a.CreateSession(ctx, s))
		must(t, a.SwapLease(ctx, "s", s.Lease, s.Lease))
		if _, _, err := a.SessionAndUser(ctx, "s"); err != nil {
			t.Error(err)
		}
		n, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: s.ExpiresAt, Everyone: true, Limit: 9})
		must(t, err)
		if n != 1 {
			t.Errorf("%q: %d sessions swept, want 1", names, n)
		}
	}
}

// A stored value that the Go type cannot hold is ErrFailed, and the text of the error
// does not contain the value.
func TestValuesThatDoNotFit(t *testing.T) {
	t.Parallel()
	type u struct{ Age int8 }
	db := openHandle(t, file(t)+"?_pragma=busy_timeout(1000)")
	a, err := sqlite.New[u, session](t.Context(), db)
	must(t, err)
	must(t, a.Migrate(t.Context()))
	run(t, db, "INSERT INTO users VALUES ('ann', 4242)")
	_, err = a.User(t.Context(), "ann")
	wantClass(t, err, spec.ErrFailed)
	if strings.Contains(err.Error(), "4242") || !strings.Contains(err.Error(), "Age") {
		t.Errorf("got %v, want the attribute and not the value", err)
	}
	run(t, db, "DROP TABLE sessions")
	_, err = a.Session(t.Context(), "s")
	wantClass(t, err, spec.ErrFailed)
}
