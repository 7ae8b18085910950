package mongo

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"github.com/tenon-go/tenon/spec"
)

const (
	// conflictTries is how often a transaction is tried that collides with
	// another process's, and outageTries one that loses its server before the
	// commit, as the driver does with single writes.
	conflictTries = 20
	outageTries   = 2

	// commitTries is how often a commit is sent whose answer was lost; each time
	// the driver sends it twice.
	commitTries = 3

	longestPause = 256 * time.Millisecond
)

// transaction runs do in a transaction on one user. Nothing is applied before
// the commit, so only the commit's answer can be lost.
func (s *store) transaction(ctx context.Context, op spec.Op, userID string, do func(context.Context) error) error {
	endTurn, err := s.turns.take(ctx, userID)
	if err != nil {
		return s.error(op, err, "", nil)
	}
	defer endTurn()
	session, err := s.db.Client().StartSession(options.Session().SetCausalConsistency(false))
	if err != nil {
		return s.classify(ctx, op, err, reads)
	}
	defer end(session)
	for try := 1; ; try++ {
		err, again := s.try(ctx, op, session, do)
		switch {
		case err == nil || !again:
			return err
		case errors.Is(err, spec.ErrConflict) && try < conflictTries:
		case errors.Is(err, spec.ErrUnavailable) && try < outageTries:
		default:
			return err
		}
		if pause(ctx, try) != nil {
			return s.error(op, ctx.Err(), "", err)
		}
	}
}

// try runs do in a transaction once, and reports whether it may be tried again.
func (s *store) try(ctx context.Context, op spec.Op, session *driver.Session, do func(context.Context) error) (err error, again bool) {
	if err := session.StartTransaction(transactionSettings()); err != nil {
		return s.classify(ctx, op, err, reads), false
	}
	within := driver.NewSessionContext(ctx, session)
	err = do(within)
	committing, lost := false, false
	if err == nil {
		if err = ctx.Err(); err == nil {
			committing = true
			lost, err = commit(within, session)
		}
	}
	if err == nil {
		return nil, false
	}
	s.release(ctx, session, committing)
	again = labelled(err, labelTransient)
	// After a commit whose answer was lost only the server knows better, by
	// a code: the driver labels a pool that was cleared, too.
	if committing && (!again || lost && newReport(err).code == "") {
		return s.error(op, spec.ErrIndeterminate, "commit", err), false
	}
	return s.classify(ctx, op, err, reads), again
}

// transactionSettings are those that a client would otherwise choose.
func transactionSettings() *options.TransactionOptionsBuilder {
	return options.Transaction().
		SetReadConcern(readconcern.Snapshot()).
		SetWriteConcern(writeconcern.Majority()).
		SetReadPreference(readpref.Primary())
}

// release ends a transaction that failed, so that the user's document does not
// stay locked until the server gives the transaction up, after a minute. With
// the caller's context, which may be done, the driver would send nothing; and
// after a commit, of whatever outcome, it aborts no more: then the session is
// killed, which harms no transaction that is committed.
func (s *store) release(ctx context.Context, session *driver.Session, committing bool) {
	cleanup, cancel := cleanup(ctx)
	defer cancel()
	if !committing {
		session.AbortTransaction(cleanup)
		return
	}
	kill := bson.D{{Key: "killSessions", Value: bson.A{session.ID()}}}
	s.db.Client().Database("admin").RunCommand(cleanup, kill)
}

// commit commits, and again if the answer was lost. It reports whether one was.
func commit(ctx context.Context, session *driver.Session) (lost bool, err error) {
	for range commitTries {
		err = session.CommitTransaction(ctx)
		if !labelled(err, labelCommitLost) {
			break
		}
		if lost = true; ctx.Err() != nil {
			break
		}
	}
	return lost, err
}

// end gives a session back, whose transaction is released. The driver takes one
// whose commit ran out of time for open, and would abort it, however long that
// takes: with a context that is done it sends nothing.
func end(session *driver.Session) {
	done, cancel := context.WithCancel(context.Background())
	cancel()
	session.EndSession(done)
}

// again calls until there is no conflict, conflictTries times at the most.
func (s *store) again(ctx context.Context, op spec.Op, call func() error) error {
	for try := 1; ; try++ {
		err := call()
		if !is(err, spec.ErrConflict) || try == conflictTries {
			return err
		}
		if pause(ctx, try) != nil {
			return s.error(op, ctx.Err(), "", err)
		}
	}
}

// pause waits a little, longer at each try, before a collision is tried again.
func pause(ctx context.Context, try int) error {
	most := min(time.Millisecond<<min(try, 10), longestPause)
	timer := time.NewTimer(rand.N(most))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
