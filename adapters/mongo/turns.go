package mongo

import (
	"context"
	"hash/maphash"
)

// turns lets transactions on one user take turns: those of one process would
// otherwise collide, and most of them be done again.
type turns struct {
	seed maphash.Seed
	of   [256]chan struct{} // by the hash of the user's id: whoever put a value in has the turn
}

func (t *turns) init() {
	t.seed = maphash.MakeSeed()
	for i := range t.of {
		t.of[i] = make(chan struct{}, 1)
	}
}

// take waits for the turn, and returns the function that ends it.
func (t *turns) take(ctx context.Context, userID string) (end func(), err error) {
	turn := t.of[maphash.String(t.seed, userID)%uint64(len(t.of))]
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
