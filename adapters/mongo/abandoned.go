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

// A transaction that is not committed must be ended. Otherwise other clients cannot write
// to the same documents until the server ends it after a minute. An abort is not enough. A
// statement that was not answered may still be in flight, or in the socket of a server
// that stalls. An abort (or killSessions) that overtakes it finds nothing to end, and then
// the statement opens the transaction. But a session has only one transaction at a time,
// and its transactions are numbered. The next transaction ends the one before, and the
// server refuses later statements of the former (225, TransactionTooOld).

// supersede ends the open transaction of a session by beginning another one, which reads
// whether the document of a claim exists. The caller ends the new transaction.
func (a *Adapter) supersede(ctx context.Context, session *driver.Session, c claim) (exists bool, err error) {
	if err := begin(session); err != nil {
		return false, a.classify(ctx, err, reads)
	}
	return a.exists(driver.NewSessionContext(ctx, session), c.in, c.id)
}

// verifyRefusal checks whether a refusal is true for the data that a majority has. A
// transaction reads the data of its server, which other servers may never have had. If the
// refusal is not true, or no longer true, the transaction can be tried again.
func (a *Adapter) verifyRefusal(t *transaction, refusal error) (retry bool, err error) {
	exists, err := a.supersede(t.within, t.session, t.claim)
	if err == nil { // after the commit a majority has the data that it read
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

// endFailed ends a failed transaction and its session. If the server does not answer now,
// the transaction is ended before the next write.
func (a *Adapter) endFailed(t *transaction) {
	within, cancel := context.WithTimeout(t.within, linger.Grace)
	defer cancel()
	if t.sent && !a.endTransaction(within, t.session) {
		a.abandoned.add(t.session)
		return
	}
	release(t.session)
}

// endTransaction ends the open transaction of a session, and reports whether the server
// has confirmed that.
func (a *Adapter) endTransaction(ctx context.Context, session *driver.Session) bool {
	_, err := a.supersede(ctx, session, a.noClaim())
	session.AbortTransaction(ctx)
	if newReport(err).code == unauthorized { // the role cannot read; every statement was answered, so an abort cannot overtake one
		err = a.db.RunCommand(ctx, bson.D{{Key: "killSessions", Value: bson.A{session.ID()}}}).Err()
	}
	return err == nil
}

// abandoned are sessions that may have an open transaction on the server.
type abandoned struct {
	mu       sync.Mutex
	sessions []*driver.Session
}

// maxAbandoned is how many of these sessions are kept. The oldest are dropped first,
// because the server ends a transaction after a minute.
const maxAbandoned = 4096

// maxEnded is how many sessions one call ends. After an outage there can be one for each
// call that was in progress. Other calls end the rest.
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

// take removes and returns as many sessions as one call ends.
func (l *abandoned) take() []*driver.Session {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(len(l.sessions), maxEnded)
	taken := slices.Clone(l.sessions[:n])
	l.sessions = slices.Delete(l.sessions, 0, n)
	return taken
}

// endAbandoned ends transactions that failed calls could not end, and reports whether
// there may be more that can be ended now.
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

// doneContext returns a context with which the driver sends nothing. Otherwise the driver
// would send an abort for a transaction whose state it does not know or whose commit timed
// out, and wait for the answer without a limit.
func doneContext() context.Context {
	done, cancel := context.WithCancel(context.Background())
	cancel()
	return done
}
