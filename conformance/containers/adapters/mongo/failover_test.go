package mongo_test

import (
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
)

// The primary of three steps down, and then is killed, while eight callers
// write. What was acknowledged is there, what is said not to have been applied
// is not, and nobody is told that an id is taken which is of its own making.
func TestFailover(t *testing.T) {
	p := newPlace(t, cluster, nil)
	a := p.openPlain()
	servertest.OK(t, a.Migrate(t.Context()))
	// For a moment after an election a read may miss what was acknowledged before
	// it: the new primary does not know yet what a majority has.
	w := servertest.StartWriters(t, a, 8, false)
	more := func(n int64) { w.Await(&w.Written, n, a.Ping) }
	more(100)
	servertest.OK(t, containers.StepDownMongo(t.Context(), p.server))
	more(100)
	revive, err := containers.KillMongo(t.Context(), p.server)
	servertest.OK(t, err)
	more(100)
	servertest.OK(t, revive(t.Context()))
	more(100)
	w.Check(spec.ErrUnavailable, spec.ErrConflict)
}
