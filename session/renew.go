package session

import (
	"context"
	"errors"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// step is the change of a session's record when a token is presented.
type step struct {
	record  record
	token   Token // the token to give to the client once the step is stored; zero if it was already sent the newest
	renewed bool  // the session's times move too
}

// nextStep returns the next record of a session whose token was presented. It
// reports false if the record does not change. Due means that the session needs
// renewal, rotate that a new token can be issued.
//
// The record must always contain the client's token. But the reply to any write can
// be lost, the client may never receive a new token, and requests with an old token
// may still be in flight. These rules ensure it:
//
//   - A new token is stored next to the presented one, which the client has.
//   - No token is dropped too early. A token that was never presented is replaced at
//     the earliest one grace period after it was issued, because the response with
//     it may be in flight. The token before is dropped at the earliest one grace
//     period after the new one was presented, because requests with it may be in
//     flight. Until then the session is only extended.
//   - The client is only given a token that is known to be stored (see settle).
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

// validate checks a token against a session, and renews the session if that is due
// and permitted. The session was read after now.
//
// The caller takes the time before it reads the session. A later time could be
// after the end of a session that another call has renewed since the read.
func (m *Manager[U, S]) validate(ctx context.Context, row spec.Session[S], token Token, now time.Time, may permission) (Session[S], error) {
	for try := 1; ; try++ {
		s, err := m.renew(ctx, &row, token, now, may)
		switch {
		case !errors.Is(err, spec.ErrStale):
			return s, err
		case try == renewTries && !s.IsZero():
			// Return the session as it was read, as after any other error.
			m.warn(ctx, "session: a session was not renewed", err)
			return s, nil
		case try == renewTries:
			return s, err
		}
		// Another call was faster, so perhaps there is nothing left to do.
		now = m.config.Now()
		if row, err = m.store.Session(ctx, row.ID); err != nil {
			return Session[S]{}, hideNotFound(err)
		}
	}
}

// renewTries is how often a renewal is tried when other calls are faster. Each
// failed try means that another call has succeeded. So the limit is reached only
// with that many concurrent calls, or if the store's reads stay stale (see
// spec.Weaknesses).
const renewTries = 100

// renew is one try of validate. If another call was faster, the error is
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
	// Return the session as it was read: the token is valid whether or not the
	// write was applied.
	m.warn(ctx, "session: a session was not renewed", err)
	return s, nil
}

// Renew renews a session that was obtained with a token, even if it is still
// active. If the session has expired or ended, the error is ErrNoSession.
//
// With Rotate the result has a new token, except while the response with the
// session's last new token, or a request with the token before, may be in flight:
// then Renew only extends the session. The result is Fresh if the client must be
// given its token.
//
// Renew always writes, and returns the store's errors unchanged. After an error the
// client's token is still valid, whether or not the write was applied.
func (m *Manager[U, S]) Renew(ctx context.Context, s Session[S]) (Session[S], error) {
	return m.replace(ctx, s, func(r record, how standing, now time.Time) step {
		next, _ := m.config.nextStep(r, s.token, how, now, true, m.config.Renewal == Rotate)
		return next
	})
}

// RotateNow renews a session that was obtained with a token, and gives it a new
// token. All its other tokens become void at once, without a grace period. Call it
// after a change of privilege, such as a second factor or a new password. A stolen copy
// of the old token can then only be used to sign out ([Manager.SignOut],
// [Manager.SignOutEverywhere]). If the session is no longer valid, the error is
// ErrNoSession.
//
// RotateNow returns the store's errors unchanged. After spec.ErrIndeterminate the
// old token may be void although the client has not received the new one. The user
// may then have to sign in again.
func (m *Manager[U, S]) RotateNow(ctx context.Context, s Session[S]) (Session[S], error) {
	return m.replace(ctx, s, func(r record, _ standing, _ time.Time) step {
		token := newToken(s.ID)
		// Keep the token before, already void, for SignOut: a request with it may
		// be in flight.
		r.previous, r.until = r.current, 0
		if r.unseen {
			r.previous = s.token.digest()
		}
		r.unseen, r.current = false, token.digest()
		return step{r, token, true}
	})
}

// replace replaces the lease of a session whose token is still accepted.
func (m *Manager[U, S]) replace(ctx context.Context, s Session[S], next func(record, standing, time.Time) step) (Session[S], error) {
	if s.token.IsZero() {
		return Session[S]{}, ErrNoSession
	}
	for try := 1; ; try++ {
		// Read the session again: it may have been renewed or updated since the
		// caller obtained s.
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

// judge returns the session's record and how a token relates to it. If the token is
// refused or the session has expired, the error is ErrNoSession. If mayWrite, it
// deletes an expired session, but only for an accepted token: a client that only
// knows the id cannot cause a write. If the session was renewed since the row was
// read, the error is spec.ErrStale.
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

// remove deletes a session that had expired at now when it was read. A call that
// began earlier, or whose clock is behind, may have renewed it since. Then remove
// keeps the session and returns spec.ErrStale.
//
// DeleteSession deletes a row whatever its lease is. So remove first replaces an
// expired lease with one whose times are zero, which no call renews by any clock. If
// the process stops then, the next call that reads the row, or a sweep, deletes it.
// A session that has only reached its absolute lifetime needs no such step, because
// no renewal moves that end.
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

// settle stores a step. It returns the new token only if the step is known to be
// stored. If that is uncertain, the client is better off with the token that it
// has, which is valid in either case.
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

// sessionWithToken returns the session of a row that was obtained with a token.
func (m *Manager[U, S]) sessionWithToken(row *spec.Session[S], token Token, how standing, now time.Time) Session[S] {
	s := m.session(row, now)
	s.token, s.superseded = token, how == superseded
	return s
}
