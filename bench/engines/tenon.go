package engines

import (
	"context"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// The names of the tables that Tenon and the raw drivers share.
const (
	usersTable    = "bench_users"
	sessionsTable = "bench_sessions"
)

type store = spec.Store[User, Device]

// tenon returns Tenon as a competitor, on the store that open returns.
func tenon(open func(ctx context.Context, dsn string) (*store, error)) Competitor {
	return Competitor{
		Name:  "Tenon",
		About: "the store that `Open` returns",
		Open: func(ctx context.Context, at *Place) (*Client, error) {
			s, err := open(ctx, at.DSN)
			if err != nil {
				return nil, err
			}
			return ofStore(s), nil
		},
	}
}

func ofStore(s *store) *Client {
	c := ofSessions(s)
	c.SessionAndUser, c.addUser = s.SessionAndUser, s.CreateUser
	return c
}

// sessionStore has the methods that spec.Store and spec.SessionStore share.
type sessionStore interface {
	Session(ctx context.Context, id string) (session, error)
	CreateSession(ctx context.Context, row session) error
	SwapLease(ctx context.Context, id string, from, to spec.Lease) error
	UpdateSession(ctx context.Context, id string, attributes Device, mask attr.Mask[Device]) error
	DeleteSession(ctx context.Context, id string) error
	DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error)
	Close() error
}

func ofSessions(s sessionStore) *Client {
	all := attr.All[Device]()
	return &Client{
		Session: s.Session,
		Create:  func(ctx context.Context, row *session) error { return s.CreateSession(ctx, *row) },
		Swap: func(ctx context.Context, from, to *session) error {
			return s.SwapLease(ctx, from.ID, from.Lease, to.Lease)
		},
		Update: func(ctx context.Context, to *session) error {
			return s.UpdateSession(ctx, to.ID, to.Attributes, all)
		},
		Remove: s.DeleteSession,
		sweep: func(ctx context.Context, now time.Time, limit int) (int64, error) {
			return s.DeleteExpiredSessions(ctx, spec.Sweep{Now: now, Everyone: true, Limit: limit})
		},
		OnClose: s.Close,
	}
}

// migrate creates Tenon's tables.
func migrate(ctx context.Context, open func(context.Context, string) (*store, error), dsn string) error {
	s, err := open(ctx, dsn)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Migrate(ctx)
}
