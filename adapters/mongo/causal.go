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

// clusterTime is the latest time of what a majority has, as far as the adapter's
// calls have seen. The zero value is before any.
type clusterTime struct{ packed atomic.Uint64 }

func (c *clusterTime) advance(t *bson.Timestamp) {
	if t == nil {
		return // no answer came
	}
	now := uint64(t.T)<<32 | uint64(t.I)
	for {
		before := c.packed.Load()
		if before >= now || c.packed.CompareAndSwap(before, now) {
			return
		}
	}
}

// load returns nil before there is any.
func (c *clusterTime) load() *bson.Timestamp {
	packed := c.packed.Load()
	if packed == 0 {
		return nil
	}
	return &bson.Timestamp{T: uint32(packed >> 32), I: uint32(packed)}
}

// read runs a command that reads what a majority has, which is not of before
// anything that the adapter has seen.
func (a *Adapter) read(ctx context.Context, command func(context.Context) error) error {
	return a.runInSession(ctx, true, command)
}

// write runs a command that writes to one collection, outside of a transaction.
// The reads that follow see what it did. Before it, transactions are ended that
// may be in its way.
func (a *Adapter) write(ctx context.Context, command func(context.Context) error) error {
	a.endAbandoned(ctx)
	return a.runInSession(ctx, false, command)
}

// causal and notCausal are the settings of sessions for reads and for writes: of
// a session that is causal, reads ask for a time.
var (
	causal    = options.Session().SetCausalConsistency(true)
	notCausal = options.Session().SetCausalConsistency(false)
)

// runInSession runs a command in a session of its own, which learns the time of
// its answer. A transaction has a session, and a standalone server no time.
func (a *Adapter) runInSession(ctx context.Context, reads bool, command func(context.Context) error) error {
	ctx = hideFarDeadline(ctx)
	if !a.transactions || driver.SessionFromContext(ctx) != nil {
		return command(ctx)
	}
	settings := notCausal
	if reads {
		settings = causal
	}
	session, err := a.db.Client().StartSession(settings)
	if err != nil {
		return err
	}
	defer session.EndSession(ctx)
	if after := a.latest.load(); reads && after != nil {
		session.AdvanceOperationTime(after) // fails for sessions that have ended
	}
	if err = command(driver.NewSessionContext(ctx, session)); isOfMajority(err) {
		a.latest.advance(session.OperationTime())
	}
	return err
}

// isOfMajority reports whether a command came to its end, or was refused, by what
// a majority has.
func isOfMajority(err error) bool {
	if refused, ok := errors.AsType[driver.WriteException](err); ok {
		return refused.WriteConcernError == nil
	}
	return err == nil || errors.Is(err, driver.ErrNoDocuments)
}
