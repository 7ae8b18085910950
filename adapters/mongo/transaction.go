package mongo

import (
	"context"
	"math/rand/v2"
	"time"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"github.com/tenon-go/tenon/adapters/internal/deadline"
	"github.com/tenon-go/tenon/adapters/internal/linger"
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

// transaction is one that is under way.
//
// Its statements do not end with the caller's context, but a moment later: one
// that is cut off at once may be overtaken by what ends the transaction, and
// then opens it again.
type transaction struct {
	adapter *Adapter
	caller  context.Context
	within  context.Context // what statements run with: it has the session
	session *driver.Session
	sent    bool  // a statement, of this try or one before: the server may have it open
	claim   claim // what its refusal rests on
}

// claim is what a refused transaction says of a document: that it exists, or does
// not.
type claim struct {
	in     *collection
	id     any
	exists bool
}

// noClaim is about no document: none is without an id.
func (a *Adapter) noClaim() claim { return claim{a.users, nil, false} }

// run runs one statement, unless the caller has given up.
func (t *transaction) run(statement func(context.Context) error) error {
	if err := deadline.Err(t.caller); err != nil {
		return err
	}
	err := statement(t.within)
	t.sent = t.sent || !isUnsent(err) && !isContext(err)
	return t.adapter.classify(t.caller, err, reads)
}

// runTransaction runs do in a transaction on one user. Nothing is applied before
// the commit, so only the commit's answer can be lost.
func (a *Adapter) runTransaction(ctx context.Context, userID string, do func(*transaction) error) error {
	a.endAbandoned(ctx)
	unlock, err := a.locks.lock(ctx, userID)
	if err != nil {
		return err
	}
	defer unlock()
	if !a.running.begin() {
		return spec.ErrClosed
	}
	defer a.running.end()
	session, err := a.db.Client().StartSession(notCausal)
	if err != nil {
		return a.classify(ctx, err, reads)
	}
	within, cancel := linger.Context(ctx)
	defer cancel()
	t := &transaction{adapter: a, caller: ctx, within: driver.NewSessionContext(within, session), session: session}
	for try := 1; ; try++ {
		again, err := t.attempt(do)
		if isRefusal(err) {
			again, err = a.verifyRefusal(t, err)
		}
		if err == nil || isRefusal(err) {
			a.latest.advance(session.OperationTime()) // committed, so a majority has it
			release(session)
			return err
		}
		if again && (isClass(err, spec.ErrConflict) && try < conflictTries || isClass(err, spec.ErrUnavailable) && try < outageTries) {
			if pause(ctx, try) == nil {
				continue // which supersedes this try
			}
			err = &spec.Error{Class: ctx.Err(), Cause: err}
		}
		a.endFailed(t)
		return err
	}
}

// attempt runs do in a transaction once, and reports whether it may be tried again.
func (t *transaction) attempt(do func(*transaction) error) (again bool, err error) {
	a := t.adapter
	t.claim = a.noClaim()
	if err := begin(t.session); err != nil {
		return false, a.classify(t.caller, err, reads)
	}
	if err = do(t); err == nil {
		err = deadline.Err(t.caller)
	}
	if err != nil {
		return hasLabel(err, labelTransient), err
	}
	lost, err := commit(t.within, t.session)
	if err == nil {
		return false, nil
	}
	again = hasLabel(err, labelTransient)
	// After a commit whose answer was lost only the server knows better, by
	// a code: the driver labels a pool that was cleared, too.
	if !again || lost && newReport(err).code == "" {
		return false, &spec.Error{Class: spec.ErrIndeterminate, Detail: "commit", Cause: err}
	}
	return again, a.classify(t.caller, err, reads)
}

// begin begins a transaction, with the settings that a client would otherwise
// choose. The one before is over, whatever became of it.
func begin(session *driver.Session) error {
	session.AbortTransaction(doneContext()) // for the driver only
	return session.StartTransaction(options.Transaction().
		SetReadConcern(readconcern.Snapshot()).
		SetWriteConcern(writeconcern.Majority()).
		SetReadPreference(readpref.Primary()))
}

// commit commits, and again if the answer was lost. It reports whether one was.
func commit(ctx context.Context, session *driver.Session) (lost bool, err error) {
	for range commitTries {
		err = session.CommitTransaction(ctx)
		if !hasLabel(err, labelCommitLost) {
			break
		}
		if lost = true; ctx.Err() != nil {
			break
		}
	}
	return lost, err
}

// isRefusal reports whether a transaction was refused for what it found: a
// constraint, or a user that is not there.
func isRefusal(err error) bool { return isViolation(err) || isClass(err, spec.ErrUserNotFound) }

// retryConflicts calls until there is no conflict, conflictTries times at the most.
func (a *Adapter) retryConflicts(ctx context.Context, call func() error) error {
	for try := 1; ; try++ {
		err := call()
		if !isClass(err, spec.ErrConflict) || try == conflictTries {
			return err
		}
		if pause(ctx, try) != nil {
			return &spec.Error{Class: ctx.Err(), Cause: err}
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
