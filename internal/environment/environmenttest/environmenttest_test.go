package environmenttest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/internal/environment"
)

// judged returns the cases of an engine that have results, and their verdicts.
func judged(t *testing.T, engine string) (all []environment.Case, verdicts map[environment.Case]environment.Verdict) {
	t.Helper()
	known, err := environment.Judged(engine)
	if err != nil {
		t.Fatal(err)
	}
	verdicts = make(map[environment.Case]environment.Verdict)
	for _, r := range known {
		all = append(all, r.Case)
		verdicts[r.Case] = r.Verdict
	}
	return all, verdicts
}

// TestRunHurries checks that a sample gives up only on cases that are not expected to hold.
func TestRunHurries(t *testing.T) {
	all, verdicts := judged(t, "sqlite")
	outcomes := make(chan environment.Outcome, len(all))
	Run(t, Config{Engine: "sqlite", Cases: all, Every: 1, Try: func(ctx context.Context, cases []environment.Case) environment.Verdict {
		v := verdicts[cases[0]]
		ctx, cancel := Limit(ctx, time.Hour)
		defer cancel()
		if _, limited := ctx.Deadline(); limited == (v.Outcome == environment.Holds) || limited != Hurried(ctx) {
			t.Errorf("%s %s, which %s: a limit: %v", cases[0].Kind, cases[0].Name, v.Outcome, limited)
		}
		outcomes <- v.Outcome
		return v
	}})
	close(outcomes)
	tried := make(map[environment.Outcome]bool)
	for o := range outcomes {
		tried[o] = true
	}
	if !tried[environment.Holds] || !tried[environment.Limited] {
		t.Errorf("cases that %v were tried, want those that hold and those that are limited", tried)
	}
}

// TestRunTogether checks that a sample tries together the settings of a kind that hold, and
// no others.
func TestRunTogether(t *testing.T) {
	all, verdicts := judged(t, "mysql")
	var mu sync.Mutex
	widest := make(map[string]int) // by kind
	Run(t, Config{Engine: "mysql", Cases: all, Every: 1, Together: []string{"DSN"}, Try: func(_ context.Context, cases []environment.Case) environment.Verdict {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range cases {
			c.Together = false
			if v := verdicts[c]; len(cases) > 1 && v.Outcome != environment.Holds {
				t.Errorf("%s %s, which is %s, was tried together with others", c.Kind, c.Name, v.Outcome)
			}
		}
		widest[cases[0].Kind] = max(widest[cases[0].Kind], len(cases))
		first := cases[0]
		first.Together = false
		return verdicts[first]
	}})
	if widest["DSN"] < 10 || widest["session"] != 1 {
		t.Errorf("up to %d parameters and %d variables of sessions were tried together, want more than 10 and 1", widest["DSN"], widest["session"])
	}
}
