//go:build !race

package sqlite

import (
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// What a call allocates does not depend on the machine: more than this has
// a cause. All but a few of a read are the driver's and database/sql's. It counts
// those of the whole process, so it does not run beside other tests. SessionAndUser
// has 65 in one process out of four, and 66 in the others.
func TestAllocations(t *testing.T) {
	type person struct {
		Name string
		Age  int
	}
	type device struct {
		Agent, City string
		Count       int
	}
	ctx := t.Context()
	a, err := Open[person, device](ctx, filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	noon := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	lease := spec.Lease{ActiveUntil: noon, ExpiresAt: noon, Credential: "credential"}
	user := spec.User[person]{ID: "ann", Attributes: person{"Ann", 30}}
	session := spec.Session[device]{ID: "phone", UserID: "ann", CreatedAt: noon, Lease: lease, Attributes: device{"agent", "city", 7}}
	for _, err := range []error{a.Migrate(ctx), a.CreateUser(ctx, user), a.CreateSession(ctx, session)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	all := attr.All[device]()
	for _, c := range []struct {
		call string
		most float64
		do   func() error
	}{
		{"Session", 55, func() error { _, err := a.Session(ctx, "phone"); return err }},
		{"SessionAndUser", 66, func() error { _, _, err := a.SessionAndUser(ctx, "phone"); return err }},
		{"SwapLease", 33, func() error { return a.SwapLease(ctx, "phone", lease, lease) }},
		{"UpdateSession", 27, func() error { return a.UpdateSession(ctx, "phone", session.Attributes, all) }},
	} {
		var failed error
		got := math.Inf(1) // the least of some runs: a collection empties pools
		for range 5 {
			got = min(got, testing.AllocsPerRun(50, func() {
				if err := c.do(); err != nil {
					failed = err
				}
			}))
		}
		if failed != nil {
			t.Errorf("%s: %v", c.call, failed)
		}
		if got > c.most {
			t.Errorf("%s: %v allocations, want at most %v", c.call, got, c.most)
		}
	}
}
