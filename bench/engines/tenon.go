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

// tenon is Tenon on a store that open opens.
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
	all := attr.All[Device]()
	return &Client{
		SessionAndUser: s.SessionAndUser,
		Session:        s.Session,
		Create:         func(ctx context.Context, row *session) error { return s.CreateSession(ctx, *row) },
		Swap: func(ctx context.Context, from, to *session) error {
			return s.SwapLease(ctx, from.ID, from.Lease, to.Lease)
		},
		Update: func(ctx context.Context, to *session) error {
			return s.UpdateSession(ctx, to.ID, to.Attributes, all)
		},
		Remove:  s.DeleteSession,
		addUser: s.CreateUser,
		sweep: func(ctx context.Context, now time.Time, limit int) (int64, error) {
			return s.DeleteExpiredSessions(ctx, spec.Sweep{Now: now, Everyone: true, Limit: limit})
		},
		OnClose: s.Close,
	}
}

// migrate makes the tables of Tenon.
func migrate(ctx context.Context, open func(context.Context, string) (*store, error), dsn string) error {
	s, err := open(ctx, dsn)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Migrate(ctx)
}
