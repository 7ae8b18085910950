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
	// conflictTries is how often a transaction is tried that conflicts with one of another
	// process. outageTries is how often one is tried that loses its server before the
	// commit, as the driver does with single writes.
	conflictTries = 20
	outageTries   = 2

	// commitTries is how often a commit is sent if its answer is lost. Each time the driver
	// itself sends it twice.
	commitTries = 3

	longestPause = 256 * time.Millisecond
)

// transaction is a transaction in progress.
//
// Its statements do not end with the caller's context but a moment later. If a statement
// were cut off at once, the command that ends the transaction could overtake it, and the
// statement would then open the transaction again.
type transaction struct {
	adapter *Adapter
	caller  context.Context
	within  context.Context // the context of statements, which has the session
	session *driver.Session
	sent    bool  // this or an earlier try has sent a statement, so the server may have it open
	claim   claim // the claim that a refusal is based on
}

// claim is the claim of a refused transaction that a document exists or does not exist.
type claim struct {
	in     *collection
	id     any
	exists bool
}

// noClaim returns a claim about no document: every document has an id.
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

// runTransaction runs do in a transaction on one user. Nothing is applied before the
// commit, so the outcome is unknown only if the answer to the commit is lost.
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
		retry, err := t.attempt(do)
		if isRefusal(err) {
			retry, err = a.verifyRefusal(t, err)
		}
		if err == nil || isRefusal(err) {
			a.latest.advance(session.OperationTime()) // after the commit a majority has the data
			release(session)
			return err
		}
		if retry && (isClass(err, spec.ErrConflict) && try < conflictTries || isClass(err, spec.ErrUnavailable) && try < outageTries) {
			if pause(ctx, try) == nil {
				continue // the next try supersedes this one
			}
			err = &spec.Error{Class: ctx.Err(), Cause: err}
		}
		a.endFailed(t)
		return err
	}
}

// attempt runs do in a transaction once, and reports whether it can be tried again.
func (t *transaction) attempt(do func(*transaction) error) (retry bool, err error) {
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
	retry = hasLabel(err, labelTransient)
	// After a commit whose answer was lost, only an error with a code of the server can
	// be tried again: the driver also labels errors of a pool that was cleared.
	if !retry || lost && newReport(err).code == "" {
		return false, &spec.Error{Class: spec.ErrIndeterminate, Detail: "commit", Cause: err}
	}
	return retry, a.classify(t.caller, err, reads)
}

// begin begins a transaction with the adapter's own settings instead of the client's. It
// ends the transaction before, whatever its state.
func begin(session *driver.Session) error {
	session.AbortTransaction(doneContext()) // only changes the state in the driver
	return session.StartTransaction(options.Transaction().
		SetReadConcern(readconcern.Snapshot()).
		SetWriteConcern(writeconcern.Majority()).
		SetReadPreference(readpref.Primary()))
}

// commit commits the transaction, and commits again if the answer was lost. It reports
// whether an answer was lost.
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

// isRefusal reports whether a transaction failed because of the data that it found: a
// constraint, or a user that does not exist.
func isRefusal(err error) bool { return isViolation(err) || isClass(err, spec.ErrUserNotFound) }

// retryConflicts calls call until there is no conflict, at most conflictTries times.
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

// pause waits briefly before the next try after a conflict, and longer with each try.
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
