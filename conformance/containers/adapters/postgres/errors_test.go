package postgres_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
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

// update is a write that waits for whoever has the user's row locked.
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

func TestStatementTimeout(t *testing.T) { // 57014, and nobody cancelled
	t.Parallel()
	p := newPlace(t, nil)
	a := p.openWith("statement_timeout=1000")
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

	// Who may read and write may, whatever else is forbidden: no create, no
	// truncate, no references.
	p.exec("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO PUBLIC")
	servertest.OK(t, a.Check(ctx))
	servertest.OK(t, a.Migrate(ctx))
	servertest.OK(t, a.DeleteUser(ctx, ann.ID))
	servertest.OK(t, a.CreateUser(ctx, ann))
	servertest.OK(t, a.CreateSession(ctx, phone))
}

func TestReadOnly(t *testing.T) { // 25006
	t.Parallel()
	p := newPlace(t, nil)
	a := p.openWith("default_transaction_read_only=on")
	wantCode(t, update(t, a), spec.ErrFailed, "25006", "UpdateUser")
	wantCode(t, a.DeleteUser(t.Context(), ann.ID), spec.ErrFailed, "25006", "DeleteUser")
	p.wantAnn(a)
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
// to wait for another session of somebody who waits for the user. The server
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

// An administrator ends the connections, as a restart does: one call may fail,
// and never with "not found"; the next ones work.
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
