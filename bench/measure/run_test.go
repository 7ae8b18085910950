package measure

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/bench/engines"
	"github.com/tenon-go/tenon/bench/report"
	"github.com/tenon-go/tenon/internal/testing/scratch"
)

// whole returns the shortest possible run of tenon bench.
func whole(w io.Writer, list ...*engines.Engine) *Run {
	return &Run{
		Engines: list, Calls: engines.Calls, Users: 12, Sessions: 60, Whole: []int{1, 8},
		Required: func(*engines.Engine) bool { return true },
		Measured: func(report.Engine) error { return nil },
		Progress: NewProgress(w, func() int { return 0 }, 0),
	}
}

// A whole run measures the calls, a sweep and several clients at once, and its figures
// are plausible.
func TestWhole(t *testing.T) {
	t.Setenv("TMPDIR", scratch.Dir(t))
	result, err := whole(io.Discard, engines.Memory, engines.SQLite).All(t.Context())
	must(t, err)
	if !result.Complete || len(result.Engines) != 2 {
		t.Fatalf("got %d engines, complete: %v", len(result.Engines), result.Complete)
	}
	for _, e := range result.Engines {
		if len(e.Competitors) != 2 || e.Competitors[0].Name != "Tenon" || e.Competitors[1].Name != e.Base {
			t.Errorf("%s: %v were measured", e.Name, e.Competitors)
		}
		if len(e.Calls) < 6 {
			t.Errorf("%s: %d calls", e.Name, len(e.Calls))
		}
		for _, c := range e.Calls {
			for _, f := range c.Figures {
				if l := f.Latency; l.Calls < fewest || l.Median <= 0 || l.P99 < l.Median || f.Ratio.Q1 > f.Ratio.Median || f.Ratio.Q3 < f.Ratio.Median {
					t.Errorf("%s, %s by %s: got %+v", e.Name, c.Name, f.Competitor, f)
				}
				if f.Wire == nil || *f.Wire != (report.Wire{}) {
					t.Errorf("%s, %s by %s: %v on a wire, want nothing", e.Name, c.Name, f.Competitor, f.Wire)
				}
			}
		}
		if e.Sweep == nil || e.Sweep.Expired != 6 || e.Sweep.MicrosPerRow <= 0 || e.Sweep.Beside.P99 < e.Sweep.Beside.Median {
			t.Errorf("%s: got the sweep %+v", e.Name, e.Sweep)
		}
		if len(e.Throughput) != 2 || e.Throughput[0].Clients != 1 || e.Throughput[1].Clients != 8 {
			t.Errorf("%s: got the throughput %+v", e.Name, e.Throughput)
		}
		for _, at := range e.Throughput {
			if len(at.PerSecond) != 2 || at.PerSecond[0] <= 0 || at.PerSecond[1] <= 0 || at.Ratio.Median <= 0 {
				t.Errorf("%s: got the throughput %+v", e.Name, at)
			}
		}
	}
}

// A run that is interrupted at any point returns its results and leaves nothing behind.
func TestInterruptedAnywhere(t *testing.T) {
	for _, at := range []string{"loading", "a sweep", "checking", "Session ", "8 clients", "cleaning up"} {
		t.Run(at, func(t *testing.T) {
			t.Setenv("TMPDIR", scratch.Dir(t))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			seen := false
			w := writerFunc(func(p []byte) (int, error) {
				if strings.Contains(string(p), at) {
					seen = true
					cancel()
				}
				return len(p), nil
			})
			r := whole(w, engines.SQLite)
			r.Progress.width = func() int { return 200 }
			result, err := r.All(ctx)
			if !seen || !errors.Is(err, ErrInterrupted) || result.Complete {
				t.Errorf("seen: %v, complete: %v, error: %v", seen, result.Complete, err)
			}
			if at == "8 clients" && (len(result.Engines) != 1 || len(result.Engines[0].Calls) != 6) {
				t.Errorf("what was measured before is lost: %+v", result.Engines)
			}
			left, err := os.ReadDir(os.Getenv("TMPDIR"))
			must(t, err)
			if len(left) != 0 {
				t.Errorf("it left %v behind", left)
			}
		})
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
