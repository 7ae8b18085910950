package engines

import (
	"testing"
	"time"

	"github.com/tenon-go/tenon/internal/testing/scratch"
)

// A set that grows has the expected rows, for Tenon and for the base. A sweep deletes
// exactly the expired ones.
func TestGrow(t *testing.T) {
	for _, e := range []*Engine{Memory, SQLite} {
		t.Run(e.Name, func(t *testing.T) {
			t.Setenv("TMPDIR", scratch.Dir(t))
			ctx := t.Context()
			o, err := e.OpenEmpty(ctx, time.Now().UTC().Truncate(time.Millisecond), func(string) {})
			must(t, err)
			t.Cleanup(func() { must(t, o.Close()) })
			for _, n := range []int{20, 60} {
				const dead = 7
				must(t, o.Grow(ctx, n, dead, func(float64) {}))
				must(t, o.Settle(ctx))
				must(t, o.Match(ctx))
				if o.Sessions() != n {
					t.Errorf("there are %d sessions, want %d", o.Sessions(), n)
				}
				for _, c := range o.Clients {
					for i := range n {
						must(t, checkHeld(ctx, c, c, c.rows.Session(i)))
					}
				}
				must(t, checkHeld(ctx, o.Clients[0], o.Clients[0], o.Clients[0].rows.Session(expired+dead-1)))
				swept, err := o.Sweep(ctx, 100)
				must(t, err)
				if swept != dead {
					t.Errorf("a sweep deleted %d, want %d", swept, dead)
				}
				must(t, o.Settle(ctx))
				for _, call := range o.CrowdCalls() {
					for _, c := range o.Clients {
						s, err := call.Prepare(ctx, c, n)
						must(t, err)
						must(t, s.Run(ctx))
						must(t, s.Finish(ctx))
					}
				}
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
