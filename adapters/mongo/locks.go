package mongo

import (
	"context"
	"hash/maphash"
)

// userLocks serialize the transactions of this process on one user. Otherwise they would
// conflict, and most would have to be repeated.
type userLocks struct {
	seed  maphash.Seed
	locks [256]chan struct{} // by the hash of the user's id; sending a value takes the lock
}

func (l *userLocks) init() {
	l.seed = maphash.MakeSeed()
	for i := range l.locks {
		l.locks[i] = make(chan struct{}, 1)
	}
}

// lock takes the lock of a user. It waits for the lock until ctx ends.
func (l *userLocks) lock(ctx context.Context, userID string) (unlock func(), err error) {
	lock := l.locks[maphash.String(l.seed, userID)%uint64(len(l.locks))]
	select {
	case lock <- struct{}{}:
		return func() { <-lock }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
