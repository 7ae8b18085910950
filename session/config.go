package session

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// Config configures how long sessions live and how they are renewed. The zero
// Config is ready to use: a field that is zero has its default.
type Config struct {
	// Active is how long a session is active after it was created or renewed. While
	// a session is active, using it needs no write. Default: 24 hours.
	Active time.Duration

	// Idle is how long a session is idle after it was active. An idle session is
	// valid, and is renewed when it is validated. An unused session expires
	// Active + Idle after its last renewal. Default: 14 days.
	Idle time.Duration

	// Absolute is how long after its CreatedAt a session expires, however often it
	// was renewed. Each read of a session checks it too, so a shorter Absolute takes
	// effect at once. NoAbsolute turns it off. Default: 30 days.
	Absolute time.Duration

	// NotRemembered is how long after its CreatedAt a session expires that was
	// created with Persistent(false), which is a sign-in without "remember me". It
	// exists because some browsers keep such a session's cookie even after they are
	// closed. If Absolute is shorter, Absolute applies. Each read of a session checks
	// it too. Default: 24 hours.
	NotRemembered time.Duration

	// MaxSessions is how many sessions a user can have. A sign-in over the limit
	// ends the oldest session by CreatedAt. If two sign-ins are within one
	// millisecond, or within the difference between the clocks of two processes,
	// either can count as the older one and be ended. With a limit each sign-in costs
	// a read of the user's sessions. Default: no limit.
	MaxSessions int

	// Renewal determines whether a renewal issues a new token. Default: Extend.
	Renewal Renewal

	// Grace is, with Rotate, how long the old token remains valid after the new one
	// was first presented. It is also how long the manager waits for a new token to
	// be presented before it treats that token as lost and issues another. It must be
	// longer than the longest request plus the difference between the processes'
	// clocks. Default: 60 seconds.
	Grace time.Duration

	// NoCleanup turns off two deletions: that of an expired session when it is
	// validated, and that of a user's expired sessions when the user signs in. It
	// does not affect [Manager.Run] and [Manager.DeleteExpired].
	NoCleanup bool

	// SweepInterval is about how long [Manager.Run] waits between two sweeps.
	// Default: 1 hour.
	SweepInterval time.Duration

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// Logger logs failures that no caller is told of: that of a renewal or a
	// clean-up during another call, and that of a sweep of Run. It also logs each
	// [Event], at level Info for Refused and at level Debug for all others.
	// Default: slog.Default().
	Logger *slog.Logger

	// Observe is called with each Event before the call that causes the event
	// returns. Several goroutines can call it at once. Default: none.
	Observe func(context.Context, Event)
}

// NoAbsolute as [Config].Absolute means that sessions live as long as they are
// renewed.
const NoAbsolute time.Duration = -1

// Renewal is a way to renew a session.
type Renewal int

const (
	// Extend moves the session's times and keeps its token.
	Extend Renewal = iota

	// Rotate moves the session's times and issues a new token, so a stolen copy of
	// the old token stops working after a while. The old token is valid until the
	// new one was presented, and then for the grace period. A lost response or a
	// request in flight therefore signs no user out.
	Rotate
)

// Strict returns a Config for applications with higher security requirements.
// Sessions expire after 30 minutes without use (1 minute active, 29 idle), and 12
// hours after the sign-in in any case.
func Strict() Config {
	return Config{Active: time.Minute, Idle: 29 * time.Minute, Absolute: 12 * time.Hour}
}

// complete returns the config with its defaults filled in, or an error that says
// why it cannot be used.
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

// maxPeriod is so short that the sum of two periods does not overflow a Duration.
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

// cut returns a time as stores keep it, so that Create returns the same times as a
// later read.
func cut(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// limit returns the lease, cut to the absolute lifetime. A stored lease can go
// beyond it if the lifetime was longer when the lease was written.
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
