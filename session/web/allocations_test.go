//go:build !race

package web_test

import (
	"context"
	"testing"
)

// TestAllocations: a request, from its cookie to the session and its user in a store in
// memory, makes 7 allocations, of which the manager makes 1 and the store none. The test
// counts the allocations of the whole process, so it does not run in parallel.
func TestAllocations(t *testing.T) {
	p := newPage(t)
	whole := testing.AllocsPerRun(100, p.load)
	manager := testing.AllocsPerRun(100, func() {
		if _, _, err := p.manager.Validate(context.Background(), p.token); err != nil {
			t.Fatal(err)
		}
	})
	store := testing.AllocsPerRun(100, func() {
		if _, _, err := p.store.SessionAndUser(context.Background(), string(p.token.ID())); err != nil {
			t.Fatal(err)
		}
	})
	if whole > 7 || manager > 1 || store > 0 {
		t.Errorf("%v allocations, %v of the manager's, %v of the store's, want at most 7, 1 and 0", whole, manager, store)
	}
}
