package peers

import (
	"context"

	"github.com/puzpuzpuz/xsync/v4"

	"github.com/tenon-go/tenon/bench/engines"
)

// openXsync opens two maps of xsync.
func openXsync(_ context.Context, at *engines.Place) (*engines.Client, error) {
	sessions, users := xsync.NewMap[string, session](), xsync.NewMap[string, user]()
	engines.FillMaps(at.Set, func(s session) { sessions.Store(s.ID, s) }, func(u user) { users.Store(u.ID, u) })
	change := func(id string, f func(*session) error) (err error) {
		sessions.Compute(id, func(s session, found bool) (session, xsync.ComputeOp) {
			if err = engines.ErrAbsent; found {
				err = f(&s)
			}
			if err != nil {
				return s, xsync.CancelOp
			}
			return s, xsync.UpdateOp
		})
		return err
	}
	find := func(_ context.Context, id string) (session, error) {
		s, ok := sessions.Load(id)
		if !ok {
			return session{}, engines.ErrAbsent
		}
		return s, nil
	}
	return &engines.Client{
		SessionAndUser: func(ctx context.Context, id string) (session, user, error) {
			s, err := find(ctx, id)
			u, _ := users.Load(s.UserID)
			return s, u, err
		},
		Session: find,
		Create:  func(_ context.Context, s *session) error { sessions.Store(s.ID, *s); return nil },
		Swap: func(_ context.Context, from, to *session) error {
			return change(from.ID, func(s *session) error { return engines.SwapHeld(s, from, to) })
		},
		Update: func(_ context.Context, to *session) error {
			return change(to.ID, func(s *session) error { s.Attributes = to.Attributes; return nil })
		},
		Remove: func(_ context.Context, id string) error { sessions.Delete(id); return nil },
	}, nil
}
