package conformance

import (
	"context"
	"time"

	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

// postponed is the front of an adapter that declares that its store deletes expired sessions
// by its own clock. The checks use times in the past, so the store would delete their
// sessions. Therefore postponed shifts every expiry by six Gregorian cycles into the future,
// which preserves the days and the order of times.
type postponed[U, S any] struct{ typed.Store[U, S] }

const sixCycles = 6 * 146_097 * 24 * 60 * 60 // seconds: 146,097 days are 400 years

// shift moves a time by this many seconds. It does not change the last time that a store can
// hold, and times that are not valid.
func shift(t time.Time, seconds int64, from, to int) time.Time {
	if year := t.UTC().Year(); year < from || year > to {
		return t
	}
	return time.Unix(t.Unix()+seconds, int64(t.Nanosecond())).In(t.Location())
}

const lastShifted = 7000 // no check has a session that expires between then and 9401

func postpone(t time.Time) time.Time { return shift(t, sixCycles, 1, lastShifted) }
func restore(t time.Time) time.Time  { return shift(t, -sixCycles, 1+2400, lastShifted+2400) }

func (p *postponed[U, S]) CreateSession(ctx context.Context, s spec.Session[S]) error {
	s.ExpiresAt = postpone(s.ExpiresAt)
	return p.Store.CreateSession(ctx, s)
}

func (p *postponed[U, S]) Session(ctx context.Context, id string) (spec.Session[S], error) {
	s, err := p.Store.Session(ctx, id)
	s.ExpiresAt = restore(s.ExpiresAt)
	return s, err
}

func (p *postponed[U, S]) SessionAndUser(ctx context.Context, id string) (spec.Session[S], spec.User[U], error) {
	s, u, err := p.Store.SessionAndUser(ctx, id)
	s.ExpiresAt = restore(s.ExpiresAt)
	return s, u, err
}

func (p *postponed[U, S]) UserSessions(ctx context.Context, userID string) ([]spec.Session[S], error) {
	list, err := p.Store.UserSessions(ctx, userID)
	for i := range list {
		list[i].ExpiresAt = restore(list[i].ExpiresAt)
	}
	return list, err
}

func (p *postponed[U, S]) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	from.ExpiresAt, to.ExpiresAt = postpone(from.ExpiresAt), postpone(to.ExpiresAt)
	return p.Store.SwapLease(ctx, id, from, to)
}

func (p *postponed[U, S]) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	sweep.Now = postpone(sweep.Now)
	return p.Store.DeleteExpiredSessions(ctx, sweep)
}
