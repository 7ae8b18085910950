//go:build !race

package session_test

import (
	"testing"

	"github.com/tenon-go/tenon/internal/testing/managertest"
	"github.com/tenon-go/tenon/session"
)

// TestAllocations: validating an active session makes one allocation more than the
// store's own call. The test counts the allocations of the whole process, so it does not
// run in parallel.
func TestAllocations(t *testing.T) {
	store := openMemory(t)
	for _, renewal := range []session.Renewal{session.Extend, session.Rotate} {
		manager, err := session.NewManager(store, session.Config{Renewal: renewal})
		must(t, err)
		s, err := manager.Create(t.Context(), "", managertest.Device{Name: "phone"})
		must(t, err)
		id, token, ctx := string(s.ID), s.Token(), t.Context()
		own := testing.AllocsPerRun(1000, func() {
			if _, _, err := store.SessionAndUser(ctx, id); err != nil {
				t.Fatal(err)
			}
		})
		whole := testing.AllocsPerRun(1000, func() {
			if _, _, err := manager.Validate(ctx, token); err != nil {
				t.Fatal(err)
			}
		})
		if whole-own > 1 {
			t.Errorf("%v allocations over the store's own %v, want at most 1", whole-own, own)
		}
	}
}
