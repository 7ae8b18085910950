//go:build !race

package memory

import (
	"context"
	"testing"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// TestAllocations: exactly so many for each call, those of the front included. A
// context can be cancelled, as that of every request. With the race detector,
// sync.Pool forgets at random, so that reads make new rows.
func TestAllocations(t *testing.T) {
	const users, calls = 10, 200
	a := fillStore(t, users*5)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s, err := a.Session(ctx, benchSession(7, users).ID)
	must(t, err)
	place, err := attr.Fields[visitor]("Place", "Visits")
	must(t, err)
	name, err := attr.Fields[profile]("Name")
	must(t, err)
	fresh, freshUsers := make([]spec.Session[visitor], 0, calls+1), make([]spec.User[profile], 0, calls+1)
	for n := range calls + 1 {
		fresh = append(fresh, benchSession(1000+n, users))
		freshUsers = append(freshUsers, benchUser(1000+n))
	}
	for _, c := range []struct {
		name string
		want float64
		call func(n int) error
	}{
		{"SessionAndUser", 0, func(int) error { _, _, err := a.SessionAndUser(ctx, s.ID); return err }},
		{"Session", 0, func(int) error { _, err := a.Session(ctx, s.ID); return err }},
		{"User", 0, func(int) error { _, err := a.User(ctx, s.UserID); return err }},
		{"SwapLease", 1, func(n int) error { // the credential
			to := later(s.Lease)
			err := a.SwapLease(ctx, s.ID, s.Lease, to)
			s.Lease = to
			return err
		}},
		{"UpdateSession", 5, func(n int) error { // the row; four are the front's
			return a.UpdateSession(ctx, s.ID, visitor{Place: "elsewhere", Visits: 1 << 30}, place)
		}},
		{"UpdateUser", 5, func(n int) error { // the row and its pointer; three are the front's
			return a.UpdateUser(ctx, s.UserID, profile{Name: "Bea"}, name)
		}},
		{"CreateSession", 9, func(n int) error { return a.CreateSession(ctx, fresh[n]) }},
		{"DeleteSession", 0, func(n int) error { return a.DeleteSession(ctx, fresh[n].ID) }},
		{"CreateUser", 10, func(n int) error { return a.CreateUser(ctx, freshUsers[n]) }},
		{"DeleteUser", 0, func(n int) error { return a.DeleteUser(ctx, freshUsers[n].ID) }},
	} {
		n := -1
		got := testing.AllocsPerRun(calls, func() {
			n++
			if err := c.call(n); err != nil {
				t.Fatal(c.name, err)
			}
		})
		if got != c.want {
			t.Errorf("%s: %v allocations, want %v", c.name, got, c.want)
		}
	}
}
