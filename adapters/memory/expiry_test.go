package memory

import (
	"context"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// TestSweepOrder: a sweep deletes the sessions that expired first, at most the limit, and
// only those of one user if it names a user.
func TestSweepOrder(t *testing.T) {
	t.Parallel()
	a, ctx := open(t), t.Context()
	must(t, a.CreateUser(ctx, person(1)))
	must(t, a.CreateUser(ctx, person(2)))
	// Session n expires at second n. Two users and anonymous sessions alternate.
	owners := []string{person(1).ID, person(2).ID, ""}
	for _, n := range rand.Perm(12) {
		must(t, a.CreateSession(ctx, visit(fmt.Sprintf("%02d", n), owners[n%3], time.Duration(n)*time.Second)))
	}
	alive := func() (list []int) {
		for n := range 12 {
			if _, err := a.Session(ctx, fmt.Sprintf("%02d", n)); err == nil {
				list = append(list, n)
			}
		}
		return list
	}
	for _, step := range []struct {
		now   time.Duration
		user  string
		limit int
		left  []int
	}{
		{-time.Millisecond, "", 100, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
		{0, "", 100, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
		{9 * time.Second, "", 2, []int{3, 4, 5, 6, 7, 8, 9, 10, 11}},
		{9 * time.Second, person(2).ID, 1, []int{3, 5, 6, 7, 8, 9, 10, 11}},
		{9 * time.Second, person(2).ID, 100, []int{3, 5, 6, 8, 9, 10, 11}},
		{9 * time.Second, person(2).ID, 100, []int{3, 5, 6, 8, 9, 10, 11}},
		{9 * time.Second, "unknown", 100, []int{3, 5, 6, 8, 9, 10, 11}},
		{9 * time.Second, "bad\x00id", 100, []int{3, 5, 6, 8, 9, 10, 11}},
		{9 * time.Second, "", 100, []int{10, 11}},
		{time.Hour, "", 100, nil},
	} {
		before := alive()
		n, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: epoch.Add(step.now), UserID: step.user, Everyone: step.user == "", Limit: step.limit})
		must(t, err)
		left := alive()
		if !slices.Equal(left, step.left) || int(n) != len(before)-len(left) {
			t.Fatalf("sweep %+v of %v: deleted %d, left %v", step, before, n, left)
		}
	}
}

// looks is a context that calls a function each time it is asked whether it is done.
type looks struct {
	context.Context
	err func() error
}

func (c looks) Err() error { return c.err() }

// TestSweepLetsGo: a sweep of many sessions unlocks mu after each batch and checks its
// context. A writer can then run. If the context is done, the sweep returns how many it
// has deleted.
func TestSweepLetsGo(t *testing.T) {
	t.Parallel()
	const batches = 4
	for _, userID := range []string{"", person(1).ID} {
		a, ctx := open(t), t.Context()
		must(t, a.CreateUser(ctx, person(1)))
		for n := range batches*sweepBatch + 1 {
			must(t, a.CreateSession(ctx, visit(fmt.Sprint(n), person(1).ID, 0)))
		}
		sweep := spec.Sweep{Now: epoch, UserID: userID, Everyone: userID == "", Limit: 10 * batches * sweepBatch}
		left := func() int { return inside(a).expiry.Len() }
		var cut error
		var seen []int // number of sessions left at each look of the sweep
		looking := looks{ctx, func() error {
			seen = append(seen, left())
			if !inside(a).mu.TryLock() {
				t.Error("the sweep looked at its context with the lock held")
				return nil
			}
			inside(a).mu.Unlock()
			// A write that takes mu, of a session that the sweep does not delete.
			must(t, a.CreateSession(ctx, visit(fmt.Sprint("new ", len(seen)), "", time.Hour)))
			must(t, a.DeleteSession(ctx, fmt.Sprint("new ", len(seen))))
			if len(seen) > 2 {
				return cut
			}
			return nil
		}}
		cut = context.Canceled
		n, err := a.DeleteExpiredSessions(looking, sweep)
		if n != 2*sweepBatch || spec.ClassOf(err) != context.Canceled || left() != 2*sweepBatch+1 {
			t.Fatalf("a sweep that was cut short: %d, %v; %d are left", n, err, left())
		}
		cut, seen = nil, nil
		n, err = a.DeleteExpiredSessions(looking, sweep)
		if n != 2*sweepBatch+1 || err != nil || left() != 0 {
			t.Fatalf("the next sweep: %d, %v; %d are left", n, err, left())
		}
		if want := []int{2*sweepBatch + 1, sweepBatch + 1, 1}; !slices.Equal(seen, want) {
			t.Errorf("the sweep let others in when %v were left, want %v", seen, want)
		}
	}
}

// TestSweepWhileRenewed renews a session, creates another and deletes the
// user's between two batches of a sweep of that user.
func TestSweepWhileRenewed(t *testing.T) {
	t.Parallel()
	for _, deleteUser := range []bool{false, true} {
		a, ctx := open(t), t.Context()
		must(t, a.CreateUser(ctx, person(1)))
		for n := range 2 * sweepBatch {
			must(t, a.CreateSession(ctx, visit(fmt.Sprintf("%04d", n), person(1).ID, time.Duration(n)*time.Millisecond)))
		}
		last := visit(fmt.Sprintf("%04d", 2*sweepBatch-1), person(1).ID, (2*sweepBatch-1)*time.Millisecond)
		calls := 0
		renewing := looks{ctx, func() error {
			if calls++; calls != 2 { // the first call is that of the front
				return nil
			}
			must(t, a.SwapLease(ctx, last.ID, last.Lease, later(last.Lease)))
			if deleteUser {
				must(t, a.DeleteUser(ctx, person(1).ID))
				must(t, a.CreateUser(ctx, person(1)))
				must(t, a.CreateSession(ctx, last))
			}
			return nil
		}}
		sweep := spec.Sweep{Now: epoch.Add(time.Second), UserID: person(1).ID, Limit: 10 * sweepBatch}
		want, leftWant := int64(2*sweepBatch-1), 1
		if deleteUser { // the new user's session has expired
			want, leftWant = sweepBatch+1, 0
		}
		n, err := a.DeleteExpiredSessions(renewing, sweep)
		if left := inside(a).expiry.Len(); n != want || err != nil || left != leftWant {
			t.Errorf("user deleted %t: deleted %d, %v, left %d, want %d and %d", deleteUser, n, err, left, want, leftWant)
		}
	}
}

// TestSweepOrderOfRenewed: the queue is not updated by renewals, but a sweep still
// deletes the sessions that expired first.
func TestSweepOrderOfRenewed(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	for range 30 {
		a, ctx := open(t), t.Context()
		must(t, a.CreateUser(ctx, person(1)))
		expires := map[string]time.Time{}
		for n := range 40 {
			s := visit(fmt.Sprint(n), person(1).ID, time.Duration(random.IntN(50))*time.Second)
			must(t, a.CreateSession(ctx, s))
			for range random.IntN(4) {
				to := s.Lease
				to.ExpiresAt = epoch.Add(time.Duration(random.IntN(100)) * time.Second)
				must(t, a.SwapLease(ctx, s.ID, s.Lease, to))
				s.Lease = to
			}
			expires[s.ID] = s.ExpiresAt
		}
		for now := epoch; len(expires) > 0; now = now.Add(time.Duration(random.IntN(20)) * time.Second) {
			sweep := spec.Sweep{Now: now, UserID: person(1).ID, Limit: 1 + random.IntN(5)}
			if random.IntN(2) == 0 {
				sweep.UserID, sweep.Everyone = "", true
			}
			n, err := a.DeleteExpiredSessions(ctx, sweep)
			must(t, err)
			var latest time.Time // of the deleted sessions
			for id, at := range expires {
				if _, err := a.Session(ctx, id); err != nil {
					delete(expires, id)
					n--
					if at.After(latest) {
						latest = at
					}
				}
			}
			if n != 0 || latest.After(now) {
				t.Fatalf("the count is %d off; one that expires %v after now is gone", n, latest.Sub(now))
			}
			for id, at := range expires {
				if at.Before(latest) {
					t.Fatalf("session %s expired before one that went first", id)
				}
			}
		}
	}
}

// TestSweepSkipsTheLiving counts comparisons. A sweep can reorder the queue for each
// session that it deletes, but must not examine all sessions that have not expired.
func TestSweepSkipsTheLiving(t *testing.T) {
	t.Parallel()
	a, ctx := open(t), t.Context()
	must(t, a.CreateUser(ctx, person(1)))
	const living, expired = 4096, 5
	for n := range living + expired {
		after := time.Hour
		if n%(living/expired) == 0 && n/(living/expired) < expired {
			after = 0
		}
		must(t, a.CreateSession(ctx, visit(fmt.Sprint(n), person(1).ID, after)))
	}
	st := inside(a)
	compared := 0
	counting := func(a, b *session) bool { compared++; return queuedBefore(a, b) }
	st.expiry.before = counting
	st.users.get(person(1).ID).sessions.before = counting

	for _, userID := range []string{person(1).ID, ""} {
		// Each deletion moves one session down and up again, in both queues.
		most := 2 * expired * 3 * bits.Len(living+expired)
		sweep := spec.Sweep{Now: epoch, UserID: userID, Everyone: userID == "", Limit: living}
		n, err := a.DeleteExpiredSessions(ctx, sweep)
		if err != nil || n != expired || compared == 0 || compared > most {
			t.Errorf("sweep of %q: deleted %d of %d, %v, after %d comparisons, at most %d", userID, n, expired, err, compared, most)
		}
		compared = 0
		n, err = a.DeleteExpiredSessions(ctx, sweep)
		if err != nil || n != 0 || compared != 0 {
			t.Errorf("sweep of %q with none expired: deleted %d, %v, after %d comparisons", userID, n, err, compared)
		}
		// The sweep of everyone gets the same number again.
		for n := range expired {
			must(t, a.CreateSession(ctx, visit(fmt.Sprint("late", n), person(1).ID, 0)))
		}
		compared = 0
	}
}

// TestQueue compares both queues with the plain list of the sessions, after every
// operation that changes them.
func TestQueue(t *testing.T) {
	t.Parallel()
	a, ctx := open(t), t.Context()
	st := inside(a)
	for n := range 3 {
		must(t, a.CreateUser(ctx, person(n)))
	}
	random := rand.New(rand.NewPCG(1, 2))
	sessions := map[string]spec.Session[device]{}
	for range 5000 {
		id := fmt.Sprint(random.IntN(60))
		old, there := sessions[id]
		s := visit(id, person(random.IntN(3)).ID, time.Duration(random.IntN(50))*time.Second)
		switch {
		case !there:
			must(t, a.CreateSession(ctx, s))
			sessions[id] = s
		case random.IntN(3) > 0:
			must(t, a.SwapLease(ctx, id, old.Lease, s.Lease))
			old.Lease = s.Lease
			sessions[id] = old
		default:
			must(t, a.DeleteSession(ctx, id))
			delete(sessions, id)
		}

		byUser := map[string]int{}
		for _, s := range sessions {
			byUser[s.UserID]++
		}
		checkQueue(t, &st.expiry, len(sessions))
		for n := range 3 {
			checkQueue(t, &st.users.get(person(n).ID).sessions, byUser[person(n).ID])
		}
	}
}

// checkQueue fails unless q has this many sessions, each stores its index, and none
// expires before the one above it.
func checkQueue(t *testing.T, q *queue, size int) {
	t.Helper()
	if len(q.items) != size {
		t.Fatalf("%d sessions in the queue, want %d", len(q.items), size)
	}
	for i, s := range q.items {
		if int(*q.place(s)) != i {
			t.Fatalf("the session at %d believes that it is at %d", i, *q.place(s))
		}
		if i > 0 && queuedBefore(s, q.items[(i-1)/2]) {
			t.Fatalf("the session at %d expires before the one above it", i)
		}
	}
}
