package session

import (
	"context"
	"errors"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// step is what becomes of a session's record when a token is presented.
type step struct {
	record  record
	token   Token // what the client has to have once this is stored; zero: what it was sent before
	renewed bool  // the session's times move too
}

// nextStep says what becomes of a record for which a token was presented, and
// reports false if it stays as it is. Due says that the session is to be
// renewed, rotate that a new token may be issued.
//
// The rules keep the client's token in the record, although the answer to any
// write may be lost, the client may never hear of a new token, and requests
// with an old one may still be on their way:
//
//   - A new token goes into the record beside the one that was presented, which
//     the client has.
//   - Nothing is dropped before its time. A token that was never presented is
//     not replaced until a grace after it was issued: its response may be on
//     its way. The token before it stays until a grace after the new one was
//     presented: its requests may be. Until then a session is extended.
//   - Only what is stored for certain is handed out (see settle).
func (c *Config) nextStep(r record, presented Token, how standing, now time.Time, due, rotate bool) (step, bool) {
	arrived := how == current && r.unseen
	lost := how == superseded && r.unseen
	settled := r.previous == "" || now.UnixMilli() >= r.until
	next := step{record: r, renewed: due}
	if how == current {
		next.token = presented
	}
	switch {
	case arrived:
		next.record.unseen = false
		next.record.until = now.Add(c.Grace).UnixMilli()
	case rotate && settled && (due || lost):
		next.token = newToken(presented.ID())
		next.renewed = true
		next.record.unseen = true
		next.record.current, next.record.previous = next.token.digest(), presented.digest()
		next.record.until = now.Add(c.Grace).UnixMilli()
	case !due:
		return step{}, false
	}
	return next, true
}

// validate judges a token against the session as it was read after now, and
// renews the session if that is due and permitted.
//
// The time is taken before a session is read. Taken afterwards it could be
// beyond the end of a session that another call has renewed since.
func (m *Manager[U, S]) validate(ctx context.Context, row spec.Session[S], token Token, now time.Time, may permission) (Session[S], error) {
	for try := 1; ; try++ {
		s, err := m.renew(ctx, &row, token, now, may)
		switch {
		case !errors.Is(err, spec.ErrStale):
			return s, err
		case try == renewTries && !s.IsZero():
			// What was read stands, as after any other error.
			m.warn(ctx, "session: a session was not renewed", err)
			return s, nil
		case try == renewTries:
			return s, err
		}
		// Another call was faster, so there may be nothing left to do.
		now = m.config.Now()
		if row, err = m.store.Session(ctx, row.ID); err != nil {
			return Session[S]{}, hideNotFound(err)
		}
	}
}

// renewTries is how often a call that others overtake is tried. Each time some
// other call has succeeded, so more calls would have to be under way, unless the
// store's reads are stale (see spec.Weaknesses), and go on being so.
const renewTries = 100

// renew is validate, once: if another call was faster, the error is
// spec.ErrStale.
func (m *Manager[U, S]) renew(ctx context.Context, row *spec.Session[S], token Token, now time.Time, may permission) (Session[S], error) {
	r, how, err := m.judge(ctx, row, token, now, may.write)
	if err != nil {
		return Session[S]{}, err
	}
	s := m.sessionWithToken(row, token, how, now)
	if !may.write {
		return s, nil
	}
	next, ok := m.config.nextStep(r, token, how, now, s.RenewalDue, may.rotate)
	if !ok {
		return s, nil
	}
	renewed, err := m.settle(ctx, row, token, next, now)
	switch {
	case err == nil:
		return renewed, nil
	case errors.Is(err, spec.ErrSessionNotFound):
		return Session[S]{}, ErrNoSession
	case errors.Is(err, spec.ErrStale):
		return s, err
	}
	// What was read stands: the token was valid, and it still works, whether or
	// not the write was applied.
	m.warn(ctx, "session: a session was not renewed", err)
	return s, nil
}

// Renew renews a session that was obtained with a token, whatever its state,
// unless it has expired or was ended, which is ErrNoSession. With Rotate the
// result has a new token, unless the session's last new token may still be on
// its way to the client or requests with the one before it on theirs: then the
// session is extended. The result is Fresh if the client is to be given its
// token.
//
// It writes in any case, and an error of the store's is returned as it is. The
// client's token works whether or not the write was applied.
func (m *Manager[U, S]) Renew(ctx context.Context, s Session[S]) (Session[S], error) {
	return m.replace(ctx, s, func(r record, how standing, now time.Time) step {
		next, _ := m.config.nextStep(r, s.token, how, now, true, m.config.Renewal == Rotate)
		return next
	})
}

// RotateNow renews a session that was obtained with a token and gives it a new
// token; all its other tokens are void at once, without a grace. It is for a
// change of privilege, such as a second factor or a new password: whoever had
// a copy of the old token is left behind, and can do nothing with it but sign
// out: [Manager.SignOut], [Manager.SignOutEverywhere]. What is not valid any more is ErrNoSession.
//
// An error of the store's is returned as it is. If it is
// spec.ErrIndeterminate, the old token may be void and no client has the new one:
// the user may have to sign in again.
func (m *Manager[U, S]) RotateNow(ctx context.Context, s Session[S]) (Session[S], error) {
	return m.replace(ctx, s, func(r record, _ standing, _ time.Time) step {
		token := newToken(s.ID)
		// The token before stays, long void, for SignOut: a request with it
		// may be on its way.
		r.previous, r.until = r.current, 0
		if r.unseen {
			r.previous = s.token.digest()
		}
		r.unseen, r.current = false, token.digest()
		return step{r, token, true}
	})
}

// replace replaces the lease of a session that was obtained with a token which
// is still good for it.
func (m *Manager[U, S]) replace(ctx context.Context, s Session[S], next func(record, standing, time.Time) step) (Session[S], error) {
	if s.token.IsZero() {
		return Session[S]{}, ErrNoSession
	}
	for try := 1; ; try++ {
		// Read again: s may have been renewed since, and its attributes
		// updated.
		now := m.config.Now()
		row, err := m.store.Session(ctx, string(s.ID))
		if err != nil {
			return Session[S]{}, hideNotFound(err)
		}
		var renewed Session[S]
		r, how, err := m.judge(ctx, &row, s.token, now, true)
		if err == nil {
			renewed, err = m.settle(ctx, &row, s.token, next(r, how, now), now)
		}
		if !errors.Is(err, spec.ErrStale) || try == renewTries {
			return renewed, hideNotFound(err)
		}
	}
}

// judge says how a token stands to a session as it was read, and what the
// session's record is. A token that is not good for it, or an expired session, is
// ErrNoSession. An expired session is deleted if mayWrite, by the owner's request
// only: an id alone writes nothing. If it is another by now, the error is
// spec.ErrStale.
func (m *Manager[U, S]) judge(ctx context.Context, row *spec.Session[S], presented Token, now time.Time, mayWrite bool) (record, standing, error) {
	r, ok := parseRecord(row.Credential)
	if !ok {
		return r, refused, errCredential
	}
	how := r.standing(presented.digest(), now)
	if how == refused {
		if !m.expired(row, now) {
			m.observe(ctx, Event{Kind: Refused, SessionID: ID(row.ID), UserID: row.UserID})
		}
		return r, how, ErrNoSession
	}
	if m.expired(row, now) {
		if mayWrite && !m.config.NoCleanup {
			err := m.remove(ctx, row, now)
			if errors.Is(err, spec.ErrStale) {
				return r, how, err
			}
			m.warn(ctx, "session: an expired session was not deleted", err)
		}
		return r, how, ErrNoSession
	}
	return r, how, nil
}

// remove deletes a session that had expired at now when it was read. If it was
// renewed since, by a call that began before or whose clock is behind, it stays,
// and the error is spec.ErrStale.
//
// A store deletes whatever is there, so an expired lease is first replaced by
// one that expired before all time: no call renews that, by any clock. If
// nothing more happens, the next to meet it, or a sweep, deletes what is left.
// The end of the absolute lifetime needs no such care: no renewal moves it.
func (m *Manager[U, S]) remove(ctx context.Context, row *spec.Session[S], now time.Time) error {
	if row.Lease.State(now) == spec.Expired {
		err := m.store.SwapLease(ctx, row.ID, row.Lease, spec.Lease{Credential: row.Credential})
		if errors.Is(err, spec.ErrSessionNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return m.end(ctx, ID(row.ID), row.UserID, Expired)
}

// settle stores a step. Only if that has succeeded for certain is its token
// handed out: of one that may have been stored the client had better not know,
// as the one that it has works in either case.
func (m *Manager[U, S]) settle(ctx context.Context, row *spec.Session[S], presented Token, next step, now time.Time) (Session[S], error) {
	to := row.Lease
	to.Credential = next.record.encode()
	if next.renewed {
		to = m.config.lease(row.CreatedAt, now, to.Credential)
	}
	if err := m.store.SwapLease(ctx, row.ID, row.Lease, to); err != nil {
		return Session[S]{}, err
	}
	renewed := *row
	renewed.Lease = to
	if next.renewed {
		kind := Renewed
		if !next.token.IsZero() && next.token.Reveal() != presented.Reveal() {
			kind = Rotated
		}
		m.observe(ctx, Event{Kind: kind, SessionID: ID(row.ID), UserID: row.UserID})
	}
	if next.token.IsZero() {
		return m.sessionWithToken(&renewed, presented, superseded, now), nil
	}
	s := m.sessionWithToken(&renewed, next.token, current, now)
	s.Fresh = next.renewed
	return s, nil
}

// sessionWithToken returns a session as the store has it, obtained with a token.
func (m *Manager[U, S]) sessionWithToken(row *spec.Session[S], token Token, how standing, now time.Time) Session[S] {
	s := m.session(row, now)
	s.token, s.superseded = token, how == superseded
	return s
}
