package redis

import (
	"context"
	"errors"
	"time"

	"github.com/tenon-go/tenon/adapters/internal/linger"
)

// errUnanswered is the error of a command without an answer a moment after its context has
// ended.
var errUnanswered = errors.New("redis: the server had not answered when the context ended")

// await returns the results of do or, a moment after ctx has ended, errUnanswered. The
// client does not stop waiting for an answer when a context ends, but only after its own
// ReadTimeout, 5 s by default.
func await[T any](ctx context.Context, do func() (T, error)) (T, error) {
	if ctx.Done() == nil {
		return do()
	}
	type result struct {
		value T
		err   error
	}
	results := make(chan result, 1)
	go func() {
		value, err := do()
		results <- result{value, err}
	}()
	select {
	case r := <-results:
		return r.value, r.err
	case <-ctx.Done():
	}
	timer := time.NewTimer(linger.Grace)
	defer timer.Stop()
	select {
	case r := <-results:
		return r.value, r.err
	case <-timer.C:
		var none T
		return none, errUnanswered
	}
}
