package linger_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenon-go/tenon/adapters/internal/linger"
)

// The context ends a moment after the other, whether that is done already, is
// cancelled or runs out of time.
func TestContext(t *testing.T) {
	for name, end := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"cancelled": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Hour, cancel)
			return ctx, cancel
		},
		"deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Hour)
		},
		"done": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx, cancel
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := end(t.Context())
				defer cancel()
				within, free := linger.Context(ctx)
				defer free()
				if _, has := within.Deadline(); has {
					t.Error("it has a deadline")
				}
				<-ctx.Done()
				synctest.Wait()
				if within.Err() != nil {
					t.Error("it ended with the other")
				}
				begun := time.Now() // by the bubble's clock
				<-within.Done()
				if d := time.Since(begun); d != linger.Grace {
					t.Errorf("it ended after %s", d)
				}
			})
		})
	}
}

// A call that is over leaves nothing behind: otherwise the bubble would wait
// for the goroutine.
func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		_, free := linger.Context(ctx)
		cancel()
		synctest.Wait()
		begun := time.Now()
		free()
		synctest.Wait()
		if time.Since(begun) != 0 {
			t.Error("it waited")
		}
	})
}
