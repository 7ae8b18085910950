package measure

import (
	"context"
	"runtime"

	"github.com/tenon-go/tenon/bench/engines"
	"github.com/tenon-go/tenon/bench/report"
)

// Costs are counted over several batches of calls, and the cheapest batch counts: what
// a pool or a driver does now and then is not a cost of the call.
const (
	batches   = 5
	batchSize = 20
)

// allocations returns the allocations of a call.
func allocations(ctx context.Context, call *engines.Call, c *engines.Client) (report.Costs, error) {
	var least report.Costs
	err := inBatches(ctx, call, c, func(run func() error) error {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := run()
		runtime.ReadMemStats(&after)
		count, bytes := float64(after.Mallocs-before.Mallocs), float64(after.TotalAlloc-before.TotalAlloc)
		if least.Bytes == 0 || count < least.Allocations {
			least = report.Costs{Allocations: count, Bytes: bytes}
		}
		return err
	})
	least.Allocations, least.Bytes = round(least.Allocations/batchSize), round(least.Bytes/batchSize)
	return least, err
}

// Wires counts the round trips and bytes of each call for all competitors of an engine,
// in the order of the engine. For an engine in this process it returns an empty map. A
// competitor without the call has nil. All have nil if the engine's connections cannot
// go through a forwarder.
func Wires(ctx context.Context, o *engines.Opened, calls []*engines.Call) (_ map[*engines.Call][]*report.Wire, err error) {
	all := map[*engines.Call][]*report.Wire{}
	if !o.HasServer() {
		for _, call := range calls {
			all[call] = make([]*report.Wire, len(o.Clients))
			for _, i := range call.Does(o) {
				all[call][i] = new(report.Wire)
			}
		}
		return all, nil
	}
	if o.Address() == "" {
		return nil, nil
	}
	f, err := listen(o.Address())
	if err != nil {
		return nil, err
	}
	defer f.Close()
	clients, closeClients, err := o.Through(ctx, f.Addr())
	if err != nil && ctx.Err() == nil { // as when a certificate names the server
		return nil, nil
	} else if err != nil {
		return nil, ctx.Err()
	}
	defer closeClients()
	for _, call := range calls {
		wires := make([]*report.Wire, len(clients))
		for _, i := range call.Does(o) {
			if wires[i], err = wire(ctx, call, clients[i], f); err != nil {
				return nil, orCancelled(ctx, err)
			}
		}
		all[call] = wires
	}
	return all, nil
}

func wire(ctx context.Context, call *engines.Call, c *engines.Client, f *forwarder) (*report.Wire, error) {
	var least *report.Wire
	err := inBatches(ctx, call, c, func(run func() error) error {
		before := f.counts()
		err := run()
		w := f.counts()
		w.RoundTrips, w.Sent, w.Received = w.RoundTrips-before.RoundTrips, w.Sent-before.Sent, w.Received-before.Received
		if least == nil || w.RoundTrips < least.RoundTrips {
			least = &w
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &report.Wire{RoundTrips: round(least.RoundTrips / batchSize), Sent: round(least.Sent / batchSize), Received: round(least.Received / batchSize)}, nil
}

// inBatches prepares batches of calls and lets count run each. It does not count the
// first batch, in which statements are prepared and pools are filled.
func inBatches(ctx context.Context, call *engines.Call, c *engines.Client, count func(run func() error) error) error {
	for i := range batches + 1 {
		s, err := call.Prepare(ctx, c, batchSize)
		if err != nil {
			return err
		}
		within, cancel := context.WithCancel(ctx)
		run := func() error { return s.Run(within) }
		if i == 0 {
			err = run()
		} else {
			err = count(run)
		}
		cancel()
		if err != nil {
			return err
		}
		if err := s.Finish(ctx); err != nil {
			return err
		}
	}
	return nil
}
