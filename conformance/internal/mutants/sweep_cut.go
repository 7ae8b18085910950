package mutants

import (
	"context"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// Sweeps in batches, which go wrong when one is cut short.
func sweepCutMutants() []Mutant {
	return []Mutant{
		{Name: "sweep_that_is_cut_short_is_taken_for_done", Clause: "SWP-02", Shipped: "adapters that return what the earlier batches deleted",
			Subject: subject(cutSweepIsDone)},
		{Name: "sweep_that_is_cut_short_counts_none", Clause: "SWP-02", Shipped: "adapters that return 0 with every error",
			Subject: subject(cutSweepCountsNone)},
		{Name: "sweep_that_is_cut_short_counts_a_batch_that_was_not_deleted", Clause: "SWP-02",
			Subject: subject(cutSweepCountsMore)},
	}
}

const mutantBatch = 50

// inBatches sweeps in batches; cut makes the result of one that was cut short.
func inBatches(t conformance.TB, s conformance.Store, columns spec.Columns, cut func(deleted int64, err error) (int64, error)) rows {
	return inBatchesOf(mutantBatch, t, s, columns, cut)
}

func inBatchesOf(batch int, t conformance.TB, s conformance.Store, columns spec.Columns, cut func(deleted int64, err error) (int64, error)) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		var deleted int64
		for limit := sweep.Limit; ; {
			sweep.Limit = min(limit-int(deleted), batch)
			n, err := int64(0), ctx.Err()
			if err == nil {
				n, err = a.DeleteExpiredSessions(ctx, sweep)
			}
			deleted += n
			switch {
			case err != nil && deleted > 0:
				return cut(deleted, err)
			case err != nil || int(n) < batch || int(deleted) >= limit:
				return deleted, err
			}
		}
	}}
}

func cutSweepIsDone(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return inBatches(t, s, columns, func(deleted int64, _ error) (int64, error) { return deleted, nil })
}

func cutSweepCountsNone(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return inBatches(t, s, columns, func(_ int64, err error) (int64, error) { return 0, err })
}

func cutSweepCountsMore(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return inBatches(t, s, columns, func(deleted int64, err error) (int64, error) { return deleted + mutantBatch, err })
}
