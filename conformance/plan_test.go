package conformance

import (
	"context"
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance/internal/racetime"
)

func TestShortenedRaces(t *testing.T) {
	timeIn := func(ctx context.Context, typ string) (got time.Duration) {
		more := check[struct{}, struct{}]{clause: "CON-01", run: func(t *tester[struct{}, struct{}]) { got = t.raceTime }}
		list := plan(nil, typ, true, nil, emptySamples(), []check[struct{}, struct{}]{more})
		list[len(list)-1].run(&recorder{ctx: ctx}, nil)
		return got
	}
	for _, test := range []struct {
		ctx  context.Context
		typ  string
		want time.Duration
	}{
		{t.Context(), "rich", raceTime},
		{t.Context(), "empty", shortRace},
		{racetime.Shorten(t.Context()), "rich", shortRace},
		{racetime.Shorten(t.Context()), "empty", shortRace},
	} {
		if got := timeIn(test.ctx, test.typ); got != test.want {
			t.Errorf("a race with the %s types takes %s, want %s", test.typ, got, test.want)
		}
	}
}
