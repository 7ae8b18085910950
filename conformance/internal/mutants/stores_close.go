package mutants

import (
	"context"
	"errors"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func closeMutants() []Mutant {
	return []Mutant{
		{Name: "close_fails", Clause: "STO-04",
			Subject: subject(closeFails)},
		{Name: "call_that_meets_close_panics", Clause: "STO-04",
			Subject: subject(panicsDuringClose)},
		{Name: "call_that_meets_close_finds_nothing", Clause: "STO-04", Shipped: "adapters that treat any failed read as not found",
			Subject: subject(findsNothingDuringClose)},
	}
}

func closeFails(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return &altered{rows: openHealthy(t, s, columns), close: func() error { return errors.New("a connection is in use") }}
}

// duringClose is an adapter whose DeleteSession or Session meets Close, and then
// does what meets says.
func duringClose(t conformance.TB, s conformance.Store, columns spec.Columns, alter func(a *altered, meets func(context.Context) bool)) rows {
	a := &altered{rows: openHealthy(t, s, columns)}
	forced, closed := racesIn(t, "close_during_calls"), newSignal(t)
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
	return a
}

func panicsDuringClose(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return duringClose(t, s, columns, func(a *altered, meets func(context.Context) bool) {
		a.deleteSession = func(ctx context.Context, id string) error {
			if meets(ctx) {
				panic("send on closed channel")
			}
			return a.rows.DeleteSession(ctx, id)
		}
	})
}

func findsNothingDuringClose(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return duringClose(t, s, columns, func(a *altered, meets func(context.Context) bool) {
		a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
			if meets(ctx) {
				return spec.SessionRow{}, spec.ErrSessionNotFound
			}
			return a.rows.Session(ctx, id)
		}
	})
}
