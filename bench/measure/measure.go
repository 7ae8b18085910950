// Package measure measures what calls cost, for all competitors of an engine in turns.
//
// It is for Tenon's own commands, and can change in any release.
package measure

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/tenon-go/tenon/bench/engines"
	"github.com/tenon-go/tenon/bench/report"
)

// fewest is the least number of rounds of a call, which quartiles need.
const fewest = 5

// Call measures one call of an engine: first its costs, and then, for the duration long,
// its time. Before each round it calls left with the time that remains. In each round
// every competitor that does the call has one slice, in random order, and then another
// slice in which each call is timed.
// If the context is cancelled, Call ends after the round. It returns the results so far
// with the context's error, without figures if the rounds are too few.
func Call(ctx context.Context, o *engines.Opened, call *engines.Call, wires []*report.Wire, long time.Duration, left func(time.Duration)) (report.Call, error) {
	result := report.Call{Name: call.Name, About: call.About, Slice: o.Engine.Slice}
	competing := call.Does(o)
	costs := make([]report.Costs, len(competing))
	for k, i := range competing {
		allocated, err := allocations(ctx, call, o.Clients[i])
		if err != nil {
			return result, orCancelled(ctx, err)
		}
		costs[k] = allocated
		if wires != nil {
			costs[k].Wire = wires[i]
		}
	}
	samples := make([][]sample, len(competing))
	latencies := make([][]time.Duration, len(competing))
	order := make([]int, len(competing))
	for k := range order {
		order[k] = k
	}
	var err error
	for end := time.Now().Add(long); result.Rounds < fewest || time.Now().Before(end); result.Rounds++ {
		left(max(time.Until(end), 0))
		rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		taken := make([]sample, len(competing))
		for _, k := range order {
			if taken[k], err = slice(ctx, call, o.Clients[competing[k]], o.Engine.Slice); err != nil {
				break
			}
		}
		each := make([][]time.Duration, len(competing))
		for _, k := range order {
			if err != nil {
				break
			}
			each[k], err = timedSlice(ctx, call, o.Clients[competing[k]], o.Engine.Slice)
		}
		if err != nil {
			break
		}
		for k, s := range taken {
			samples[k] = append(samples[k], s)
			latencies[k] = append(latencies[k], each[k]...)
		}
	}
	if err != nil && (ctx.Err() == nil || result.Rounds < fewest) {
		return result, orCancelled(ctx, err)
	}
	base := 0
	for k, i := range competing {
		if o.Engine.Competitors[i].Name == o.Engine.Base {
			base = k
		}
	}
	for k, i := range competing {
		f := summarize(samples[k], samples[base])
		f.Latency = latencyOf(latencies[k])
		f.Competitor, f.Costs = o.Engine.Competitors[i].Name, costs[k]
		result.Figures = append(result.Figures, f)
	}
	return result, ctx.Err()
}

// orCancelled returns the context's error if the context is done, since that is why the
// call failed, and err otherwise.
func orCancelled(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// timedSlice times each of n calls.
func timedSlice(ctx context.Context, call *engines.Call, c *engines.Client, n int) ([]time.Duration, error) {
	s, err := call.Prepare(ctx, c, n)
	if err != nil {
		return nil, err
	}
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	took, err := s.RunTimed(within)
	if err != nil {
		return nil, err
	}
	return took, s.Finish(ctx)
}

// slice times n calls, with a context that can be cancelled, like that of a request.
func slice(ctx context.Context, call *engines.Call, c *engines.Client, n int) (sample, error) {
	s, err := call.Prepare(ctx, c, n)
	if err != nil {
		return sample{}, err
	}
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	cpu := processorTime()
	start := time.Now()
	err = s.Run(within)
	took := time.Since(start)
	cpu = processorTime() - cpu
	if err != nil {
		return sample{}, err
	}
	calls := float64(s.Len())
	return sample{took: float64(took.Nanoseconds()) / 1000 / calls, cpu: float64(cpu.Nanoseconds()) / 1000 / calls}, s.Finish(ctx)
}
