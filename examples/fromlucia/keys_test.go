package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/session"
)

// Keys that refer to a user keep the user from being deleted, until the page's SQL makes
// them be deleted with the user.
func TestKeysInSQLite(t *testing.T) {
	t.Parallel()
	w := wroteThem["2"]
	path := w.restore(t)
	check(t, run(t.Context(), w.lucia.args(path), new(strings.Builder), now))
	clock := now
	m := w.lucia.open(t, path, &clock, session.Config{})
	adapter := w.lucia.openAdapter(t, path)
	id := func() (id string) {
		for cookie := range w.cookies(t, path) {
			s, _, err := validate(t, m, cookie)
			check(t, err)
			return s.UserID
		}
		return ""
	}()
	err := adapter.DeleteUser(t.Context(), id)
	if err == nil || !strings.Contains(err.Error(), `a row of table "user_key" or "user_session" refers to it`) {
		t.Errorf("got %v, want an error about Lucia's tables", err)
	}
	exec(t, path, pageSQL(t, "Keys go with their user: SQLite")+"DROP TABLE user_session")
	check(t, adapter.DeleteUser(t.Context(), id))
	if keys := count(t, "sqlite", path, "user_key"); keys != 1 {
		t.Errorf("%d keys are left, want the other user's", keys)
	}
}

func count(t *testing.T, driver, dsn, table string) (n int) {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	check(t, err)
	defer db.Close()
	check(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

// The tables of Lucia 2's pages for servers. {user} and the others stand for names.
const luciasTables = `CREATE TABLE {user} (id VARCHAR(15) NOT NULL PRIMARY KEY, username {text} NOT NULL);
CREATE TABLE {user_key} (id VARCHAR(255) NOT NULL PRIMARY KEY, user_id VARCHAR(15) NOT NULL, hashed_password VARCHAR(255), FOREIGN KEY (user_id) REFERENCES {user}(id));
CREATE TABLE {user_session} (id VARCHAR(127) NOT NULL PRIMARY KEY, user_id VARCHAR(15) NOT NULL, active_expires BIGINT NOT NULL, idle_expires BIGINT NOT NULL, FOREIGN KEY (user_id) REFERENCES {user}(id))`

// The page's SQL works on the tables of Lucia's pages.
func TestPageOnServers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		server sqlServer
		text   string
		blocks []string
	}{
		"PostgreSQL": {postgresServer, "TEXT", []string{"Ids of any length: PostgreSQL", "Keys go with their user: PostgreSQL"}},
		"MySQL":      {mysqlServer(servers.MySQL), "LONGTEXT", []string{"Ids that are bytes: MySQL, MariaDB"}},
		"MariaDB":    {mysqlServer(servers.MariaDB), "LONGTEXT", []string{"Ids that are bytes: MySQL, MariaDB"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := test.server.start(t).DSN
			p := newPlace(test.server.prefix + dsn)
			keys := strings.Replace(p.lucia, "session", "key", 1)
			db, err := sql.Open(test.server.driver, dsn)
			check(t, err)
			t.Cleanup(func() { check(t, db.Close()) })
			exec := func(ctx context.Context, statements string) {
				t.Helper()
				for statement := range strings.SplitSeq(strings.Trim(statements, "; \n"), ";") {
					_, err := db.ExecContext(ctx, statement)
					check(t, err)
				}
			}
			named := strings.NewReplacer("{user}", p.users, "{user_key}", keys, "{user_session}", p.lucia, "{text}", test.text,
				`"user"`, p.users, " user ", " "+p.users+" ", "user_key", keys, "user_session", p.lucia)
			t.Cleanup(func() {
				for _, table := range []string{p.sessions, p.lucia, keys, p.users} {
					exec(context.Background(), "DROP TABLE IF EXISTS "+table)
				}
			})
			exec(t.Context(), named.Replace(luciasTables))
			exec(t.Context(), fmt.Sprintf("INSERT INTO %s (id, username) VALUES ('annsid', 'ann')", p.users))
			exec(t.Context(), fmt.Sprintf("INSERT INTO %s (id, user_id) VALUES ('username:ann', 'annsid')", keys))
			exec(t.Context(), fmt.Sprintf("INSERT INTO %s (id, user_id, active_expires, idle_expires) VALUES ('%s', 'annsid', %d, %[3]d)", p.lucia, annsPhone, now.UnixMilli()+1000))

			for _, block := range test.blocks {
				exec(t.Context(), named.Replace(pageSQL(t, block)))
			}
			check(t, run(t.Context(), []string{"-from", p.from, "-lucia", p.lucia, "-users", p.users, "-sessions", p.sessions}, new(strings.Builder), now))
			exec(t.Context(), "DROP TABLE "+p.lucia)
			e, err := engineOf(p.from)
			check(t, err)
			opened, _, err := e.openTarget(t.Context(), p.from, p.users, p.sessions)
			check(t, err)
			defer opened.Close()
			check(t, opened.DeleteUser(t.Context(), "annsid"))
			if n := count(t, test.server.driver, dsn, keys); n != 0 {
				t.Errorf("%d keys are left", n)
			}
		})
	}
}
