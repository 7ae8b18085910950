package mutants

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
)

// halfRead lets another caller read between two steps of a write, in the check with this
// sentence. The write calls the returned function between the steps.
func halfRead(a *altered, sentence string) (wait func(ctx context.Context)) {
	forced := racesIn(a.t, sentence)
	var half atomic.Bool
	read := newSignal(a.t)
	a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
		begun := half.Load()
		session, err := a.rows.Session(ctx, id)
		if begun {
			read.give()
		}
		return session, err
	}
	return func(ctx context.Context) {
		if forced {
			half.Store(true)
			read.wait(ctx)
		}
	}
}

const swapRace = "swap_that_races_a_delete_is_won_or_not_found"

// swapDuringDelete makes a swap read the session, be interrupted by a DeleteSession, and
// return the result of tell.
func swapDuringDelete(a *altered, tell func(ctx context.Context, a rows, seen spec.SessionRow, to spec.Lease) error) {
	forced, looked, deleted := racesIn(a.t, swapRace), newSignal(a.t), newSignal(a.t)
	a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
		session, err := a.rows.Session(ctx, id)
		if err != nil || !forced {
			return a.rows.SwapLease(ctx, id, from, to)
		}
		looked.give()
		deleted.wait(ctx)
		err = a.rows.SwapLease(ctx, id, from, to)
		if errors.Is(err, spec.ErrSessionNotFound) {
			return tell(ctx, a.rows, session, to)
		}
		return err
	}
	a.deleteSession = func(ctx context.Context, id string) error {
		if forced {
			looked.wait(ctx)
		}
		defer deleted.give()
		return a.rows.DeleteSession(ctx, id)
	}
}
