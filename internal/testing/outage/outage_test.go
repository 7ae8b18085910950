package outage_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/internal/testing/managertest"
	"github.com/tenon-go/tenon/internal/testing/outage"
	"github.com/tenon-go/tenon/spec"
)

// TestRun stops a store in memory, in the middle of a renewal. The tests of
// conformance/containers stop real servers.
func TestRun(t *testing.T) {
	t.Parallel()
	store, err := memory.New[outage.User, outage.Device]()
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var stopping, stopped atomic.Bool
	refused := make(chan struct{}, 1)
	cut := managertest.Intercept(t, store, func(_ context.Context, op spec.Op, call func() error) error {
		switch {
		case stopped.Load():
			return spec.ErrUnavailable
		case op == spec.OpSwapLease && stopping.CompareAndSwap(true, false):
			stopped.Store(true)
			refused <- struct{}{}
			return spec.ErrUnavailable
		}
		return call()
	})
	outage.Run(t, cut,
		func() {
			stopping.Store(true)
			<-refused
		},
		func() { stopped.Store(false) })
}
