package linger

import (
	"context"
	"errors"
	"time"
)

// ErrUnanswered is the error of a call without an answer [Grace] after its context has
// ended.
var ErrUnanswered = errors.New("the server had not answered when the context ended")

// Await returns the results of do or, [Grace] after ctx has ended, [ErrUnanswered]. It is
// for drivers that do not stop waiting for an answer when a context ends. Do then goes on in
// its own goroutine, until the driver returns: it must not write to variables of the caller,
// nor read what the caller may change.
func Await[T any](ctx context.Context, do func() (T, error)) (T, error) {
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
	timer := time.NewTimer(Grace)
	defer timer.Stop()
	select {
	case r := <-results:
		return r.value, r.err
	case <-timer.C:
		var none T
		return none, ErrUnanswered
	}
}

// AwaitError is [Await] for a function that returns only an error.
func AwaitError(ctx context.Context, do func() error) error {
	_, err := Await(ctx, func() (struct{}, error) { return struct{}{}, do() })
	return err
}
