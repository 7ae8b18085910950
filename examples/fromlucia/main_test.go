package main

import (
	"database/sql"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// Cookies that browsers have. The first three are of Lucia 1, 2 and 3, and the last two
// are not tokens.
const (
	annsPhone  = "0i8YvBDKZUDSlw8uCFCHpviiyNsCA8BzhuaDNvuf"
	annsLaptop = "gjunf5zdahz4btm0uhljsccqh9c0ed34spr2vzjz"
	bobs       = "ukwjjjjbjzjyyctwq2xug4wvfssi7sckmqcghdu3"
	expired    = "00000000000000000000000000000000000000aa"
	ownerless  = "11111111111111111111111111111111111111bb"
	custom     = "V1StGXR8_Z5jdHi6B-myT78q2wLmKcPd0aYxN4eR"
	short      = "ann"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// The names of the users, whose ids end in "sid", and their sessions, with the times from
// now until they are idle and expired.
var (
	people  = []string{"ann", "bob"}
	written = []struct {
		id, user        string
		active, expires time.Duration
	}{
		{annsPhone, "annsid", time.Hour, 14 * 24 * time.Hour},
		{annsLaptop, "annsid", -time.Hour, time.Second},
		{bobs, "bobsid", time.Hour, 30 * 24 * time.Hour},
		{expired, "bobsid", -time.Hour, 0},
		{ownerless, "gonesid", time.Hour, 24 * time.Hour},
		{custom, "annsid", time.Hour, 24 * time.Hour},
		{short, "annsid", time.Hour, 24 * time.Hour},
	}
)

const leftOut = "Left out: 1 expired, 1 of users that are not there, 2 whose id is not 40 characters of a–z, A–Z and 0–9.\n"

// lucia is a version of Lucia, with the tables of its documentation.
type lucia struct {
	users, sessions string
	tables          []string
	insert          string // of a session: id, user, end of the active period, expiry
	instant         func(time.Time) any
}

var versions = map[string]lucia{
	"1": {
		users: "auth_user", sessions: "auth_session",
		tables: []string{
			`CREATE TABLE auth_user (id VARCHAR(31) NOT NULL PRIMARY KEY, username VARCHAR(31) NOT NULL)`,
			`CREATE TABLE auth_key (id VARCHAR(255) NOT NULL PRIMARY KEY, user_id VARCHAR(15) NOT NULL, primary_key INT(1) NOT NULL,
				hashed_password VARCHAR(255), expires BIGINT, FOREIGN KEY (user_id) REFERENCES auth_user(id))`,
			`CREATE TABLE auth_session (id VARCHAR(127) NOT NULL PRIMARY KEY, user_id VARCHAR(15) NOT NULL,
				active_expires BIGINT NOT NULL, idle_expires BIGINT NOT NULL)`,
		},
		insert:  `INSERT INTO auth_session (id, user_id, active_expires, idle_expires) VALUES (?1, ?2, ?3, ?4)`,
		instant: milliseconds,
	},
	"2": {
		users: "user", sessions: "user_session",
		tables: []string{
			`CREATE TABLE user (id VARCHAR(15) NOT NULL PRIMARY KEY, username TEXT NOT NULL)`,
			`CREATE TABLE user_key (id VARCHAR(255) NOT NULL PRIMARY KEY, user_id VARCHAR(15) NOT NULL,
				hashed_password VARCHAR(255), FOREIGN KEY (user_id) REFERENCES user(id))`,
			`CREATE TABLE user_session (idle_expires BIGINT NOT NULL, active_expires BIGINT NOT NULL,
				country TEXT, user_id VARCHAR(15) NOT NULL, id VARCHAR(127) NOT NULL PRIMARY KEY)`,
		},
		insert:  `INSERT INTO user_session (id, user_id, active_expires, idle_expires, country) VALUES (?1, ?2, ?3, ?4, 'NZ')`,
		instant: milliseconds,
	},
	"3": {
		users: "user", sessions: "session",
		tables: []string{
			`CREATE TABLE user (id TEXT NOT NULL PRIMARY KEY, username TEXT NOT NULL)`,
			`CREATE TABLE session (id TEXT NOT NULL PRIMARY KEY, expires_at INTEGER NOT NULL, user_id TEXT NOT NULL)`,
		},
		insert:  `INSERT INTO session (id, user_id, expires_at) VALUES (?1, ?2, ?4)`,
		instant: func(t time.Time) any { return t.Unix() },
	},
	"3 with an odd name": {
		users: "user", sessions: `session of "mine"`,
		tables: []string{
			`CREATE TABLE user (id TEXT NOT NULL PRIMARY KEY, username TEXT NOT NULL)`,
			`CREATE TABLE "session of ""mine""" (id TEXT NOT NULL PRIMARY KEY, expires_at INTEGER NOT NULL, user_id TEXT NOT NULL)`,
		},
		insert:  `INSERT INTO "session of ""mine""" (id, user_id, expires_at) VALUES (?1, ?2, ?4)`,
		instant: func(t time.Time) any { return t.Unix() },
	},
	"3 with Prisma": {
		users: "User", sessions: "Session",
		tables: []string{
			`CREATE TABLE "User" (id TEXT NOT NULL PRIMARY KEY, username TEXT NOT NULL)`,
			`CREATE TABLE "Session" (id TEXT NOT NULL PRIMARY KEY, userId TEXT NOT NULL, expiresAt DATETIME NOT NULL)`,
		},
		insert:  `INSERT INTO "Session" (id, userId, expiresAt) VALUES (?1, ?2, ?4)`,
		instant: milliseconds,
	},
}

func milliseconds(t time.Time) any { return t.UnixMilli() }

// write creates a file with these tables, two users and their sessions.
func (l lucia) write(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "lucia.db")
	db, err := sql.Open("sqlite", path)
	check(t, err)
	defer db.Close()
	exec := func(query string, args ...any) {
		t.Helper()
		_, err := db.ExecContext(t.Context(), query, args...)
		check(t, err)
	}
	for _, table := range l.tables {
		exec(table)
	}
	for _, name := range people {
		exec(`INSERT INTO "`+l.users+`" (id, username) VALUES (?, ?)`, name+"sid", name)
	}
	for _, s := range written {
		exec(l.insert, s.id, s.user, l.instant(now.Add(s.active)), l.instant(now.Add(s.expires)))
	}
	return path
}

func (l lucia) args(path string) []string {
	return []string{"-from", path, "-lucia", l.sessions, "-users", l.users, "-sessions", "tenon_sessions"}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// openAdapter returns the adapter that an application has after the move.
func (l lucia) openAdapter(t *testing.T, path string) *spec.Store[User, Session] {
	t.Helper()
	adapter, err := sqlite.Open[User, Session](t.Context(), path, sqlite.WithTables(l.users, "tenon_sessions"))
	check(t, err)
	t.Cleanup(func() { adapter.Close() })
	check(t, adapter.Check(t.Context()))
	return adapter
}

// open returns the manager that an application has after the move.
func (l lucia) open(t *testing.T, path string, clock *time.Time, config session.Config) *session.Manager[User, Session] {
	t.Helper()
	adapter := l.openAdapter(t, path)
	config.Now = func() time.Time { return *clock }
	manager, err := session.NewManager(adapter, config)
	check(t, err)
	return manager
}

// validate presents a cookie and returns the user's name.
func validate(t *testing.T, m *session.Manager[User, Session], cookie string) (s session.Session[Session], name string, err error) {
	t.Helper()
	token, err := session.ParseToken(cookie)
	if err != nil {
		return s, "", err
	}
	s, user, err := m.Validate(t.Context(), token)
	return s, user.Attributes.Username, err
}

func forEachVersion(t *testing.T, test func(*testing.T, lucia)) {
	t.Parallel()
	for name, l := range versions {
		t.Run("Lucia "+name, func(t *testing.T) {
			t.Parallel()
			test(t, l)
		})
	}
}

func TestCookiesThatAreOutGoOnWorking(t *testing.T) {
	forEachVersion(t, func(t *testing.T, l lucia) {
		path := l.write(t)
		var out strings.Builder
		check(t, run(t.Context(), l.args(path), &out, now))
		want := "3 sessions moved, 0 had been moved before.\n" + leftOut
		if out.String() != want {
			t.Errorf("%s\nwant %s", out.String(), want)
		}
		clock := now
		m := l.open(t, path, &clock, session.Config{})
		for cookie, user := range map[string]string{annsPhone: "ann", annsLaptop: "ann", bobs: "bob"} {
			s, name, err := validate(t, m, cookie)
			if err != nil || name != user || string(s.ID) != cookie[:15] {
				t.Errorf("%s: %q %v, want %q", user, name, err, user)
			}
			if has := s.Attributes.Country != nil; has != (l.sessions == "user_session") || has && *s.Attributes.Country != "NZ" {
				t.Errorf("%s: country %v", user, s.Attributes.Country)
			}
			if !s.Persistent || !errors.Is(s.RequireRecent(time.Hour), session.ErrNotRecent) {
				t.Errorf("%s: persistent %t, recent: %v", user, s.Persistent, s.RequireRecent(time.Hour))
			}
			// Renewed or not, the cookie still works.
			if _, _, err := validate(t, m, cookie); err != nil {
				t.Errorf("%s, once more: %v", user, err)
			}
			wrong := cookie[:39] + map[bool]string{true: "b", false: "a"}[cookie[39] == 'a']
			if _, _, err := validate(t, m, wrong); !errors.Is(err, session.ErrNoSession) {
				t.Errorf("%s with a wrong secret: %v", user, err)
			}
		}
		for _, cookie := range []string{expired, ownerless, custom, short} {
			if _, _, err := validate(t, m, cookie); !errors.Is(err, session.ErrNoSession) {
				t.Errorf("a cookie of no session: %v", err)
			}
		}
		list, err := m.List(t.Context(), "annsid")
		if err != nil || len(list) != 2 {
			t.Errorf("ann has %d devices: %v", len(list), err)
		}
	})
}

// Sessions keep Lucia's times: the ends of the active and the idle period.
func TestTimesAreLucias(t *testing.T) {
	forEachVersion(t, func(t *testing.T, l lucia) {
		path := l.write(t)
		check(t, run(t.Context(), l.args(path), new(strings.Builder), now))
		clock := now
		m := l.open(t, path, &clock, session.Config{})
		for cookie, want := range map[string]struct{ active, expires time.Duration }{
			annsPhone:  {time.Hour, 14 * 24 * time.Hour},
			annsLaptop: {-time.Hour, time.Second},
		} {
			s, err := m.Get(t.Context(), session.ID(cookie[:15]))
			check(t, err)
			if strings.HasPrefix(strings.ToLower(l.sessions), "session") {
				want.active = 0 // Lucia 3 has no such time: the session is renewed at its next use
			}
			if !s.ActiveUntil.Equal(now.Add(want.active)) || !s.ExpiresAt.Equal(now.Add(want.expires)) {
				t.Errorf("active until %v, expires %v, want %v", s.ActiveUntil.Sub(now), s.ExpiresAt.Sub(now), want)
			}
		}
		clock = now.Add(time.Second)
		if _, _, err := validate(t, m, annsLaptop); !errors.Is(err, session.ErrNoSession) {
			t.Errorf("after its expiry: %v", err)
		}
	})
}

// With Rotate the old cookie is replaced, since Lucia's table contains it in the clear.
func TestRotationReplacesTheCookie(t *testing.T) {
	forEachVersion(t, func(t *testing.T, l lucia) {
		path := l.write(t)
		check(t, run(t.Context(), l.args(path), new(strings.Builder), now))
		clock := now.Add(2 * time.Hour)
		m := l.open(t, path, &clock, session.Config{Renewal: session.Rotate})
		s, _, err := validate(t, m, annsPhone)
		check(t, err)
		cookie := s.Token().Reveal()
		if cookie == annsPhone || !s.Fresh {
			t.Fatal("not rotated")
		}
		_, name, err := validate(t, m, cookie)
		if err != nil || name != "ann" {
			t.Errorf("%q %v", name, err)
		}
		clock = clock.Add(time.Hour)
		if _, _, err := validate(t, m, annsPhone); !errors.Is(err, session.ErrNoSession) {
			t.Errorf("the old cookie after its grace: %v", err)
		}
	})
}

// Running the program again does not change the moved sessions.
func TestRunningAgain(t *testing.T) {
	forEachVersion(t, func(t *testing.T, l lucia) {
		path := l.write(t)
		check(t, run(t.Context(), l.args(path), new(strings.Builder), now))
		clock := now
		m := l.open(t, path, &clock, session.Config{})
		s, _, err := validate(t, m, bobs)
		check(t, err)
		renewed, err := m.Renew(t.Context(), s)
		check(t, err)
		var out strings.Builder
		check(t, run(t.Context(), l.args(path), &out, now.Add(time.Hour)))
		if !strings.HasPrefix(out.String(), "0 sessions moved, 2 had been moved before.\n") { // the third is expired now
			t.Error(out.String())
		}
		again, _, err := validate(t, m, bobs)
		if err != nil || !again.ExpiresAt.Equal(renewed.ExpiresAt) || !again.CreatedAt.Equal(renewed.CreatedAt) {
			t.Errorf("%v %v, want %v", again.ExpiresAt, err, renewed.ExpiresAt)
		}
	})
}

// Neither the new table nor the program's output contains a cookie.
func TestNoCookieIsWrittenDown(t *testing.T) {
	forEachVersion(t, func(t *testing.T, l lucia) {
		path := l.write(t)
		other := filepath.Join(t.TempDir(), "tenon.db")
		db, err := sqlite.Open[User, Session](t.Context(), other, sqlite.WithTables(l.users, "tenon_sessions"))
		check(t, err)
		check(t, db.Migrate(t.Context()))
		for _, id := range []string{"annsid", "bobsid"} {
			check(t, db.CreateUser(t.Context(), spec.User[User]{ID: id}))
		}
		check(t, db.Close())
		var out strings.Builder
		check(t, run(t.Context(), append(l.args(path), "-to", other), &out, now))
		if !strings.HasPrefix(out.String(), "3 sessions moved") {
			t.Error(out.String())
		}
		text, err := os.ReadFile(other)
		check(t, err)
		for _, cookie := range []string{annsPhone, annsLaptop, bobs, expired, ownerless, custom} {
			if strings.Contains(string(text), cookie[15:]) || strings.Contains(out.String(), cookie[15:]) {
				t.Error("a cookie's secret is there to read")
			}
		}
		if !strings.Contains(string(text), annsPhone[:15]) {
			t.Error("the file does not have what it should: the test looks at the wrong one")
		}
	})
}

func TestWhatCannotBeMoved(t *testing.T) {
	t.Parallel()
	l := versions["2"]
	path := l.write(t)
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"nothing":         {nil, "-from"},
		"more":            {append(l.args(path), "x"), "-from"},
		"the same table":  {append(l.args(path), "-sessions", l.sessions), "same table"},
		"no such engine":  {[]string{"-from", "oracle://scott:tiger@db"}, "none of the forms postgres://"},
		"no such table":   {append(l.args(path), "-lucia", "none"), "Lucia's table"},
		"another table":   {append(l.args(path), "-lucia", "user_key"), "its columns are id, user_id, hashed_password"},
		"a hostile table": {append(l.args(path), "-lucia", `user"; DROP TABLE "user`), "Lucia's table"},
		"no such flag":    {[]string{"-x"}, "flag"},
	} {
		err := run(t.Context(), test.args, new(strings.Builder), now)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "tiger") {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
	var out strings.Builder
	check(t, run(t.Context(), l.args(path), &out, now)) // nothing was lost
	if !strings.HasPrefix(out.String(), "3 sessions moved") {
		t.Error(out.String())
	}
}

// A path with a question mark is refused. The driver would open another file.
func TestPathWithQuestionMark(t *testing.T) {
	dir := t.TempDir()
	err := run(t.Context(), []string{"-from", filepath.Join(dir, "what?", "app.db"), "-to", filepath.Join(dir, "new.db")}, io.Discard, time.Now())
	if err == nil || !strings.Contains(err.Error(), "question mark") {
		t.Errorf("got %v, want an error that names the question mark", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "what")); err == nil {
		t.Error("there is a file with the beginning of the name")
	}
}

// Every form of a time is read.
func TestInstants(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for _, value := range []any{
		want.Unix(), want.UnixMilli(), float64(want.UnixMilli()), uint64(want.Unix()), uint64(want.UnixMilli()), []byte("1772600767"), "1772600767000",
		want, want.In(time.FixedZone("", 3600)), "2026-03-04 05:06:07", []byte("2026-03-04 05:06:07.000"), "2026-03-04T05:06:07Z",
		"2026-03-04T06:06:07+01:00",
	} {
		var got instant
		if err := got.Scan(value); err != nil || !time.Time(got).Equal(want) {
			t.Errorf("%T %v: %v %v", value, value, time.Time(got), err)
		}
	}
	for _, value := range []any{nil, "secret", true} {
		if err := new(instant).Scan(value); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%v: %v", value, err)
		}
	}
}
