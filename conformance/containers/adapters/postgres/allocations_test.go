//go:build !race

package postgres_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// TestAllocations has each call cost exactly this much in the process, with
// a context that can be cancelled, as every request's can. It counts those of the
// whole process, so it does not run beside other tests.
func TestAllocations(t *testing.T) {
	server := postgresServer(t, "")
	p := newPlace(t, nil)
	p.ready(p.open())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	// Past the proxy, which allocates too.
	a, err := postgres.Open[Person, Device](ctx, server.DSN, postgres.WithSchema(p.Name))
	servertest.OK(t, err)
	defer a.Close()
	name, err := attr.Fields[Person]("Name")
	servertest.OK(t, err)
	next := lease
	next.Credential = "next"
	sessions := make([]spec.Session[Device], 0, 200)
	for i := range cap(sessions) {
		s := phone
		s.ID = fmt.Sprintf("phone %d", i)
		sessions = append(sessions, s)
	}
	created, deleted := 0, 0
	from, to := lease, next
	for _, c := range []struct {
		call string
		want float64
		do   func() error
	}{
		{"SessionAndUser", 25, func() error { _, _, err := a.SessionAndUser(ctx, phone.ID); return err }},
		{"Session", 20, func() error { _, err := a.Session(ctx, phone.ID); return err }},
		{"User", 19, func() error { _, err := a.User(ctx, ann.ID); return err }},
		{"UserBy", 20, func() error { _, err := a.UserBy(ctx, "Email", ann.Attributes.Email); return err }},
		{"CreateSession", 24, func() error { created++; return a.CreateSession(ctx, sessions[created-1]) }},
		{"UpdateUser", 15, func() error { return a.UpdateUser(ctx, ann.ID, ann.Attributes, name) }},
		{"SwapLease", 23, func() error { err := a.SwapLease(ctx, phone.ID, from, to); from, to = to, from; return err }},
		{"DeleteSession", 12, func() error { deleted++; return a.DeleteSession(ctx, sessions[deleted-1].ID) }},
	} {
		servertest.OK(t, c.do()) // which prepares the statement
		got := testing.AllocsPerRun(100, func() {
			if err := c.do(); err != nil {
				t.Fatal(err)
			}
		})
		if got != c.want {
			t.Errorf("PostgreSQL, %s: %v allocations, want %v", c.call, got, c.want)
		}
	}
}
