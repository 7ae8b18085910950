package main

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance/containers"
)

const aUUID = "018f6b3e-0000-7000-8000-00000000002a"

// Lucia 3 accepts users' ids of any type. The program finds out the type.
func TestUserIDs(t *testing.T) {
	t.Parallel()
	sqliteFile := filepath.Join(t.TempDir(), "lucia.db")
	postgresDSN := servers.Postgres(t, containers.PostgresOptions{}).DSN
	for _, test := range []struct {
		driver, dsn, typ, id, value, are string
	}{
		{"sqlite", sqliteFile, "INTEGER", "42", "42", "integers"},
		{"sqlite", sqliteFile, "TEXT", aUUID, "'" + aUUID + "'", ""},
		{"pgx", postgresDSN, "integer", "42", "42", "integers"},
		{"pgx", postgresDSN, "bigint", "42", "42", "integers"},
		{"pgx", postgresDSN, "uuid", aUUID, "'" + aUUID + "'", "UUIDs"},
	} {
		t.Run(test.driver+" "+test.typ, func(t *testing.T) {
			p := newPlace(test.dsn)
			db, err := sql.Open(test.driver, test.dsn)
			check(t, err)
			t.Cleanup(func() { check(t, db.Close()) })
			exec := func(ctx context.Context, query string, args ...any) {
				t.Helper()
				_, err := db.ExecContext(ctx, fmt.Sprintf(query, args...))
				check(t, err)
			}
			exec(t.Context(), "CREATE TABLE %s (id %s NOT NULL PRIMARY KEY, username TEXT NOT NULL)", p.users, test.typ)
			exec(t.Context(), "CREATE TABLE %s (id TEXT NOT NULL PRIMARY KEY, user_id %s NOT NULL, expires_at BIGINT NOT NULL)", p.lucia, test.typ)
			t.Cleanup(func() {
				for _, table := range []string{p.sessions, p.lucia, p.users} {
					exec(context.Background(), "DROP TABLE %s", table)
				}
			})
			exec(t.Context(), "INSERT INTO %s (id, username) VALUES (%s, 'ann')", p.users, test.value)
			exec(t.Context(), "INSERT INTO %s (id, user_id, expires_at) VALUES ('%s', %s, %d)", p.lucia, annsPhone, test.value, now.Add(time.Hour).Unix())

			var out strings.Builder
			check(t, run(t.Context(), []string{"-from", p.from, "-lucia", p.lucia, "-users", p.users, "-sessions", p.sessions}, &out, now))
			want := "1 sessions moved"
			if test.are != "" {
				want = "The ids of users are " + test.are + ".\n" + want
			}
			if !strings.HasPrefix(out.String(), want) {
				t.Errorf("it says %q, want %q first", out.String(), want)
			}
			e, err := engineOf(p.from)
			check(t, err)
			opened, _, err := e.openTarget(t.Context(), p.from, p.users, p.sessions)
			check(t, err)
			defer opened.Close()
			s, u, err := opened.SessionAndUser(t.Context(), annsPhone[:15])
			if err != nil || s.UserID != test.id || u.Attributes.Username != "ann" {
				t.Errorf("got the session %+v of %+v, %v", s, u, err)
			}
		})
	}
}

// If no type of ids fits, the error is that of the right type.
func TestUserIDsOfAnUnfitTable(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lucia.db")
	db, err := sql.Open("sqlite", path)
	check(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), `
		CREATE TABLE user (id INTEGER PRIMARY KEY, username TEXT NOT NULL, password_hash TEXT NOT NULL);
		CREATE TABLE user_session (id TEXT NOT NULL PRIMARY KEY, user_id INTEGER NOT NULL, expires_at INTEGER NOT NULL)`)
	check(t, err)
	err = run(t.Context(), []string{"-from", path, "-users", "user"}, new(strings.Builder), now)
	if err == nil || !strings.Contains(err.Error(), "password_hash") || strings.Contains(err.Error(), "needs TEXT") {
		t.Errorf("got %v, want an error about password_hash alone", err)
	}
}

func TestUserIDOfBytes(t *testing.T) {
	t.Parallel()
	for stored, want := range map[string]string{
		"\x01\x8f\x6b\x3e\x00\x00\x70\x00\x80\x00\x00\x00\x00\x00\x00\x2a": aUUID,
		aUUID: aUUID, "42": "42", "sixteen letters!": "sixteen letters!", "": "",
	} {
		if got := userID(stored); got != want {
			t.Errorf("%q: got %q, want %q", stored, got, want)
		}
	}
}

// The error of a source that cannot be opened contains no password.
func TestSourceHidesThePassword(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{
		"postgres://ann:hunter2@%zz/app", "postgres://ann@localhost/app?password=hunter2&sslmode=never", "postgres://ann:hunter2@localhost:port/app",
		"postgres://ann@localhost/app?pass%77ord=hunter2&sslmode=never",
		"mysql=ann:hunter2@localhost/app", "mongodb://ann:hunter2@%zz/app", "mongodb://ann:hunter2@localhost",
	} {
		e, err := engineOf(dsn)
		check(t, err)
		_, err = e.source(t.Context(), dsn, "user_session")
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v, want an error without the password", err)
		}
	}
}
