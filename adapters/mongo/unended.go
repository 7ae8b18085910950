package mongo

import (
	"context"
	"errors"
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
// reads a document: was it there? The caller ends that.
func (s *store) supersede(ctx context.Context, op spec.Op, session *driver.Session, c claim) (there bool, err error) {
	if err := begin(session); err != nil {
		return false, s.classify(ctx, op, err, reads)
	}
	doc, err := s.one(driver.NewSessionContext(ctx, session), op, c.in, bson.D{{Key: idField, Value: c.id}}, idField)
	return doc != nil, err
}

// verify looks whether a refusal is true of what a majority has. A transaction
// sees what its server has, which another server may never have had. If it is
// not true, or no longer, the transaction may be tried again.
func (s *store) verify(op spec.Op, t *transaction, refusal error) (err error, again bool) {
	there, err := s.supersede(t.within, op, t.session, t.claim)
	if err == nil { // and what it read is a majority's when it is committed
		_, err = commit(t.within, t.session)
		err = s.classify(t.caller, op, err, reads)
	}
	switch {
	case err != nil && deadline.Err(t.caller) != nil:
		return s.error(op, deadline.Err(t.caller), "", err), false
	case err != nil:
		return err, false
	case there != t.claim.there:
		return s.error(op, spec.ErrConflict, "", nil), true
	}
	return refusal, false
}

// endFailed ends a transaction that failed, and the use of its session. If the
// server cannot be told now, it is told before the next write.
func (s *store) endFailed(t *transaction) {
	within, cancel := context.WithTimeout(t.within, linger.Grace)
	defer cancel()
	if t.sent && !s.endOpen(within, t.session) {
		s.unended.add(t.session)
		return
	}
	giveBack(t.session)
}

// endOpen ends what a session has open, and reports whether the server knows.
func (s *store) endOpen(ctx context.Context, session *driver.Session) bool {
	_, err := s.supersede(ctx, "", session, s.noClaim())
	session.AbortTransaction(ctx)
	if newReport(errors.Unwrap(err)).code == unauthorized { // it may not read; and nothing overtakes what was answered
		err = s.db.RunCommand(ctx, bson.D{{Key: "killSessions", Value: bson.A{session.ID()}}}).Err()
	}
	return err == nil
}

// unended are sessions that the server may have a transaction open of.
type unended struct {
	mu       sync.Mutex
	sessions []*driver.Session
}

// maxUnended is how many are kept. The oldest go first: the server gives up
// a transaction after a minute.
const maxUnended = 4096

// maxEnded is how many sessions one call ends. After an outage there may be one
// for each call that was under way: other calls end the rest.
const maxEnded = 32

func (u *unended) add(list ...*driver.Session) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.sessions = append(u.sessions, list...)
	for range len(u.sessions) - maxUnended {
		giveBack(u.sessions[0])
		u.sessions = u.sessions[1:]
	}
}

// take removes as many sessions as one call ends.
func (u *unended) take() []*driver.Session {
	u.mu.Lock()
	defer u.mu.Unlock()
	n := min(len(u.sessions), maxEnded)
	taken := slices.Clone(u.sessions[:n])
	u.sessions = slices.Delete(u.sessions, 0, n)
	return taken
}

// endUnended ends transactions that failed calls could not end, and reports
// whether there may be more that it can end.
func (s *store) endUnended(ctx context.Context) (more bool) {
	list := s.unended.take()
	if len(list) == 0 {
		return false
	}
	lingering, cancel := linger.Context(ctx)
	defer cancel()
	within, cancel := context.WithTimeout(lingering, linger.Grace)
	defer cancel()
	for i, session := range list {
		if !s.endOpen(within, session) {
			s.unended.add(list[i:]...)
			return false
		}
		giveBack(session)
	}
	return true
}

func giveBack(session *driver.Session) { session.EndSession(doneContext()) }

// doneContext returns a context with which the driver sends nothing. It would
// abort a transaction that it knows nothing of or whose commit ran out of time,
// however long that takes.
func doneContext() context.Context {
	done, cancel := context.WithCancel(context.Background())
	cancel()
	return done
}
