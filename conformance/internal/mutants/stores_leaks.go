package mutants

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// leakMutants returns mutants that leak something with each call.
func leakMutants() []Mutant {
	const long = 100
	linger := func() { go func() { <-time.After(time.Minute) }() } // longer than a check takes
	return []Mutant{
		{Name: "absent_session_leaves_a_goroutine", Clause: "STO-03", Subject: alterRich(func(a *altered) {
			a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
				session, err := a.rows.Session(ctx, id)
				if errors.Is(err, spec.ErrSessionNotFound) {
					linger()
				}
				return session, err
			}
		})},
		{Name: "interrupted_call_leaves_a_goroutine", Clause: "STO-03", Shipped: "drivers that watch a context", Subject: alterRich(func(a *altered) {
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				list, err := a.rows.UserSessions(ctx, userID)
				if ctx.Err() != nil {
					linger()
				}
				return list, err
			}
		})},
		{Name: "each_write_leaves_a_goroutine", Clause: "STO-03", Subject: alterRich(func(a *altered) {
			a.deleteSession = func(ctx context.Context, id string) error {
				linger()
				return a.rows.DeleteSession(ctx, id)
			}
		})},
		{Name: "a_null_keeps_its_connection", Clause: "STO-03", Shipped: "adapters that return early where Scan fails", Subject: alterRich(func(a *altered) {
			p := poolOf(a.store)
			a.user = func(ctx context.Context, id string) (spec.UserRow, error) {
				give, ok := p.take(1)
				if !ok {
					return spec.UserRow{}, spec.ErrUnavailable
				}
				user, err := a.rows.User(ctx, id)
				if !slices.Contains(user.Attributes, nil) {
					give()
				}
				return user, err
			}
		})},
		{Name: "a_long_list_keeps_its_connection", Clause: "SES-10",
			Options: conformance.Options{Target: new(sync.Map), InUse: func(_ conformance.TB, s conformance.Store) int {
				p, open := s.Target.(*sync.Map).Load(s.Name)
				if !open {
					return 0
				}
				return int(-p.(*pool).left.Load())
			}},
			Subject: alterAll(func(a *altered) {
				p := poolOf(a.store)
				a.store.Target.(*sync.Map).Store(a.store.Name, p)
				a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
					give, _ := p.take(1)
					list, err := a.rows.UserSessions(ctx, userID)
					if len(list) < long {
						give()
					}
					return list, err
				}
			})},
		{Name: "a_long_list_leaves_goroutines", Clause: "SES-10", Subject: alterAll(func(a *altered) {
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				list, err := a.rows.UserSessions(ctx, userID)
				for range len(list) / long {
					linger()
				}
				return list, err
			}
		})},
		{Name: "close_leaves_a_goroutine", Clause: "STO-04", Shipped: "adapters that sweep in the background", Subject: alterRich(func(a *altered) {
			a.close = func() error {
				linger()
				return a.rows.Close()
			}
		})},
	}
}
