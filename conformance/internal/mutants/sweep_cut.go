package mutants

import "github.com/tenon-go/tenon/spec"

// sweepCutMutants returns mutants that sweep in batches and are wrong if a sweep is cut
// short.
func sweepCutMutants() []Mutant {
	return []Mutant{
		{Name: "sweep_that_is_cut_short_is_taken_for_done", Clause: "SWP-02", Shipped: "adapters that return what the earlier batches deleted",
			Subject: alterAll(sweepInBatches(mutantBatch, func(deleted int64, _ error) (int64, error) { return deleted, nil }))},
		{Name: "sweep_that_is_cut_short_counts_none", Clause: "SWP-02", Shipped: "adapters that return 0 with every error",
			Subject: alterAll(sweepInBatches(mutantBatch, func(_ int64, err error) (int64, error) { return 0, err }))},
		{Name: "sweep_that_is_cut_short_counts_a_batch_that_was_not_deleted", Clause: "SWP-02",
			Subject: alterAll(sweepInBatches(mutantBatch, func(deleted int64, err error) (int64, error) { return deleted + mutantBatch, err }))},
	}
}

const mutantBatch = 50

// sweepInBatches makes an adapter sweep in batches. Cut returns the result of a sweep
// that was cut short.
func sweepInBatches(batch int, cut func(deleted int64, err error) (int64, error)) func(*altered) {
	return around(spec.OpDeleteExpiredSessions, func(c *call, do func()) {
		deleted, limit := int64(0), c.sweep.Limit
		for {
			c.sweep.Limit = min(limit-int(deleted), batch)
			if c.n, c.err = 0, c.ctx.Err(); c.err == nil {
				do()
			}
			deleted += c.n
			switch {
			case c.err != nil && deleted > 0:
				c.n, c.err = cut(deleted, c.err)
				return
			case c.err != nil || int(c.n) < batch || int(deleted) >= limit:
				c.n = deleted
				return
			}
		}
	})
}
