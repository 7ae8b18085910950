package mongo

import (
	"context"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
)

// A transaction that is not committed has to be ended: until the server gives it
// up by itself, after a minute, nobody else can write to what it wrote to. To
// abort it is not enough. A statement whose answer did not come may be still on
// its way, or in the socket of a server that stalls; an abort (or killSessions)
// that overtakes it finds nothing to end, and then the statement opens the
// transaction. But a session has one transaction at a time, and its transactions
// have numbers: the next one ends the one before, and whatever still arrives of
// that is refused (225, TransactionTooOld).

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
// sees what its server has, which another server may never have had. If the
// refusal is not true, or no longer, the transaction may be tried again.
func (s *store) verify(op spec.Op, t *transaction, refusal error) (err error, again bool) {
	claim := t.claim
	if claim.in == nil { // a constraint's: there is nothing to look at, but a majority to wait for
		claim = nothing(s)
	}
	there, err := s.supersede(t.within, op, t.session, claim)
	if err == nil { // and what it read is a majority's when it is committed
		_, err = commit(t.within, t.session)
		err = s.classify(t.caller, op, err, reads)
	}
	switch {
	case err != nil && ended(t.caller) != nil:
		return s.error(op, ended(t.caller), "", err), false
	case err != nil:
		return err, false
	case there != claim.there:
		return s.error(op, spec.ErrConflict, "", refusal), true
	}
	return refusal, false
}

// nothing claims that there is no document without an id, which is so.
func nothing(s *store) claim { return claim{s.users, nil, false} }

// leave ends a transaction that failed, and the use of its session. If the
// server cannot be told now, it is told before the next write.
func (s *store) leave(t *transaction) {
	within, cancel := context.WithTimeout(t.within, linger.Grace)
	defer cancel()
	if t.sent && !s.ends(within, t.session) {
		s.left.add(t.session)
		return
	}
	end(t.session)
}

// ends reports whether nothing that the session had open is open any more.
func (s *store) ends(ctx context.Context, session *driver.Session) bool {
	_, err := s.supersede(ctx, "", session, nothing(s))
	session.AbortTransaction(ctx)
	return err == nil
}

// left are sessions that the server may have a transaction open of.
type left struct {
	mu       sync.Mutex
	sessions []*driver.Session
}

func (l *left) add(list ...*driver.Session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sessions = append(l.sessions, list...)
}

// most is how many sessions one call ends: after a long outage, there may be one
// for each call that was under way, and others take the rest.
const most = 32

// take removes a few sessions.
func (l *left) take() []*driver.Session {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(len(l.sessions), most)
	taken := l.sessions[:n:n]
	l.sessions = l.sessions[n:]
	return taken
}

// endLeft ends transactions that failed calls could not end.
func (s *store) endLeft(ctx context.Context) {
	list := s.left.take()
	if len(list) == 0 {
		return
	}
	within, cancel := linger.Context(ctx)
	defer cancel()
	within, cancel = context.WithTimeout(within, linger.Grace)
	defer cancel()
	for i, session := range list {
		if !s.ends(within, session) {
			s.left.add(list[i:]...)
			return
		}
		end(session)
	}
}

// end gives a session back.
func end(session *driver.Session) { session.EndSession(doneContext()) }

// doneContext returns a context with which the driver sends nothing. It would
// abort a transaction that it knows nothing of or whose commit ran out of time,
// however long that takes.
func doneContext() context.Context {
	done, cancel := context.WithCancel(context.Background())
	cancel()
	return done
}
