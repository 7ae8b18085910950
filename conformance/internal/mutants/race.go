package mutants

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/tenon-go/tenon/conformance"
)

// racesIn reports whether the adapter is opened for the check of this sentence.
func racesIn(t conformance.TB, sentence string) bool {
	return strings.Contains(t.Name(), "/"+sentence+"/")
}

// signal is given once, and stays.
type signal struct {
	t     conformance.TB
	given atomic.Bool
}

func newSignal(t conformance.TB) *signal { return &signal{t: t} }

func (s *signal) give() { s.given.Store(true) }

// wait returns at the signal, and when the check has failed: it may have
// stopped to call then.
func (s *signal) wait(ctx context.Context) {
	for !s.given.Load() && !s.t.Failed() && ctx.Err() == nil {
		runtime.Gosched()
	}
}

// meeting is where calls wait until there are two of them. Those that come
// later do not wait.
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
