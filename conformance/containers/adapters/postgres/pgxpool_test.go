package postgres_test

import (
	"context"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5/stdlib"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// A store on a pgx pool returns each connection, prepares statements on it, and does not
// close the pool. One connection is enough.
func TestPool(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	pool := openPool(t, p.DSN+"&pool_max_conns=1")
	db := stdlib.OpenDBFromPool(pool)
	a, err := postgres.New[program.Person, program.Device](t.Context(), db, postgres.WithSchema(p.Name))
	servertest.OK(t, err)
	servertest.OK(t, a.Migrate(t.Context()))
	servertest.Crowd(t, a)

	read := func() error {
		_, err := a.Session(t.Context(), "absent")
		servertest.WantClass(t, err, spec.ErrSessionNotFound, "Session")
		return nil
	}
	servertest.OK(t, read()) // which prepares the statement
	if got := servertest.Cost(t, p.Counts, read); got.RoundTrips != 1 {
		t.Errorf("a read is %d round trips", got.RoundTrips)
	}
	id := "phone"
	write := func() error {
		id += "!"
		return a.CreateSession(t.Context(), spec.Session[program.Device]{ID: id, CreatedAt: noon, Lease: lease})
	}
	servertest.OK(t, write())
	if got := servertest.Cost(t, p.Counts, write); got.RoundTrips != 1 {
		t.Errorf("a write is %d round trips", got.RoundTrips)
	}

	// A call that gives up closes its connection, and does not affect other calls.
	locked := p.other("LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE")
	ctx, cancel := context.WithCancel(t.Context())
	given := make(chan error)
	go func() { _, err := a.Session(ctx, "absent"); given <- err }()
	p.blocked(1)
	cancel()
	servertest.WantClass(t, <-given, context.Canceled, "Session")
	servertest.OK(t, locked.Rollback())
	servertest.OK(t, read())

	servertest.OK(t, a.Close())
	servertest.OK(t, db.Close())
	if s := pool.Stat(); s.AcquiredConns() != 0 || s.MaxConns() != 1 {
		t.Errorf("%d connections of %d are still in use", s.AcquiredConns(), s.MaxConns())
	}
	servertest.OK(t, pool.Ping(t.Context()))
}

// New refuses a pool whose sessions would give wrong answers, as it refuses such a handle,
// also in simple_protocol and without a statement cache.
func TestPoolRefused(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	server := postgresServer(t, "")
	for _, test := range []struct {
		parameters string
		class      error
	}{
		{"default_query_exec_mode=simple_protocol", nil},
		{"default_query_exec_mode=simple_protocol&client_encoding=LATIN1", spec.ErrInvalid},
		{"default_query_exec_mode=simple_protocol&standard_conforming_strings=off", spec.ErrInvalid},
		{"statement_cache_capacity=0", spec.ErrInvalid},
		{"statement_cache_capacity=0&default_query_exec_mode=exec", nil},
		{"client_encoding=LATIN1", spec.ErrInvalid},
		{"session_replication_role=replica", spec.ErrInvalid},
	} {
		u, err := url.Parse(server.DSN)
		servertest.OK(t, err)
		u.RawQuery += "&" + test.parameters
		db := stdlib.OpenDBFromPool(openPool(t, u.String()))
		a, err := postgres.New[program.Person, program.Device](t.Context(), db, postgres.WithSchema(p.Name))
		if spec.ClassOf(err) != test.class {
			t.Errorf("%s: %v, want %v", test.parameters, err, test.class)
		}
		if err == nil {
			servertest.OK(t, a.Migrate(t.Context()))
			servertest.Works(t, a)
			servertest.OK(t, a.Close())
		}
		servertest.OK(t, db.Close())
	}
}

// A pool can connect to PgBouncer in transaction mode.
func TestPoolBehindPgBouncer(t *testing.T) {
	t.Parallel()
	bouncer := servers.PgBouncer(t, containers.PostgresOptions{})
	place := servertest.NewPlace(t, bouncer, nil)
	db := stdlib.OpenDBFromPool(openPool(t, place.DSN))
	a, err := postgres.New[program.Person, program.Device](t.Context(), db, postgres.WithSchema(place.Name))
	servertest.OK(t, err)
	t.Cleanup(func() { servertest.OK(t, a.Close()); servertest.OK(t, db.Close()) })
	servertest.OK(t, a.Migrate(t.Context()))
	servertest.Crowd(t, a)
}
