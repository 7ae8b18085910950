package mongo

import (
	"context"
	"slices"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/adapters/internal/deadline"
	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
)

// A transaction that is not committed must be ended: until it is, or the server
// ends it after a minute, other clients cannot write to the same documents. An
// abort is not enough. A statement that was not answered may still be on its way,
// or in the socket of a server that stalls; an abort (or killSessions) that
// overtakes it finds nothing to end, and then the statement opens the
// transaction. But a session has one transaction at a time, and its transactions
// have numbers: the next one ends the one before, and the server refuses
// statements of the former that arrive later (225, TransactionTooOld).

// supersede ends what a session has open by another transaction on it, which
// looks whether the document of a claim exists. The caller ends that.
func (a *Adapter) supersede(ctx context.Context, session *driver.Session, c claim) (exists bool, err error) {
	if err := begin(session); err != nil {
		return false, a.classify(ctx, err, reads)
	}
	return a.exists(driver.NewSessionContext(ctx, session), c.in, c.id)
}

// verifyRefusal looks whether a refusal is true of what a majority has. A transaction
// sees what its server has, which another server may never have had. If it is
// not true, or no longer, the transaction may be tried again.
func (a *Adapter) verifyRefusal(t *transaction, refusal error) (again bool, err error) {
	exists, err := a.supersede(t.within, t.session, t.claim)
	if err == nil { // and what it read is a majority's when it is committed
		_, err = commit(t.within, t.session)
		err = a.classify(t.caller, err, reads)
	}
	switch {
	case err != nil && deadline.Err(t.caller) != nil:
		return false, &spec.Error{Class: deadline.Err(t.caller), Cause: err}
	case err != nil:
		return false, err
	case exists != t.claim.exists:
		return true, spec.ErrConflict
	}
	return false, refusal
}

// endFailed ends a transaction that failed, and the use of its session. If the
// server cannot be told now, it is told before the next write.
func (a *Adapter) endFailed(t *transaction) {
	within, cancel := context.WithTimeout(t.within, linger.Grace)
	defer cancel()
	if t.sent && !a.endTransaction(within, t.session) {
		a.abandoned.add(t.session)
		return
	}
	release(t.session)
}

// endTransaction ends what a session has open, and reports whether the server knows.
func (a *Adapter) endTransaction(ctx context.Context, session *driver.Session) bool {
	_, err := a.supersede(ctx, session, a.noClaim())
	session.AbortTransaction(ctx)
	if newReport(err).code == unauthorized { // it may not read; and nothing overtakes what was answered
		err = a.db.RunCommand(ctx, bson.D{{Key: "killSessions", Value: bson.A{session.ID()}}}).Err()
	}
	return err == nil
}

// abandoned are sessions that the server may have a transaction open of.
type abandoned struct {
	mu       sync.Mutex
	sessions []*driver.Session
}

// maxAbandoned is how many are kept. The oldest go first: the server gives up
// a transaction after a minute.
const maxAbandoned = 4096

// maxEnded is how many sessions one call ends. After an outage there may be one
// for each call that was under way: other calls end the rest.
const maxEnded = 32

func (l *abandoned) add(list ...*driver.Session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sessions = append(l.sessions, list...)
	for range len(l.sessions) - maxAbandoned {
		release(l.sessions[0])
		l.sessions = l.sessions[1:]
	}
}

// take removes as many sessions as one call ends.
func (l *abandoned) take() []*driver.Session {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(len(l.sessions), maxEnded)
	taken := slices.Clone(l.sessions[:n])
	l.sessions = slices.Delete(l.sessions, 0, n)
	return taken
}

// endAbandoned ends transactions that failed calls could not end, and reports
// whether there may be more that it can end.
func (a *Adapter) endAbandoned(ctx context.Context) (more bool) {
	list := a.abandoned.take()
	if len(list) == 0 {
		return false
	}
	lingering, cancel := linger.Context(ctx)
	defer cancel()
	within, cancel := context.WithTimeout(lingering, linger.Grace)
	defer cancel()
	for i, session := range list {
		if !a.endTransaction(within, session) {
			a.abandoned.add(list[i:]...)
			return false
		}
		release(session)
	}
	return true
}

func release(session *driver.Session) { session.EndSession(doneContext()) }

// doneContext returns a context with which the driver sends nothing. It would
// abort a transaction that it knows nothing of or whose commit ran out of time,
// however long that takes.
func doneContext() context.Context {
	done, cancel := context.WithCancel(context.Background())
	cancel()
	return done
}
