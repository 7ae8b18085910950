package measure

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/tenon-go/tenon/bench/engines"
	"github.com/tenon-go/tenon/bench/report"
)

// sweepLimit is the maximum number of sessions that one call of a sweep deletes, the
// same as in session.Manager.
const sweepLimit = 1000

// Sweep makes Tenon delete all expired sessions, while another goroutine writes to those
// that are alive. For comparison, that goroutine also writes for a while before the
// sweep, and waits during every second call of the sweep.
func Sweep(ctx context.Context, o *engines.Opened, before time.Duration) (report.Sweep, error) {
	var result report.Sweep
	var turn sync.Mutex // held by each write, and by a call of the sweep that is alone
	alone, err := beside(ctx, o, &turn, func() error {
		select {
		case <-ctx.Done():
		case <-time.After(before):
		}
		return ctx.Err()
	})
	if err != nil {
		return result, orCancelled(ctx, err)
	}
	var perRow []float64
	var batches, batchesAlone []time.Duration
	waits, err := beside(ctx, o, &turn, func() error {
		for {
			n, took, longest, err := sweepOnce(ctx, o)
			result.Expired += int(n)
			if err != nil || n == 0 {
				return err
			}
			perRow = append(perRow, float64(took.Nanoseconds())/1000/float64(n))
			batches = append(batches, longest)

			turn.Lock()
			n, _, longest, err = sweepOnce(ctx, o)
			turn.Unlock()
			result.Expired += int(n)
			if err != nil || n == 0 {
				return err
			}
			batchesAlone = append(batchesAlone, longest)
		}
	})
	if err != nil {
		return result, orCancelled(ctx, err)
	}
	if len(perRow) > 0 {
		result.MicrosPerRow = round(quartiles(perRow).Median)
	}
	result.Alone, result.Beside = waitsOf(alone), waitsOf(waits)
	result.Batches, result.BatchesAlone = waitsOf(batches), waitsOf(batchesAlone)
	return result, nil
}

// sweepOnce calls the sweep once. It returns the number of deleted sessions, the duration
// of the call, and that of its longest batch.
func sweepOnce(ctx context.Context, o *engines.Opened) (n int64, took, longest time.Duration, err error) {
	begin := time.Now()
	longest, err = longestBatch(ctx, func(ctx context.Context) (err error) {
		n, err = o.Sweep(ctx, sweepLimit)
		return err
	})
	return n, time.Since(begin), longest, err
}

// beside runs f while another goroutine writes, and returns the duration of each write,
// during which turn is locked.
func beside(ctx context.Context, o *engines.Opened, turn *sync.Mutex, f func() error) ([]time.Duration, error) {
	var waits []time.Duration
	var failed error
	var writer sync.WaitGroup
	end := make(chan struct{})
	writer.Go(func() {
		for ended := false; failed == nil && !ended; { // it writes at least once
			failed = o.Write(ctx, func(call func() error) error {
				turn.Lock()
				defer turn.Unlock()
				begin := time.Now()
				err := call()
				waits = append(waits, time.Since(begin))
				return err
			})
			select {
			case <-end:
				ended = true
			default:
			}
		}
	})
	err := f()
	close(end)
	writer.Wait()
	return waits, errors.Join(err, failed)
}

// longestBatch calls sweep and returns the time of its longest batch. A sweep calls the Err
// of its context before each batch, or has only one batch.
func longestBatch(ctx context.Context, sweep func(context.Context) error) (time.Duration, error) {
	l := &looks{Context: ctx, last: time.Now()}
	err := sweep(l)
	l.look() // the last batch ends
	return l.longest, err
}

// looks is a context that records the longest time between two calls of Err.
type looks struct {
	context.Context
	mu      sync.Mutex
	last    time.Time
	longest time.Duration
}

// Err implements context.Context.
func (l *looks) Err() error {
	l.look()
	return l.Context.Err()
}

func (l *looks) look() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.longest, l.last = max(l.longest, now.Sub(l.last)), now
}

func waitsOf(waits []time.Duration) report.Waits {
	if len(waits) == 0 {
		return report.Waits{}
	}
	slices.Sort(waits)
	at := func(q float64) float64 { return milliseconds(waits[int(q*float64(len(waits)-1))]) }
	return report.Waits{Count: len(waits), Median: at(0.5), P99: at(0.99), Longest: at(1)}
}

func milliseconds(d time.Duration) float64 { return round(float64(d.Nanoseconds()) / 1e6) }
