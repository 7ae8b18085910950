package postgres_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// The fixtures of servertest.
type (
	Person  = servertest.Person
	Device  = servertest.Device
	adapter = spec.Store[Person, Device]
)

var noon, lease, ann, phone = servertest.Noon, servertest.Lease, servertest.Ann, servertest.Phone

// place is a place for a test's own store, with access that does not use the adapter.
type place struct {
	servertest.Place
	t     *testing.T
	admin *sql.DB
}

// newPlace prepares a store on the server; parameters are added to its DSN.
func newPlace(t *testing.T, parameters url.Values) *place {
	t.Helper()
	server := postgresServer(t, "")
	return &place{servertest.NewPlace(t, server, parameters), t, servertest.OpenDB(t, "pgx", server.DSN)}
}

// open opens an adapter on the place. It does not create the tables.
func (p *place) open(options ...postgres.Option) *adapter {
	p.t.Helper()
	a, err := postgres.Open[Person, Device](p.t.Context(), p.DSN, append([]postgres.Option{postgres.WithSchema(p.Name)}, options...)...)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { a.Close() }) // again, perhaps
	return a
}

// openWith opens an adapter on the place, whose tables are made, with a setting
// of the server's for its connections alone: making tables would meet it too.
func (p *place) openWith(setting string) *adapter {
	p.t.Helper()
	p.ready(p.open())
	a, err := postgres.Open[Person, Device](p.t.Context(), p.DSN+"&"+setting, postgres.WithSchema(p.Name))
	servertest.OK(p.t, err)
	p.t.Cleanup(func() { a.Close() })
	return a
}

// openOn opens an adapter on a handle of a database/sql driver, or without its
// name as open does.
func (p *place) openOn(handle string) *adapter {
	p.t.Helper()
	if handle == "" {
		return p.open()
	}
	var db *sql.DB
	if handle == "pgxpool" {
		db = stdlib.OpenDBFromPool(openPool(p.t, p.DSN))
		p.t.Cleanup(func() { servertest.OK(p.t, db.Close()) })
	} else {
		db = servertest.OpenDB(p.t, handle, p.DSN)
	}
	a, err := postgres.New[Person, Device](p.t.Context(), db, postgres.WithSchema(p.Name))
	servertest.OK(p.t, err)
	return a
}

// openPool opens a pool of pgx's.
func openPool(t *testing.T, dsn string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), dsn)
	servertest.OK(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// openPlain is open for the short program.
func (p *place) openPlain(options ...postgres.Option) *spec.Store[program.Person, program.Device] {
	p.t.Helper()
	a, err := postgres.Open[program.Person, program.Device](p.t.Context(), p.DSN, append([]postgres.Option{postgres.WithSchema(p.Name)}, options...)...)
	servertest.OK(p.t, err)
	p.t.Cleanup(func() { a.Close() })
	return a
}

// ready creates an adapter's tables, with ann and phone.
func (p *place) ready(a *adapter) *adapter {
	p.t.Helper()
	return servertest.Ready(p.t, a, ann, phone)
}

// exec runs statements as the owner of the database, with the schema of the
// place as the search path. {schema} is its name, quoted.
func (p *place) exec(statements ...string) {
	p.t.Helper()
	conn, err := p.admin.Conn(p.t.Context())
	servertest.OK(p.t, err)
	defer conn.Close()
	_, err = conn.ExecContext(p.t.Context(), "SET search_path = "+p.quoted())
	servertest.OK(p.t, err)
	for _, s := range statements {
		if _, err := conn.ExecContext(p.t.Context(), strings.ReplaceAll(s, "{schema}", p.quoted())); err != nil {
			p.t.Fatalf("%s: %v", s, err)
		}
	}
}

func (p *place) quoted() string { return `"` + p.Name + `"` }

// other begins another client's transaction, in the schema of the place, which
// ends with the test if it does not before.
func (p *place) other(statements ...string) *sql.Tx {
	p.t.Helper()
	tx, err := p.admin.BeginTx(p.t.Context(), nil)
	servertest.OK(p.t, err)
	p.t.Cleanup(func() { tx.Rollback() }) // ErrTxDone if it has ended
	for _, s := range append([]string{"SET LOCAL search_path = " + p.quoted()}, statements...) {
		if _, err := tx.ExecContext(p.t.Context(), s); err != nil {
			p.t.Fatalf("%s: %v", s, err)
		}
	}
	return tx
}

// blocked waits until n statements on the tables of the place wait for a lock.
func (p *place) blocked(n int) {
	p.t.Helper()
	for {
		var waiting int
		servertest.OK(p.t, p.admin.QueryRowContext(p.t.Context(), `SELECT count(*) FROM pg_stat_activity
			WHERE wait_event_type = 'Lock' AND state = 'active' AND query LIKE '%' || $1 || '%'`, p.Name).Scan(&waiting))
		if waiting >= n {
			return
		}
		runtime.Gosched()
	}
}

// as returns the DSN for another role of the server.
func (p *place) as(role, password string) string {
	p.t.Helper()
	u, err := url.Parse(p.DSN)
	servertest.OK(p.t, err)
	u.User = url.UserPassword(role, password)
	return u.String()
}

// role makes a role, which may use the place, and drops it after the test.
func (p *place) role(attributes string) (dsn string) {
	p.t.Helper()
	name := "tenon_test_" + strings.ToLower(rand.Text()[:10])
	p.exec("CREATE ROLE "+name+" LOGIN PASSWORD 'secret' "+attributes, "GRANT USAGE ON SCHEMA {schema} TO "+name)
	p.t.Cleanup(func() {
		for _, s := range []string{"DROP OWNED BY " + name, "DROP ROLE " + name} {
			if _, err := p.admin.ExecContext(context.Background(), s); err != nil {
				p.t.Errorf("%s: %v", s, err)
			}
		}
	})
	return p.as(name, "secret")
}
