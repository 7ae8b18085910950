package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/session"
)

var servers containers.Shared

func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }

// place is a database on a server, with a test's own tables.
type place struct{ from, users, lucia, sessions string }

func newPlace(from string) place {
	suffix := "_" + strings.ToLower(rand.Text()[:8])
	return place{from, "auth_user" + suffix, "user_session" + suffix, "sessions" + suffix}
}

// sqlServer is an engine with the tables of Lucia's pages for it, except that the table of
// users is that of docs/from-lucia.md. %s stands for a table's name.
type sqlServer struct {
	start                func(conformance.TB) *containers.Server
	driver, prefix       string
	users, second, third string // users; sessions of Lucia 2, and of Lucia 3
}

const secondSessions = `CREATE TABLE %s (id VARCHAR(127) NOT NULL PRIMARY KEY, user_id VARCHAR(15) NOT NULL,
	active_expires BIGINT NOT NULL, idle_expires BIGINT NOT NULL, country VARCHAR(2))`

var postgresServer = sqlServer{
	start:  func(t conformance.TB) *containers.Server { return servers.Postgres(t, containers.PostgresOptions{}) },
	driver: "pgx",
	users:  `CREATE TABLE %s (id TEXT NOT NULL PRIMARY KEY, username TEXT NOT NULL)`,
	second: secondSessions,
	third:  `CREATE TABLE %s (id TEXT NOT NULL PRIMARY KEY, user_id TEXT NOT NULL, expires_at TIMESTAMPTZ NOT NULL)`,
}

func mysqlServer(start func(conformance.TB, containers.MySQLOptions) *containers.Server) sqlServer {
	return sqlServer{
		start:  func(t conformance.TB) *containers.Server { return start(t, containers.MySQLOptions{}) },
		driver: "mysql", prefix: mysqlPrefix,
		users:  `CREATE TABLE %s (id VARBINARY(255) NOT NULL PRIMARY KEY, username LONGTEXT NOT NULL)`,
		second: strings.ReplaceAll(secondSessions, "BIGINT", "BIGINT UNSIGNED"),
		third:  `CREATE TABLE %s (id VARCHAR(255) PRIMARY KEY, user_id VARCHAR(255) NOT NULL, expires_at DATETIME NOT NULL)`,
	}
}

// TestServers moves the sessions of Lucia 2 and 3 on each server, and presents the
// cookies.
func TestServers(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]sqlServer{
		"PostgreSQL": postgresServer, "MySQL": mysqlServer(servers.MySQL), "MariaDB": mysqlServer(servers.MariaDB),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := s.start(t).DSN
			db, err := sql.Open(s.driver, dsn)
			check(t, err)
			t.Cleanup(func() { check(t, db.Close()) })
			exec := func(ctx context.Context, query string) {
				t.Helper()
				_, err := db.ExecContext(ctx, query)
				check(t, err)
			}
			for _, version := range []int{2, 3} {
				p := newPlace(s.prefix + dsn)
				sessions := map[int]string{2: s.second, 3: s.third}[version]
				for table, statement := range map[string]string{p.users: s.users, p.lucia: sessions} {
					exec(t.Context(), fmt.Sprintf(statement, table))
					t.Cleanup(func() { exec(context.Background(), "DROP TABLE "+table) })
				}
				t.Cleanup(func() { exec(context.Background(), "DROP TABLE IF EXISTS "+p.sessions) }) // which refers to users
				for _, name := range people {
					exec(t.Context(), fmt.Sprintf("INSERT INTO %s (id, username) VALUES ('%[2]ssid', '%[2]s')", p.users, name))
				}
				for _, w := range written {
					columns, values := "id, user_id, active_expires, idle_expires, country",
						fmt.Sprintf("'%s', '%s', %d, %d, 'NZ'", w.id, w.user, now.Add(w.active).UnixMilli(), now.Add(w.expires).UnixMilli())
					if version == 3 {
						columns = "id, user_id, expires_at"
						values = fmt.Sprintf("'%s', '%s', '%s'", w.id, w.user, now.Add(w.expires).Format(time.DateTime))
					}
					exec(t.Context(), fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", p.lucia, columns, values))
				}
				p.wantMoved(t, version)
			}
		})
	}
	t.Run("MongoDB", func(t *testing.T) {
		t.Parallel()
		server := servers.Mongo(t, containers.MongoOptions{Members: 1})
		client, err := mongo.Connect(options.Client().ApplyURI(server.DSN))
		check(t, err)
		t.Cleanup(func() { check(t, client.Disconnect(context.Background())) })
		parsed, err := connstring.ParseAndValidate(server.DSN)
		check(t, err)
		db := client.Database(parsed.Database)
		for _, version := range []int{2, 3} {
			p := newPlace(server.DSN)
			for _, collection := range []string{p.users, p.lucia, p.sessions} {
				t.Cleanup(func() { check(t, db.Collection(collection).Drop(context.Background())) })
			}
			for _, name := range people {
				_, err := db.Collection(p.users).InsertOne(t.Context(), bson.M{"_id": name + "sid", "username": name})
				check(t, err)
			}
			for _, w := range written {
				document := bson.M{"_id": w.id, "user_id": w.user, "country": "NZ", "__v": 0,
					"active_expires": now.Add(w.active).UnixMilli(), "idle_expires": now.Add(w.expires).UnixMilli()}
				if version == 3 {
					document = bson.M{"_id": w.id, "user_id": w.user, "expires_at": now.Add(w.expires)}
				}
				_, err := db.Collection(p.lucia).InsertOne(t.Context(), document)
				check(t, err)
			}
			p.wantMoved(t, version)
		}
	})
}

// wantMoved runs the program twice, and tries all cookies.
func (p place) wantMoved(t *testing.T, version int) {
	t.Helper()
	args := []string{"-from", p.from, "-lucia", p.lucia, "-users", p.users, "-sessions", p.sessions}
	for _, missing := range []string{"-lucia", "-users"} { // and nothing is made that the move below would find
		if err := run(t.Context(), append(args, missing, "missing_"+p.sessions), io.Discard, now); err == nil || !strings.Contains(err.Error(), "check ") {
			t.Errorf("Lucia %d: without the table of %s: %v", version, missing, err)
		}
	}
	for _, want := range []string{
		"3 sessions moved, 0 had been moved before.\n" + leftOut,
		"0 sessions moved, 3 had been moved before.\n" + leftOut,
	} {
		var out strings.Builder
		check(t, run(t.Context(), args, &out, now))
		if out.String() != want {
			t.Errorf("Lucia %d: got %s\nwant %s", version, out.String(), want)
		}
	}
	e, err := engineOf(p.from)
	check(t, err)
	opened, _, err := e.openTarget(t.Context(), p.from, p.users, p.sessions)
	check(t, err)
	defer opened.Close()
	m, err := session.NewManager(opened, session.Config{Now: func() time.Time { return now }})
	check(t, err)
	for cookie, user := range map[string]string{annsPhone: "ann", annsLaptop: "ann", bobs: "bob"} {
		s, name, err := validate(t, m, cookie)
		if err != nil || name != user {
			t.Errorf("Lucia %d: %s: %q %v", version, user, name, err)
		}
		if has := s.Attributes.Country != nil; has != (version == 2) || has && *s.Attributes.Country != "NZ" {
			t.Errorf("Lucia %d: %s: country %v", version, user, s.Attributes.Country)
		}
		wrong := cookie[:39] + map[bool]string{true: "b", false: "a"}[cookie[39] == 'a']
		if _, _, err := validate(t, m, wrong); !errors.Is(err, session.ErrNoSession) {
			t.Errorf("Lucia %d: %s with a wrong secret: %v", version, user, err)
		}
	}
	for _, cookie := range []string{expired, ownerless, custom, short} {
		if _, _, err := validate(t, m, cookie); !errors.Is(err, session.ErrNoSession) {
			t.Errorf("Lucia %d: a cookie of no session: %v", version, err)
		}
	}
}
