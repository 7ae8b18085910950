package mongo

import (
	"context"
	"hash/maphash"
)

// userLocks let transactions on one user follow one another: those of one process
// would otherwise collide, and most of them be done again.
type userLocks struct {
	seed  maphash.Seed
	locks [256]chan struct{} // by the hash of the user's id: whoever put a value in has the lock
}

func (l *userLocks) init() {
	l.seed = maphash.MakeSeed()
	for i := range l.locks {
		l.locks[i] = make(chan struct{}, 1)
	}
}

// lock waits for the lock of a user, or until ctx ends.
func (l *userLocks) lock(ctx context.Context, userID string) (unlock func(), err error) {
	lock := l.locks[maphash.String(l.seed, userID)%uint64(len(l.locks))]
	select {
	case lock <- struct{}{}:
		return func() { <-lock }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
