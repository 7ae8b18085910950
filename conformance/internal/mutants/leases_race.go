package mutants

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// halfRead lets another caller read between two steps of a write, in the check of
// this sentence. It returns an adapter with its reads, and the wait.
func halfRead(t conformance.TB, s conformance.Store, columns spec.Columns, sentence string) (a *altered, wait func(ctx context.Context)) {
	forced := racesIn(t, sentence)
	var half atomic.Bool
	read := newSignal(t)
	right := openHealthy(t, s, columns)
	a = &altered{rows: right, session: func(ctx context.Context, id string) (spec.SessionRow, error) {
		begun := half.Load()
		session, err := right.Session(ctx, id)
		if begun {
			read.give()
		}
		return session, err
	}}
	return a, func(ctx context.Context) {
		if forced {
			half.Store(true)
			read.wait(ctx)
		}
	}
}

// The times come first, then the credential.
func swapTwice(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, wait := halfRead(t, s, columns, "swap_is_never_seen_half_done")
	a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
		half := to
		half.Credential = from.Credential
		if err := a.rows.SwapLease(ctx, id, from, half); err != nil {
			return err
		}
		wait(ctx)
		return a.rows.SwapLease(context.WithoutCancel(ctx), id, half, to)
	}
	return a
}

// Every second read is of a copy that is one swap behind.
func readsGoBack(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, forced := openHealthy(t, s, columns), racesIn(t, "swap_is_never_seen_half_done")
	var reads atomic.Int32
	var behind atomic.Pointer[spec.Lease]
	seen := newSignal(t)
	return &altered{rows: a,
		swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
			err := a.SwapLease(ctx, id, from, to)
			if forced {
				behind.Store(&from)
				seen.wait(ctx)
			}
			return err
		},
		session: func(ctx context.Context, id string) (spec.SessionRow, error) {
			old := behind.Load()
			session, err := a.Session(ctx, id)
			if old == nil {
				return session, err
			}
			switch reads.Add(1) {
			case 2:
				session.Lease = *old
				seen.give()
			}
			return session, err
		},
	}
}

// Two calls read the lease before either writes.
func swapReadsThenWrites(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapAltered(t, s, columns, func(a rows, right swap) swap {
		forced, read := racesIn(t, "one_of_many_swaps_wins"), newMeeting(t)
		return func(ctx context.Context, id string, from, to spec.Lease) error {
			session, err := a.Session(ctx, id)
			if err != nil || !session.Lease.Equal(from) {
				return right(ctx, id, from, to)
			}
			if forced {
				read.meet(ctx)
			}
			for {
				if err = setLease(ctx, a, id, to); !errors.Is(err, spec.ErrStale) {
					return err
				}
			}
		}
	})
}

const swapRace = "swap_that_races_a_delete_is_won_or_not_found"

// swapDuringDelete is an adapter whose swap looks whether the session exists,
// is interrupted by a DeleteSession, and tells what it makes of the outcome.
func swapDuringDelete(t conformance.TB, s conformance.Store, columns spec.Columns, tell func(ctx context.Context, a rows, seen spec.SessionRow, to spec.Lease) error) rows {
	a, forced := openHealthy(t, s, columns), racesIn(t, swapRace)
	looked, deleted := newSignal(t), newSignal(t)
	return &altered{rows: a,
		swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
			session, err := a.Session(ctx, id)
			if err != nil || !forced {
				return a.SwapLease(ctx, id, from, to)
			}
			looked.give()
			deleted.wait(ctx)
			err = a.SwapLease(ctx, id, from, to)
			if errors.Is(err, spec.ErrSessionNotFound) {
				return tell(ctx, a, session, to)
			}
			return err
		},
		deleteSession: func(ctx context.Context, id string) error {
			if forced {
				looked.wait(ctx)
			}
			defer deleted.give()
			return a.DeleteSession(ctx, id)
		},
	}
}

func swapDeletedIsStale(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapDuringDelete(t, s, columns, func(context.Context, rows, spec.SessionRow, spec.Lease) error {
		return spec.ErrStale
	})
}

func swapWritesBack(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return swapDuringDelete(t, s, columns, func(ctx context.Context, a rows, seen spec.SessionRow, to spec.Lease) error {
		seen.Lease = to
		return a.CreateSession(ctx, seen)
	})
}
