package measure

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/tenon-go/tenon/bench/internal/engines"
	"github.com/tenon-go/tenon/bench/internal/report"
)

// sweepLimit is how many sessions a call of a sweep deletes at most, as it is in
// session.Manager.
const sweepLimit = 1000

// Sweep has Tenon delete all sessions that have expired, while another goroutine
// writes to those that are alive. That one writes for a while before too, so that
// its waits can be compared.
func Sweep(ctx context.Context, o *engines.Opened, before time.Duration) (report.Sweep, error) {
	var result report.Sweep
	alone, err := beside(ctx, o, func() error {
		select {
		case <-ctx.Done():
		case <-time.After(before):
		}
		return ctx.Err()
	})
	if err != nil {
		return result, orCancelled(ctx, err)
	}
	looks := &looks{Context: ctx}
	var took time.Duration
	waits, err := beside(ctx, o, func() error {
		begin := time.Now()
		for {
			n, err := o.Sweep(looks.restart(), sweepLimit)
			result.Expired += int(n)
			if err != nil || n == 0 {
				took = time.Since(begin)
				return err
			}
		}
	})
	if err != nil {
		return result, orCancelled(ctx, err)
	}
	result.MicrosPerRow = round(float64(took.Microseconds()) / float64(max(result.Expired, 1)))
	result.LongestBatch = milliseconds(looks.longest)
	result.Alone, result.Beside = waitsOf(alone), waitsOf(waits)
	return result, nil
}

// beside runs f while another goroutine writes, and returns how long each write took.
func beside(ctx context.Context, o *engines.Opened, f func() error) ([]time.Duration, error) {
	var waits []time.Duration
	var failed error
	var writer sync.WaitGroup
	end := make(chan struct{})
	writer.Go(func() {
		for failed == nil {
			select {
			case <-end:
				return
			default:
			}
			failed = o.Write(ctx, func(call func() error) error {
				begin := time.Now()
				err := call()
				waits = append(waits, time.Since(begin))
				return err
			})
		}
	})
	err := f()
	close(end)
	writer.Wait()
	return waits, errors.Join(err, failed)
}

// looks is a context that takes note of when it is asked whether it is done. A
// sweep asks before each batch, so the longest time between two questions is that
// of the longest batch.
type looks struct {
	context.Context
	mu      sync.Mutex
	last    time.Time
	longest time.Duration
}

// restart says that a call begins.
func (l *looks) restart() context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = time.Now()
	return l
}

func (l *looks) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.longest, l.last = max(l.longest, now.Sub(l.last)), now
	return l.Context.Err()
}

func waitsOf(waits []time.Duration) report.Waits {
	if len(waits) == 0 {
		return report.Waits{}
	}
	slices.Sort(waits)
	at := func(q float64) float64 { return milliseconds(waits[int(q*float64(len(waits)-1))]) }
	return report.Waits{Writes: len(waits), Median: at(0.5), P99: at(0.99), Longest: at(1)}
}

func milliseconds(d time.Duration) float64 { return round(float64(d.Nanoseconds()) / 1e6) }
