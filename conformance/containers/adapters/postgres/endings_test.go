package postgres_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

// No call outlives its context by more than a second while the server stalls.
func TestCallsEndWithTheirContext(t *testing.T) {
	for _, handle := range []string{"", "pgx", "pgxpool", "postgres"} {
		t.Run(handle, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, nil)
			u, err := url.Parse(p.DSN)
			servertest.OK(t, err)
			relay := servertest.NewRelay(t, u.Host)
			u.Host = relay.Addr
			if p.DSN = u.String(); handle == "pgxpool" {
				p.DSN += "&pool_max_conns=32"
			}
			a := p.ready(p.openOn(handle))
			relay.Stalled(func() { a.User(t.Context(), ann.ID) })
			servertest.CallsEnd(t, a, ann, phone)
			relay.Open()
		})
	}
}

// A call that ends before lib/pq has connected has sent nothing, now or later, and so its
// error is that of its context. A constructor ends with its context too.
func TestCallsEndBeforeTheyConnect(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	p.ready(p.open())
	u, err := url.Parse(p.DSN)
	servertest.OK(t, err)
	relay := servertest.NewRelay(t, u.Host)
	u.Host = relay.Addr
	db := servertest.OpenDB(t, "postgres", u.String())
	db.SetMaxIdleConns(-1) // so that each call connects
	a, err := postgres.New[Person, Device](t.Context(), db, postgres.WithSchema(p.Name))
	servertest.OK(t, err)

	relay.Stall()
	watch := servertest.StartStopwatch(t)
	const given = 100 * time.Millisecond
	ends := func(name string, call func(context.Context) error) {
		ctx, cancel := context.WithTimeout(t.Context(), given)
		defer cancel()
		begun := watch.Now()
		servertest.WantClass(t, call(ctx), context.DeadlineExceeded, name)
		if over := watch.Now() - begun - given; over > servertest.Tolerance {
			t.Errorf("%s ended %s after its context", name, over)
		}
	}
	ends("DeleteUser", func(ctx context.Context) error { return a.DeleteUser(ctx, ann.ID) })
	ends("New", func(ctx context.Context) error {
		_, err := postgres.New[Person, Device](ctx, db, postgres.WithSchema(p.Name))
		return err
	})
	relay.Open()
	db.SetMaxOpenConns(1) // no other call connects before those that were left have ended
	p.wantAnn(a)
}

// A socket's timer can fire before that of the context. A call whose deadline has passed
// returns the context's error.
func TestDeadlineByTheClock(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	p.ready(p.open())
	db := servertest.OpenDB(t, "pgx", p.DSN) // lib/pq leaves deadlines to the context
	db.SetMaxIdleConns(-1)                   // so that each call dials
	a, err := postgres.New[Person, Device](t.Context(), db, postgres.WithSchema(p.Name))
	servertest.OK(t, err)
	late := servertest.Late(t.Context())
	servertest.WantClass(t, a.DeleteUser(late, ann.ID), context.DeadlineExceeded, "DeleteUser")
	_, err = a.User(late, ann.ID)
	servertest.WantClass(t, err, context.DeadlineExceeded, "User")
	p.wantAnn(a)
}
