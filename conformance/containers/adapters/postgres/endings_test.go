package postgres_test

import (
	"context"
	"net/url"
	"testing"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

// No call outlives its context by more than a second while the server stalls.
func TestCallsEndWithTheirContext(t *testing.T) {
	for _, handle := range []string{"", "pgx", "pgxpool"} {
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
