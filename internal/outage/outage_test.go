package outage_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/internal/managertest"
	"github.com/tenon-go/tenon/internal/outage"
	"github.com/tenon-go/tenon/spec"
)

// TestRun stops a store in memory. One on a real server is stopped by
// conformance/containers.
func TestRun(t *testing.T) {
	t.Parallel()
	store, err := memory.New[outage.User, outage.Device]()
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var stopped atomic.Bool
	cut := managertest.Intercept(store, func(_ context.Context, _ spec.Op, call func() error) error {
		if stopped.Load() {
			return spec.ErrUnavailable
		}
		return call()
	})
	outage.Run(t, cut, func() { stopped.Store(true) }, func() { stopped.Store(false) })
}
