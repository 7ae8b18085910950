package mongo

import (
	"context"
	"errors"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// A primary does not know at once after its election what a majority has, and
// until then a read of that is of what was there before. So each answer of
// a replica set tells the time, by the set's own clock, of what it is about; the
// adapter keeps the latest, and its reads ask for data of at least that time
// (afterClusterTime), for which the server waits. Only what a majority has
// counts: a read that waited for other writes might wait for ever.

// latest is the latest time of what a majority has, as far as the adapter's
// calls have seen. The zero value is before any.
type latest struct{ packed atomic.Uint64 }

func (l *latest) advance(t *bson.Timestamp) {
	if t == nil {
		return // no answer came
	}
	now := uint64(t.T)<<32 | uint64(t.I)
	for {
		before := l.packed.Load()
		if before >= now || l.packed.CompareAndSwap(before, now) {
			return
		}
	}
}

// time returns nil before there is any.
func (l *latest) time() *bson.Timestamp {
	packed := l.packed.Load()
	if packed == 0 {
		return nil
	}
	return &bson.Timestamp{T: uint32(packed >> 32), I: uint32(packed)}
}

// reading runs a command that reads what a majority has, which is not of before
// anything that the adapter has seen.
func (s *store) reading(ctx context.Context, command func(context.Context) error) error {
	return s.inSession(ctx, true, command)
}

// writing runs a command that writes to one collection, outside of
// a transaction. The reads that follow see what it did.
func (s *store) writing(ctx context.Context, command func(context.Context) error) error {
	return s.inSession(ctx, false, command)
}

// inSession runs a command in a session of its own, which learns the time of
// its answer. A transaction has a session, and a standalone server no time.
func (s *store) inSession(ctx context.Context, reads bool, command func(context.Context) error) error {
	if !s.transactions || driver.SessionFromContext(ctx) != nil {
		return command(ctx)
	}
	session, err := s.db.Client().StartSession(options.Session().SetCausalConsistency(reads))
	if err != nil {
		return err
	}
	defer session.EndSession(ctx)
	if after := s.latest.time(); reads && after != nil {
		session.AdvanceOperationTime(after) // fails for sessions that have ended
	}
	if err = command(driver.NewSessionContext(ctx, session)); ofMajority(err) {
		s.latest.advance(session.OperationTime())
	}
	return err
}

// ofMajority reports whether a command came to its end, or was refused, by what
// a majority has.
func ofMajority(err error) bool {
	if refused, ok := errors.AsType[driver.WriteException](err); ok {
		return refused.WriteConcernError == nil
	}
	return err == nil || errors.Is(err, driver.ErrNoDocuments)
}
