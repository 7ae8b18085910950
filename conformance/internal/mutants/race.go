package mutants

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/tenon-go/tenon/conformance"
)

// racesIn reports whether the adapter is opened for the check with this sentence.
func racesIn(t conformance.TB, sentence string) bool {
	return strings.Contains(t.Name(), "/"+sentence+"/")
}

// signal is given once and remains given.
type signal struct {
	t     conformance.TB
	given atomic.Bool
}

func newSignal(t conformance.TB) *signal { return &signal{t: t} }

func (s *signal) give() { s.given.Store(true) }

// wait waits for the signal, or until the check has failed, after which it may make no
// more calls.
func (s *signal) wait(ctx context.Context) {
	for !s.given.Load() && !s.t.Failed() && ctx.Err() == nil {
		runtime.Gosched()
	}
}

// meeting lets calls wait until there are two of them. Later calls do not wait.
type meeting struct {
	calls atomic.Int32
	both  *signal
}

func newMeeting(t conformance.TB) *meeting { return &meeting{both: newSignal(t)} }

func (m *meeting) meet(ctx context.Context) {
	if m.calls.Add(1) == 2 {
		m.both.give()
	}
	m.both.wait(ctx)
}
