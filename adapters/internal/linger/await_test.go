package linger_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenon-go/tenon/adapters/internal/linger"
)

// Await returns the results if they arrive until Grace after the context has ended.
func TestAwait(t *testing.T) {
	errRefused := errors.New("refused")
	for name, test := range map[string]struct {
		takes, ends, want time.Duration // after the begin
		err               error
	}{
		"answered":                 {takes: 3 * time.Second, ends: time.Minute, want: 3 * time.Second, err: errRefused},
		"answered after the end":   {takes: time.Minute + linger.Grace - 1, ends: time.Minute, want: time.Minute + linger.Grace - 1, err: errRefused},
		"unanswered":               {takes: time.Hour, ends: time.Minute, want: time.Minute + linger.Grace, err: linger.ErrUnanswered},
		"a context without an end": {takes: time.Hour, want: time.Hour, err: errRefused},
		"a context that has ended": {takes: time.Hour, ends: -1, want: linger.Grace, err: linger.ErrUnanswered},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := context.Background()
				if test.ends != 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.ends)
					defer cancel()
				}
				begun := time.Now() // by the bubble's clock
				value, err := linger.Await(ctx, func() (int, error) {
					time.Sleep(test.takes)
					return 7, errRefused
				})
				if took := time.Since(begun); took != test.want {
					t.Errorf("it took %s, want %s", took, test.want)
				}
				if err != test.err || (value == 7) != (err == errRefused) {
					t.Errorf("got %d, %v", value, err)
				}
				time.Sleep(test.takes) // until the goroutine that was left has ended
			})
		})
	}
}
