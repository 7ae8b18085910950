package session

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// Config says how long sessions live and how they are renewed. The zero Config
// is meant to be used: each field that is zero has the default its comment
// names.
type Config struct {
	// Active is how long a session is valid without any write after it was
	// created or renewed. Default: 24 hours.
	Active time.Duration

	// Idle is how long after that it is still valid, and renewed when it is
	// validated. Default: 14 days. An unused session expires
	// Active + Idle after its last renewal.
	Idle time.Duration

	// Absolute is how long after its CreatedAt a session expires, however
	// often it was renewed. It is checked when a session is read as well, so
	// shortening it acts at once. Default: 30 days. NoAbsolute turns it off.
	Absolute time.Duration

	// NotRemembered is how long after its CreatedAt a session that was created
	// with Persistent(false) expires: a sign-in without "remember me", whose
	// cookie some browsers keep even when they are closed. A shorter Absolute
	// counts. It is checked when a session is read as well. Default: 24 hours.
	NotRemembered time.Duration

	// MaxSessions is how many sessions a user can have. A sign-in over the limit
	// ends the oldest session by CreatedAt. Of two sign-ins within one
	// millisecond, or within the difference of two processes' clocks, either may
	// count as the older, and be ended. It costs each sign-in a read of the
	// user's sessions. Default: any number.
	MaxSessions int

	// Renewal says whether renewing gives a new token. Default: Extend.
	Renewal Renewal

	// Grace is how long, with Rotate, the old token goes on working once the
	// new one has been presented, and how long to wait before a new token that
	// was never presented is treated as lost and another one issued. It must be
	// longer than the longest request and the clocks' differences together.
	// Default: 60 seconds.
	Grace time.Duration

	// NoCleanup turns off that an expired session is deleted when it is validated,
	// and a user's expired ones when the user signs in. [Manager.Run] and
	// [Manager.DeleteExpired] do what they say in any case.
	NoCleanup bool

	// SweepInterval is about how long [Manager.Run] waits between two sweeps.
	// Default: 1 hour.
	SweepInterval time.Duration

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// Logger is told of failures that no caller sees: a renewal or a clean-up
	// beside what was asked for, a sweep of Run. It also gets each [Event], a
	// refused token at level Info and all others at Debug.
	// Default: slog.Default().
	Logger *slog.Logger

	// Observe is called with each Event, by the call that causes it and before
	// that returns. It may be called by many goroutines at once. Default: none.
	Observe func(context.Context, Event)
}

// NoAbsolute as [Config].Absolute lets sessions live for as long as they are
// renewed.
const NoAbsolute time.Duration = -1

// Renewal is a way to renew a session.
type Renewal int

const (
	// Extend moves the session's times and keeps its token.
	Extend Renewal = iota

	// Rotate moves the times and gives a new token, so that one that was
	// copied stops working after a while. The old one works until the new one
	// has been presented, and then for the grace period, so that a response
	// that is lost, or a request in flight, signs no user out.
	Rotate
)

// Strict is a Config for what needs closer care than most: sessions expire
// after 30 minutes without use (1 active, 29 idle), and after 12 hours in any
// case.
func Strict() Config {
	return Config{Active: time.Minute, Idle: 29 * time.Minute, Absolute: 12 * time.Hour}
}

// complete returns the config with its defaults filled in, or why it cannot be
// used.
func (c Config) complete() (Config, error) {
	setDefault(&c.Active, 24*time.Hour)
	setDefault(&c.Idle, 14*24*time.Hour)
	setDefault(&c.Absolute, 30*24*time.Hour)
	setDefault(&c.NotRemembered, 24*time.Hour)
	setDefault(&c.Grace, time.Minute)
	setDefault(&c.SweepInterval, time.Hour)
	switch {
	case c.Active < time.Millisecond, c.Idle < time.Millisecond, c.Grace < time.Millisecond:
		return c, errors.New("session: Active, Idle and Grace must be at least a millisecond, which is what stores keep")
	case c.Active > maxPeriod, c.Idle > maxPeriod, c.Grace > maxPeriod:
		return c, errors.New("session: Active, Idle and Grace must be at most 100 years")
	case c.Absolute < time.Millisecond && c.Absolute != NoAbsolute:
		return c, errors.New("session: Absolute must be at least a millisecond, or NoAbsolute")
	case c.NotRemembered < time.Millisecond:
		return c, errors.New("session: NotRemembered must be at least a millisecond")
	case c.MaxSessions < 0:
		return c, errors.New("session: MaxSessions is negative")
	case c.Renewal != Extend && c.Renewal != Rotate:
		return c, errors.New("session: Renewal is neither Extend nor Rotate")
	case c.SweepInterval < 0:
		return c, errors.New("session: SweepInterval is negative")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c, nil
}

// maxPeriod keeps the sum of two periods a Duration.
const maxPeriod = 100 * 365 * 24 * time.Hour

func setDefault(d *time.Duration, value time.Duration) {
	if *d == 0 {
		*d = value
	}
}

// lease returns the lease of a session that is created or renewed now.
func (c *Config) lease(createdAt, now time.Time, credential string) spec.Lease {
	return c.limit(createdAt, spec.Lease{
		ActiveUntil: cut(now.Add(c.Active)),
		ExpiresAt:   cut(now.Add(c.Active + c.Idle)),
		Credential:  credential,
	})
}

// cut returns a time as stores keep it, so that a session that is created is
// the same as when it is read.
func cut(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// limit returns the lease as the absolute lifetime leaves it. What a store has
// may have been written when that was longer.
func (c *Config) limit(createdAt time.Time, lease spec.Lease) spec.Lease {
	lifetime := c.Absolute
	if isBrief(lease.Credential) && (lifetime == NoAbsolute || c.NotRemembered < lifetime) {
		lifetime = c.NotRemembered
	}
	if lifetime == NoAbsolute {
		return lease
	}
	end := cut(createdAt.Add(lifetime))
	if lease.ExpiresAt.After(end) {
		lease.ExpiresAt = end
	}
	if lease.ActiveUntil.After(end) {
		lease.ActiveUntil = end
	}
	return lease
}
