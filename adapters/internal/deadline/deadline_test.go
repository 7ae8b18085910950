package deadline

import (
	"context"
	"errors"
	"testing"
	"time"
)

// early is a context whose timer has not fired, though its deadline may have
// passed.
type early struct {
	context.Context
	end time.Time
}

func (e early) Deadline() (time.Time, bool) { return e.end, true }

func TestErr(t *testing.T) {
	t.Parallel()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		want error
	}{
		"no deadline":           {context.Background(), nil},
		"a deadline to come":    {early{context.Background(), time.Now().Add(time.Hour)}, nil},
		"a deadline that is up": {early{context.Background(), time.Now()}, context.DeadlineExceeded},
		"cancelled":             {early{cancelled, time.Now()}, context.Canceled},
	} {
		if got := Err(c.ctx); !errors.Is(got, c.want) || got != nil && c.want == nil {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}
