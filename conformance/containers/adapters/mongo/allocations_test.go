//go:build !race

package mongo_test

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"runtime/debug"
	"testing"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// TestAllocations has each call cost exactly this much in the process, with
// a context that can be cancelled, as every request's can. It counts those of the
// whole process, so it does not run beside other tests, and without a collection,
// which would empty the driver's pools.
func TestAllocations(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for _, d := range []struct {
		name    string
		members int
	}{{"replica set", replicaSet}, {"standalone", standalone}} {
		p := newPlace(t, d.members, nil)
		p.ready(p.open())
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		// Past the proxy, which allocates too, and without the driver's monitor, whose
		// figures it writes out at each call.
		uri, err := url.Parse(p.server.DSN)
		servertest.OK(t, err)
		query := uri.Query()
		query.Set("serverMonitoringMode", "poll")
		query.Set("heartbeatFrequencyMS", "3600000")
		uri.RawQuery = query.Encode()
		a, err := mongo.Open[Person, Device](ctx, uri.String(), p.collections())
		servertest.OK(t, err)
		defer a.Close()
		name, err := attr.Fields[Person]("Name")
		servertest.OK(t, err)
		next := lease
		next.Credential = "next"
		sessions := make([]spec.Session[Device], 0, 200)
		for i := range cap(sessions) {
			sessions = append(sessions, owned(fmt.Sprintf("phone %d", i), ann.ID))
		}
		created, deleted := 0, 0
		from, to := lease, next
		for _, c := range []struct {
			call                   string
			replicaSet, standalone float64
			do                     func() error
		}{
			{"SessionAndUser", 89, 76, func() error { _, _, err := a.SessionAndUser(ctx, phone.ID); return err }},
			{"Session", 97, 84, func() error { _, err := a.Session(ctx, phone.ID); return err }},
			{"User", 98, 84, func() error { _, err := a.User(ctx, ann.ID); return err }},
			{"UserBy", 103, 89, func() error { _, err := a.UserBy(ctx, "Email", ann.Attributes.Email); return err }},
			{"UserSessions", 105, 91, func() error { _, err := a.UserSessions(ctx, ann.ID); return err }},
			{"CreateSession", 312, 311, func() error { created++; return a.CreateSession(ctx, sessions[created-1]) }},
			{"UpdateUser", 102, 88, func() error { return a.UpdateUser(ctx, ann.ID, ann.Attributes, name) }},
			{"UpdateSession", 105, 91, func() error { return a.UpdateSession(ctx, phone.ID, phone.Attributes, attr.All[Device]()) }},
			{"SwapLease", 120, 106, func() error { err := a.SwapLease(ctx, phone.ID, from, to); from, to = to, from; return err }},
			{"DeleteSession", 86, 70, func() error { deleted++; return a.DeleteSession(ctx, sessions[deleted-1].ID) }},
		} {
			servertest.OK(t, c.do()) // which may connect
			got := math.Inf(1)       // the least of some runs: in one, the driver may connect
			for range 3 {
				got = min(got, testing.AllocsPerRun(30, func() {
					if err := c.do(); err != nil {
						t.Fatal(err)
					}
				}))
			}
			want := c.replicaSet
			if d.members == standalone {
				want = c.standalone
			}
			if got != want {
				t.Errorf("MongoDB, %s, %s: %v allocations, want %v", d.name, c.call, got, want)
			}
		}
	}
}
