package postgres_test

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// wantCode fails the test unless err is of this class and is the server's
// error with this code, which its text names.
func wantCode(t *testing.T, err, class error, code, call string) {
	t.Helper()
	servertest.WantClass(t, err, class, call)
	var e *pgconn.PgError
	if !errors.As(err, &e) || e.Code != code || !strings.Contains(err.Error(), code) {
		t.Errorf("%s: got %v (cause %v), want the server's %s", call, err, e, code)
	}
}

// update is a write that waits for the lock of the user's row.
func update(t *testing.T, a *adapter) error {
	return a.UpdateUser(t.Context(), ann.ID, Person{Email: "new@example.com"}, attr.All[Person]())
}

func (p *place) wantAnn(a *adapter) {
	p.t.Helper()
	if got, err := a.User(p.t.Context(), ann.ID); err != nil || got != ann {
		p.t.Errorf("after a write that failed: got %+v, %v", got, err)
	}
}

func TestTooManyConnections(t *testing.T) { // 53300
	t.Parallel()
	p := newPlace(t, nil)
	p.ready(p.open())
	dsn := p.role("CONNECTION LIMIT 1")
	p.exec("GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO PUBLIC")
	first, err := postgres.Open[Person, Device](t.Context(), dsn, postgres.WithSchema(p.Name))
	servertest.OK(t, err)
	defer first.Close()
	_, err = first.User(t.Context(), ann.ID) // holds the connection
	servertest.OK(t, err)
	_, err = postgres.Open[Person, Device](t.Context(), dsn, postgres.WithSchema(p.Name))
	wantCode(t, err, spec.ErrUnavailable, "53300", "Open")
}

func TestStatementTimeout(t *testing.T) { // 57014, and no context was cancelled
	t.Parallel()
	p := newPlace(t, nil)
	p.ready(p.open())
	db := servertest.OpenDB(t, "pgx", p.DSN)
	db.SetMaxOpenConns(1)
	a, err := postgres.New[Person, Device](t.Context(), db, postgres.WithSchema(p.Name))
	servertest.OK(t, err)
	_, err = db.ExecContext(t.Context(), "SET statement_timeout = 1") // only for the statement that waits
	servertest.OK(t, err)
	locked := p.other("SELECT FROM users FOR UPDATE")
	wantCode(t, update(t, a), spec.ErrFailed, "57014", "UpdateUser")
	servertest.OK(t, locked.Rollback())
	p.wantAnn(p.open())
}

func TestLockTimeout(t *testing.T) { // 55P03
	t.Parallel()
	p := newPlace(t, nil)
	a := p.openWith(neverWait)
	locked := p.other("SELECT FROM users FOR UPDATE")
	wantCode(t, update(t, a), spec.ErrConflict, "55P03", "UpdateUser")
	servertest.OK(t, locked.Rollback())
	p.wantAnn(a)
}

func TestNoPermission(t *testing.T) { // 42501
	t.Parallel()
	p := newPlace(t, nil)
	p.ready(p.open())
	a, err := postgres.Open[Person, Device](t.Context(), p.role(""), postgres.WithSchema(p.Name))
	servertest.OK(t, err)
	defer a.Close()
	ctx := t.Context()
	_, err = a.User(ctx, ann.ID)
	wantCode(t, err, spec.ErrFailed, "42501", "User")
	_, _, err = a.SessionAndUser(ctx, phone.ID)
	wantCode(t, err, spec.ErrFailed, "42501", "SessionAndUser")
	wantCode(t, a.CreateUser(ctx, ann), spec.ErrFailed, "42501", "CreateUser")
	wantCode(t, a.DeleteUser(ctx, ann.ID), spec.ErrFailed, "42501", "DeleteUser")
	wantCode(t, a.SwapLease(ctx, phone.ID, lease, lease), spec.ErrFailed, "42501", "SwapLease")
	_, err = a.DeleteExpiredSessions(ctx, sweepAll)
	wantCode(t, err, spec.ErrFailed, "42501", "DeleteExpiredSessions")

	// A role that can only read and write rows can make every call, without the privileges
	// CREATE, TRUNCATE and REFERENCES.
	p.exec("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO PUBLIC")
	servertest.OK(t, a.Check(ctx))
	servertest.OK(t, a.Migrate(ctx))
	servertest.OK(t, a.DeleteUser(ctx, ann.ID))
	servertest.OK(t, a.CreateUser(ctx, ann))
	servertest.OK(t, a.CreateSession(ctx, phone))
}

// The adapter closes connections to a server that no longer accepts writes. The next call
// connects again, here to a server that does.
func TestReadOnly(t *testing.T) { // 25006
	t.Parallel()
	for _, handle := range []string{"", "pgx", "pgxpool", "postgres"} {
		p := newPlace(t, nil)
		p.ready(p.open())
		dsn := p.role("")
		u, err := url.Parse(dsn)
		servertest.OK(t, err)
		p.exec("GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO PUBLIC", "ALTER ROLE "+u.User.Username()+" SET default_transaction_read_only = on")
		p.DSN = dsn
		a := p.openOn(handle)
		if handle == "" { // more connections than one
			locked := p.other("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
			var reads sync.WaitGroup
			for range 3 {
				reads.Go(func() { p.wantAnn(a) })
			}
			p.blocked(3)
			servertest.OK(t, locked.Rollback())
			reads.Wait()
		}
		wantClassAndCode := func(err error, call string) {
			t.Helper()
			servertest.WantClass(t, err, spec.ErrUnavailable, call)
			if !strings.Contains(fmt.Sprint(err), "25006") {
				t.Errorf("%s: %v, want the code 25006", call, err)
			}
		}
		wantClassAndCode(update(t, a), "UpdateUser")
		for left := 1; handle == "" && left > 0; { // those of Open's own handle are closed, all of them
			servertest.OK(t, p.admin.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE usename = $1", u.User.Username()).Scan(&left))
		}
		wantClassAndCode(a.DeleteUser(t.Context(), ann.ID), "DeleteUser")
		p.wantAnn(a)
		p.exec("ALTER ROLE " + u.User.Username() + " RESET default_transaction_read_only")
		wantClassAndCode(a.DeleteUser(t.Context(), ann.ID), "DeleteUser on the connection that read")
		servertest.OK(t, update(t, a))
	}
}

// If the driver itself refuses a call, because the application has changed a connection's
// settings, the error is not one of the network.
func TestDriverRefuses(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	p.ready(p.open())
	for statement, call := range map[string]func(a *adapter) error{
		"SET standard_conforming_strings = off": func(a *adapter) error { return update(t, a) },
		"SET DateStyle = German":                func(a *adapter) error { _, err := a.Session(t.Context(), phone.ID); return err },
	} {
		db := servertest.OpenDB(t, "pgx", p.DSN+"&default_query_exec_mode=simple_protocol")
		db.SetMaxOpenConns(1)
		a, err := postgres.New[Person, Device](t.Context(), db, postgres.WithSchema(p.Name))
		servertest.OK(t, err)
		_, err = db.ExecContext(t.Context(), statement)
		servertest.OK(t, err)
		servertest.WantClass(t, call(a), spec.ErrFailed, "a call after "+statement)
		_, err = db.ExecContext(t.Context(), "RESET ALL")
		servertest.OK(t, err)
		servertest.OK(t, call(a))
	}
}

func TestNoTable(t *testing.T) { // 42P01, 3F000
	t.Parallel()
	p := newPlace(t, nil)
	a := p.open()
	_, err := a.User(t.Context(), ann.ID)
	wantCode(t, err, spec.ErrFailed, "42P01", "User without a table")
	wantCode(t, a.CreateUser(t.Context(), ann), spec.ErrFailed, "42P01", "CreateUser without a table")
	servertest.WantClass(t, a.Check(t.Context()), spec.ErrFailed, "Check without a table")
	b := p.open(postgres.WithSchema(p.Name + "x"))
	if _, err := b.User(t.Context(), ann.ID); spec.ClassOf(err) != spec.ErrFailed {
		t.Errorf("User without a schema: %v", err)
	}
	servertest.WantClass(t, b.Check(t.Context()), spec.ErrFailed, "Check without a schema")
}

func TestSerializationFailure(t *testing.T) { // 40001
	t.Parallel()
	p := newPlace(t, url.Values{"default_transaction_isolation": {"repeatable read"}})
	a := p.ready(p.open())
	other := p.other("UPDATE users SET name = name")
	result := make(chan error)
	go func() { result <- update(t, a) }()
	p.blocked(1)
	servertest.OK(t, other.Commit())
	wantCode(t, <-result, spec.ErrConflict, "40001", "UpdateUser")
	p.wantAnn(a)
	servertest.OK(t, update(t, a)) // trying again works
}

// The adapter holds the user's row and waits for a session's; then it is made
// to wait for another session that waits for the user. The server
// looks for deadlocks when one has waited for deadlock_timeout: only the
// adapter's is short.
func TestDeadlock(t *testing.T) { // 40P01
	t.Parallel()
	p := newPlace(t, url.Values{"deadlock_timeout": {"10"}})
	a := p.ready(p.open())
	laptop := phone
	laptop.ID = "x laptop" // after phone, in the table and in its indexes
	servertest.OK(t, a.CreateSession(t.Context(), laptop))
	gate := p.other("SELECT FROM sessions WHERE id = 'phone' FOR UPDATE")
	other := p.other("SET LOCAL deadlock_timeout = '1h'", "SELECT FROM sessions WHERE id = 'x laptop' FOR UPDATE")
	result, others := make(chan error), make(chan error)
	go func() { result <- a.DeleteUser(t.Context(), ann.ID) }()
	p.blocked(1)
	go func() {
		_, err := other.Exec("UPDATE " + p.quoted() + ".users SET name = name")
		others <- err
	}()
	p.blocked(2)
	servertest.OK(t, gate.Rollback())
	wantCode(t, <-result, spec.ErrConflict, "40P01", "DeleteUser")
	servertest.OK(t, <-others)
	servertest.OK(t, other.Rollback())
	p.wantAnn(a)
	if list, err := a.UserSessions(t.Context(), ann.ID); err != nil || len(list) != 2 {
		t.Errorf("after a delete that failed: %d sessions, %v, want 2", len(list), err)
	}
}

// An administrator ends the connections, as a restart does. One call can fail, but never
// with "not found". The next calls work.
func TestTerminated(t *testing.T) { // 57P01
	t.Parallel()
	p := newPlace(t, url.Values{"application_name": {"doomed"}})
	a := p.ready(p.open())
	kill := func() {
		p.exec(`SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name = 'doomed'
			AND query LIKE '%{schema}%'`)
	}
	for _, c := range []struct {
		name string
		call func() error
		may  []error // it may end in one of these
	}{
		{"User", func() error { _, err := a.User(t.Context(), ann.ID); return err }, []error{nil, spec.ErrUnavailable}},
		{"UpdateUser", func() error { return update(t, a) }, []error{nil, spec.ErrUnavailable, spec.ErrIndeterminate}},
	} {
		kill()
		err := c.call()
		if class := spec.ClassOf(err); !slices.Contains(c.may, class) || class == nil && err != nil {
			t.Errorf("%s after the connections were ended: %v", c.name, err)
		}
		for range 3 {
			servertest.OK(t, c.call())
		}
	}
}
