package mongo

import (
	"context"
	"errors"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Immediately after its election a primary does not know which data a majority has, and
// until it does, a majority read returns older data. Each answer of a replica set contains
// the time, by the clock of the set, of the data that it is about. The adapter keeps the
// latest of these times, and its reads request data of at least that time
// (afterClusterTime), for which the server waits. Only times of data that a majority has
// count, because a read that waited for other writes could wait forever.

// clusterTime is the latest time of data that a majority has, as far as the adapter's calls
// have seen. The zero value is before all times.
type clusterTime struct{ packed atomic.Uint64 }

func (c *clusterTime) advance(t *bson.Timestamp) {
	if t == nil {
		return // there was no answer
	}
	now := uint64(t.T)<<32 | uint64(t.I)
	for {
		before := c.packed.Load()
		if before >= now || c.packed.CompareAndSwap(before, now) {
			return
		}
	}
}

// load returns the time, or nil as long as it is not known.
func (c *clusterTime) load() *bson.Timestamp {
	packed := c.packed.Load()
	if packed == 0 {
		return nil
	}
	return &bson.Timestamp{T: uint32(packed >> 32), I: uint32(packed)}
}

// read runs a command that reads data that a majority has. The data is not older than any
// that the adapter has seen.
func (a *Adapter) read(ctx context.Context, command func(context.Context) error) error {
	return a.runInSession(ctx, true, command)
}

// write runs a command that writes to one collection, outside of a transaction. Later reads
// see its effect. First it ends abandoned transactions that could block the write.
func (a *Adapter) write(ctx context.Context, command func(context.Context) error) error {
	a.endAbandoned(ctx)
	return a.runInSession(ctx, false, command)
}

// causal and notCausal are the settings of sessions for reads and for writes. Reads in a
// causal session request data of at least a given time.
var (
	causal    = options.Session().SetCausalConsistency(true)
	notCausal = options.Session().SetCausalConsistency(false)
)

// runInSession runs a command in a new session, which records the time of the answer. It
// runs the command without one if ctx has the session of a transaction, and on a standalone
// server, which has no such time.
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
		session.AdvanceOperationTime(after) // fails only for sessions that have ended
	}
	if err = command(driver.NewSessionContext(ctx, session)); isOfMajority(err) {
		a.latest.advance(session.OperationTime())
	}
	return err
}

// isOfMajority reports whether a command succeeded, or was refused, because of data that a
// majority has.
func isOfMajority(err error) bool {
	if refused, ok := errors.AsType[driver.WriteException](err); ok {
		return refused.WriteConcernError == nil
	}
	return err == nil || errors.Is(err, driver.ErrNoDocuments)
}
