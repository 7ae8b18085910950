package mongo_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// The primary of three steps down, and then is killed, while eight callers
// write. What was acknowledged is there, what is said not to have been applied
// is not, and nobody is told that an id is taken which is of its own making.
func TestFailover(t *testing.T) {
	p := newPlace(t, cluster, nil)
	a := p.ready(p.open())
	const writers = 8
	var written atomic.Int64
	var stop atomic.Bool
	var wait sync.WaitGroup
	rows := make([][]row, writers)
	for w := range writers {
		wait.Go(func() {
			for i := 0; !stop.Load(); i++ {
				rows[w] = append(rows[w], write(t.Context(), a, fmt.Sprintf("%d-%d", w, i)))
				written.Add(1)
			}
		})
	}
	more := func(n int64) { // waits until so many have been written
		for from := written.Load(); written.Load() < from+n; {
			if _, err := a.User(t.Context(), "ann"); err != nil {
				servertest.WantClass(t, err, spec.ErrUnavailable, "User during a failover")
			}
		}
	}
	more(100)
	servertest.OK(t, containers.StepDownMongo(t.Context(), p.server))
	more(100)
	revive, err := containers.KillMongo(t.Context(), p.server)
	servertest.OK(t, err)
	more(100)
	servertest.OK(t, revive(t.Context()))
	more(100)
	stop.Store(true)
	wait.Wait()
	tally := map[string]int{}
	for _, list := range rows {
		for _, r := range list {
			r.check(t, a, tally)
		}
	}
	t.Logf("%d rows: %v", written.Load(), tally)
}

// row is a user and a session that somebody wrote, and what came of it.
type row struct {
	id                                string
	user, session, swap, update, gone error
}

func write(ctx context.Context, a *adapter, id string) row {
	r := row{id: id}
	r.user = a.CreateUser(ctx, named(id))
	r.session = a.CreateSession(ctx, owned("s "+id, id))
	if r.session == nil {
		r.swap = a.SwapLease(ctx, "s "+id, lease, renewed)
		r.update = a.UpdateSession(ctx, "s "+id, Device{"renewed"}, attr.All[Device]())
	}
	r.gone = a.DeleteSession(ctx, "s "+id+" of before")
	return r
}

var renewed = spec.Lease{ActiveUntil: noon, ExpiresAt: noon, Credential: "renewed"}

// check compares what came of a row with what is there.
func (r row) check(t *testing.T, a *adapter, tally map[string]int) {
	t.Helper()
	_, err := a.User(t.Context(), r.id)
	if err != nil {
		servertest.WantClass(t, err, spec.ErrUserNotFound, "User after the failovers")
	}
	r.agrees(t, tally, "CreateUser", r.user, err == nil)
	s, err := a.Session(t.Context(), "s "+r.id)
	if err != nil {
		servertest.WantClass(t, err, spec.ErrSessionNotFound, "Session after the failovers")
	}
	there := err == nil
	if spec.ClassOf(r.session) == spec.ErrUserNotFound {
		if r.user == nil || there {
			t.Errorf("%s: CreateSession said that the user is not there; CreateUser %v, session there: %t", r.id, r.user, there)
		}
	} else {
		r.agrees(t, tally, "CreateSession", r.session, there)
	}
	if r.session == nil && there {
		r.agrees(t, tally, "SwapLease", r.swap, s.Lease == renewed)
		r.agrees(t, tally, "UpdateSession", r.update, s.Attributes.Name == "renewed")
	}
}

func (r row) agrees(t *testing.T, tally map[string]int, call string, err error, applied bool) {
	t.Helper()
	class := spec.ClassOf(err)
	switch {
	case err == nil && !applied:
		t.Errorf("%s of %s was acknowledged and is not there", call, r.id)
	case (class == spec.ErrUnavailable || class == spec.ErrConflict) && applied:
		t.Errorf("%s of %s is there, but was said not to be: %v", call, r.id, err)
	case err != nil && class != spec.ErrUnavailable && class != spec.ErrConflict && class != spec.ErrIndeterminate:
		t.Errorf("%s of %s: %v", call, r.id, err)
	case err != nil:
		tally[call+": "+class.Error()]++
	}
}
