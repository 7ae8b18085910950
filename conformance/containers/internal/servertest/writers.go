package servertest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Writers write users and sessions while servers fail. Each writer has its own rows.
type Writers struct {
	Written      atomic.Int64 // attempted rows
	Acknowledged atomic.Int64 // rows whose user was acknowledged

	t    *testing.T
	a    typed.Store[program.Person, program.Device]
	stop atomic.Bool
	wait sync.WaitGroup
	more chan struct{} // receives a value after each attempted row, unless it is full
	rows [][]row       // of each writer
}

// StartWriters starts n writers, which write until Check stops them or the test ends.
// After each acknowledgement a writer reads its row at once, and must find it.
func StartWriters(t *testing.T, a typed.Store[program.Person, program.Device], n int) *Writers {
	w := &Writers{t: t, a: a, rows: make([][]row, n), more: make(chan struct{}, 1)}
	for i := range n {
		w.wait.Go(func() {
			for k := 0; !w.stop.Load(); k++ {
				r := w.write(fmt.Sprintf("%d-%d", i, k))
				w.rows[i] = append(w.rows[i], r)
				w.Written.Add(1)
				if r.user == nil {
					w.Acknowledged.Add(1)
				}
				select {
				case w.more <- struct{}{}:
				default:
				}
			}
		})
	}
	t.Cleanup(w.end)
	return w
}

func (w *Writers) end() {
	w.stop.Store(true)
	w.wait.Wait()
}

// Await waits until count, which is one of w's counts, has grown by n. After each
// attempted row it calls call, which may fail only because no server answers.
func (w *Writers) Await(count *atomic.Int64, n int64, call func(context.Context) error) {
	w.t.Helper()
	for from := count.Load(); count.Load() < from+n; {
		if err := call(w.t.Context()); err != nil {
			WantClass(w.t, err, spec.ErrUnavailable, "a call during a failover")
		}
		<-w.more // or the calls would take the processor from an election
	}
}

// Check stops the writers and compares their results with the rows in the store. An
// acknowledged row must be there. A write that failed with one of the unapplied classes
// must not have been applied. No other class is allowed, except ErrIndeterminate. Check
// returns all failures.
func (w *Writers) Check(unapplied ...error) (failures []error) {
	w.t.Helper()
	w.end()
	tally := map[string]int{}
	for _, list := range w.rows {
		for _, r := range list {
			for _, o := range w.outcomes(r) {
				class := spec.ClassOf(o.err)
				switch said := slices.Contains(unapplied, class); {
				case o.err == nil && !o.applied:
					w.t.Errorf("%s of %s was acknowledged and is not there", o.call, r.id)
				case said && o.applied:
					w.t.Errorf("%s of %s is there, but was said not to be: %v", o.call, r.id, o.err)
				case o.err != nil && !said && class != spec.ErrIndeterminate:
					w.t.Errorf("%s of %s: %v", o.call, r.id, o.err)
				case o.err != nil:
					tally[o.call+": "+class.Error()]++
					failures = append(failures, o.err)
				}
			}
		}
	}
	w.t.Logf("%d rows: %v", w.Written.Load(), tally)
	return failures
}

// row is a user and a session that a writer wrote, with the results of its calls.
type row struct {
	id                                string
	user, session, swap, update, gone error
}

var (
	written = spec.Lease{ActiveUntil: time.Date(2124, 5, 17, 12, 0, 0, 0, time.UTC), ExpiresAt: time.Date(2124, 5, 17, 13, 0, 0, 0, time.UTC), Credential: "digest"}
	renewed = spec.Lease{ActiveUntil: written.ActiveUntil, ExpiresAt: written.ActiveUntil, Credential: "renewed"}
)

// write writes a row.
func (w *Writers) write(id string) row {
	ctx, sessionID := w.t.Context(), "s "+id
	r := row{id: id}
	r.user = w.a.CreateUser(ctx, spec.User[program.Person]{ID: id, Attributes: program.Person{Email: id + "@example.com"}})
	if r.user == nil {
		_, err := w.a.User(ctx, id)
		w.found(err, "User of "+id)
	}
	r.session = w.a.CreateSession(ctx, spec.Session[program.Device]{ID: sessionID, UserID: id, CreatedAt: written.ActiveUntil, Lease: written})
	if r.session == nil {
		_, _, err := w.a.SessionAndUser(ctx, sessionID)
		w.found(err, "SessionAndUser of "+id)
	}
	if r.session == nil {
		r.swap = w.a.SwapLease(ctx, sessionID, written, renewed)
		r.update = w.a.UpdateSession(ctx, sessionID, program.Device{Device: "renewed"}, attr.All[program.Device]())
	}
	r.gone = w.a.DeleteSession(ctx, sessionID+" of before")
	return r
}

func (w *Writers) found(err error, call string) {
	if err != nil {
		WantClass(w.t, err, spec.ErrUnavailable, call+", which was acknowledged")
	}
}

// outcome is the result of a call, and whether it was applied.
type outcome struct {
	call    string
	err     error
	applied bool
}

func (w *Writers) outcomes(r row) []outcome {
	_, err := w.a.User(w.t.Context(), r.id)
	if err != nil {
		WantClass(w.t, err, spec.ErrUserNotFound, "User after the failovers")
	}
	list := []outcome{{"CreateUser", r.user, err == nil}, {"DeleteSession", r.gone, r.gone == nil}}
	s, err := w.a.Session(w.t.Context(), "s "+r.id)
	if err != nil {
		WantClass(w.t, err, spec.ErrSessionNotFound, "Session after the failovers")
	}
	there := err == nil
	if spec.ClassOf(r.session) != spec.ErrUserNotFound {
		list = append(list, outcome{"CreateSession", r.session, there})
	} else if r.user == nil || there {
		w.t.Errorf("%s: CreateSession said that the user is not there; CreateUser %v, session there: %t", r.id, r.user, there)
	}
	if r.session == nil && there {
		list = append(list, outcome{"SwapLease", r.swap, s.Lease.Equal(renewed)}, outcome{"UpdateSession", r.update, s.Attributes.Device == "renewed"})
	}
	return list
}
