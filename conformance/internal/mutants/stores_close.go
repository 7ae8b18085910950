package mutants

import (
	"context"
	"errors"

	"github.com/tenon-go/tenon/spec"
)

func closeMutants() []Mutant {
	return []Mutant{
		{Name: "close_fails", Clause: "STO-04", Subject: alterAll(func(a *altered) { a.close = func() error { return errors.New("a connection is in use") } })},
		{Name: "call_that_meets_close_panics", Clause: "STO-04", Subject: alterAll(func(a *altered) {
			duringClose(a, func(a *altered, meets func(context.Context) bool) {
				a.deleteSession = func(ctx context.Context, id string) error {
					if meets(ctx) {
						panic("send on closed channel")
					}
					return a.rows.DeleteSession(ctx, id)
				}
			})
		})},
		{Name: "call_that_meets_close_finds_nothing", Clause: "STO-04", Shipped: "adapters that treat any failed read as not found", Subject: alterAll(func(a *altered) {
			duringClose(a, func(a *altered, meets func(context.Context) bool) {
				a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
					if meets(ctx) {
						return spec.SessionRow{}, spec.ErrSessionNotFound
					}
					return a.rows.Session(ctx, id)
				}
			})
		})},
	}
}

// duringClose makes DeleteSession or Session run while the adapter is closed. Alter is
// given meets, which waits for that.
func duringClose(a *altered, alter func(a *altered, meets func(context.Context) bool)) {
	forced, closed := racesIn(a.t, "close_during_calls"), newSignal(a.t)
	a.close = func() error {
		closed.give()
		return a.rows.Close()
	}
	alter(a, func(ctx context.Context) bool {
		if forced {
			closed.wait(ctx)
		}
		return forced
	})
}
