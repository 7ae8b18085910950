package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
)

// Ids of sessions, by the version that made them. Versions up to 2.0.0-beta.5 use capital
// letters.
var madeBy = map[string]string{
	"lucia-auth 0.4.3":   "qZtuLgIMVu1mz5kCWox3bs1rwqxARtta5qZFMprB",
	"lucia-auth 1.8.0":   "3TdK30afiwuUXnq2j3lhnrA9Mqt4tRG91zGYHxyo",
	"lucia 2.0.0-beta.5": "S3C5DS6yjNiYup1G8658081hv3FEyHJFffe5EjJ7",
	"lucia 2.7.7":        "qgmd08kxth3eepoqmpf9iudbebb9dex0u7cts4wa",
	"lucia 3.2.2":        "mlsung46o3ajoigcz4idkjgo3bfgric663oxwnxa",
}

func TestIDsOfEachVersion(t *testing.T) {
	t.Parallel()
	for version, id := range madeBy {
		s, ok := convert(luciaSession{ID: id, UserID: "annsid", ExpiresAt: now.Add(time.Hour)}, now)
		if !ok || s.ID != id[:15] {
			t.Errorf("%s: %t, with the id %q", version, ok, s.ID)
		}
	}
}

// Ids are compared byte by byte, so these are two sessions.
func TestIDsThatDifferInCase(t *testing.T) {
	t.Parallel()
	l := versions["1"]
	path := l.write(t)
	twin := strings.ToLower(annsPhone)
	exec(t, path, fmt.Sprintf(`INSERT INTO auth_session (id, user_id, active_expires, idle_expires) VALUES ('%s', 'bobsid', %d, %[2]d)`,
		twin, now.Add(time.Hour).UnixMilli()))
	check(t, run(t.Context(), l.args(path), new(strings.Builder), now))
	clock := now
	m := l.open(t, path, &clock, session.Config{})
	for cookie, want := range map[string]string{annsPhone: "ann", twin: "bob"} {
		if _, name, err := validate(t, m, cookie); err != nil || name != want {
			t.Errorf("got %q, %v, want %q", name, err, want)
		}
	}
}

// wroteIt is a database that a version of Lucia wrote, with testdata/write.mjs. Its two
// users, ann and bob, have one session each.
type wroteIt struct {
	dump   string
	lucia  lucia
	before string // the block of docs/from-lucia.md that its users need
}

var wroteThem = map[string]wroteIt{
	"1": {dump: "lucia1.sql", lucia: versions["1"]},
	"2": {dump: "lucia2.sql", lucia: versions["2"]},
	"3": {dump: "lucia3.sql", lucia: versions["3"], before: "Passwords in a table of their own"},
}

// restore creates a file from the dump.
func (w wroteIt) restore(t *testing.T) (path string) {
	t.Helper()
	dump, err := os.ReadFile(filepath.Join("testdata", w.dump))
	check(t, err)
	path = filepath.Join(t.TempDir(), "lucia.db")
	exec(t, path, string(dump))
	if w.before != "" {
		exec(t, path, pageSQL(t, w.before))
	}
	return path
}

// exec runs statements in a SQLite file.
func exec(t *testing.T, path, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	check(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), statements)
	check(t, err)
}

// TestRealDatabases moves databases that the real Lucia wrote. Each cookie still signs in
// its user.
func TestRealDatabases(t *testing.T) {
	t.Parallel()
	for version, w := range wroteThem {
		t.Run("Lucia "+version, func(t *testing.T) {
			t.Parallel()
			path := w.restore(t)
			cookies := w.cookies(t, path)
			var out strings.Builder
			check(t, run(t.Context(), w.lucia.args(path), &out, now))
			if !strings.HasPrefix(out.String(), "2 sessions moved, 0 had been moved before.") || len(cookies) != 2 {
				t.Errorf("%d cookies: %s", len(cookies), out.String())
			}
			clock := now
			m := w.lucia.open(t, path, &clock, session.Config{})
			for cookie, user := range cookies {
				if _, name, err := validate(t, m, cookie); err != nil || name != user {
					t.Errorf("%s: %q %v", user, name, err)
				}
			}
		})
	}
}

// cookies returns the cookies in Lucia's table, and the user of each.
func (w wroteIt) cookies(t *testing.T, path string) map[string]string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	check(t, err)
	defer db.Close()
	rows, err := db.QueryContext(context.WithoutCancel(t.Context()), fmt.Sprintf(
		`SELECT s.id, username FROM %s AS s JOIN "%s" AS u ON u.id = user_id`, w.lucia.sessions, w.lucia.users))
	check(t, err)
	defer rows.Close()
	cookies := map[string]string{}
	for rows.Next() {
		var id, name string
		check(t, rows.Scan(&id, &name))
		cookies[id] = name
	}
	check(t, rows.Err())
	return cookies
}
