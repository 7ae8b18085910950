package memory

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// TestDeleteUserAtOnce makes pairs of reads while a user with many sessions is deleted.
// If the first read does not find its row, the second one must not find its row either.
func TestDeleteUserAtOnce(t *testing.T) {
	t.Parallel()
	a, ctx := open(t), t.Context()
	p := person(1)
	const sessions = 200
	id := func(n int) string { return fmt.Sprint(n) }

	// Each function reports whether it found a trace of the user.
	traces := map[string]func(n int) (bool, error){
		"User": func(int) (bool, error) {
			_, err := a.User(ctx, p.ID)
			return found(err, spec.ErrUserNotFound)
		},
		"UserBy": func(int) (bool, error) {
			_, err := a.UserBy(ctx, "Email", p.Attributes.Email)
			return found(err, spec.ErrUserNotFound)
		},
		"Session": func(n int) (bool, error) {
			_, err := a.Session(ctx, id(n))
			return found(err, spec.ErrSessionNotFound)
		},
		"SessionAndUser": func(n int) (bool, error) {
			_, _, err := a.SessionAndUser(ctx, id(n))
			return found(err, spec.ErrSessionNotFound)
		},
		"UserSessions": func(int) (bool, error) {
			list, err := a.UserSessions(ctx, p.ID)
			if len(list) != 0 && len(list) != sessions {
				err = fmt.Errorf("%d of %d sessions", len(list), sessions)
			}
			return len(list) > 0, err
		},
	}
	// Reads that do not take mu can run in the middle of the deletion.
	quick := []string{"User", "Session", "SessionAndUser"}
	all := append([]string{"UserBy", "UserSessions"}, quick...)
	for range 10 {
		must(t, a.CreateUser(ctx, p))
		for n := range sessions {
			must(t, a.CreateSession(ctx, visit(id(n), p.ID, time.Hour)))
		}
		var reading atomic.Int32
		together(4, func(i int) {
			if i == 0 {
				for reading.Load() < 3 {
					runtime.Gosched()
				}
				if err := a.DeleteUser(ctx, p.ID); err != nil {
					t.Error(err)
				}
				return
			}
			names := quick
			if i == 1 {
				names = all
			}
			reading.Add(1)
			gone := ""
			for after := 0; after < 50; {
				name, n := names[rand.IntN(len(names))], rand.IntN(sessions)
				there, err := traces[name](n)
				switch {
				case err != nil:
					t.Errorf("%s: %v", name, err)
					return
				case there && gone != "":
					t.Errorf("%s found what was gone in %s", name, gone)
					return
				case !there:
					gone = name
					after++
				}
			}
		})
	}
	checkEmpty(t, inside(a))
}

// TestDeleteUserHalfway forces what TestDeleteUserAtOnce meets only by chance. It reads
// and writes in the middle of DeleteUser, whenever that reorders the queue of sessions.
func TestDeleteUserHalfway(t *testing.T) {
	t.Parallel()
	a, ctx := open(t), t.Context()
	must(t, a.CreateUser(ctx, person(1)))
	for n := range 20 {
		must(t, a.CreateSession(ctx, visit(fmt.Sprint(n), person(1).ID, time.Hour)))
	}
	times, tags := 0, fields[device](t, "Tags")
	inside(a).expiry.before = func(x, y *session) bool {
		times++
		if _, err := a.User(ctx, person(1).ID); spec.ClassOf(err) != spec.ErrUserNotFound {
			t.Errorf("User: %v", err)
		}
		for n := range 20 {
			if _, err := a.Session(ctx, fmt.Sprint(n)); spec.ClassOf(err) != spec.ErrSessionNotFound {
				t.Errorf("Session: %v", err)
			}
			lease := visit("", "", time.Hour).Lease
			if err := a.SwapLease(ctx, fmt.Sprint(n), lease, lease); spec.ClassOf(err) != spec.ErrSessionNotFound {
				t.Errorf("SwapLease: %v", err)
			}
			if err := a.UpdateSession(ctx, fmt.Sprint(n), device{}, tags); spec.ClassOf(err) != spec.ErrSessionNotFound {
				t.Errorf("UpdateSession: %v", err)
			}
		}
		return queuedBefore(x, y)
	}
	must(t, a.DeleteUser(ctx, person(1).ID))
	if times == 0 {
		t.Error("nothing was read in between")
	}
}

// found turns the not-found class into false.
func found(err, notFound error) (bool, error) {
	if err != nil && spec.ClassOf(err) == notFound {
		return false, nil
	}
	return err == nil, err
}

// TestOneInstant: a read of several rows returns them as of one instant. A writer
// increments a counter first in the session and then in the user, and in one session
// before the other. So the second counter is at most one behind.
func TestOneInstant(t *testing.T) {
	t.Parallel()
	a, ctx := open(t), t.Context()
	p := person(0)
	must(t, a.CreateUser(ctx, p))
	first, second := visit("first", p.ID, time.Hour), visit("second", p.ID, time.Hour)
	first.Credential, second.Credential = "0", "0"
	must(t, a.CreateSession(ctx, first))
	must(t, a.CreateSession(ctx, second))
	number := fields[account](t, "Number")

	var stop atomic.Bool
	together(3, func(i int) {
		if i == 0 {
			defer stop.Store(true)
			for n := range 2_000 {
				from, to := first.Lease, first.Lease
				from.Credential, to.Credential = strconv.Itoa(n), strconv.Itoa(n+1)
				for _, id := range []string{first.ID, second.ID} {
					if err := a.SwapLease(ctx, id, from, to); err != nil {
						t.Error(err)
					}
				}
				if err := a.UpdateUser(ctx, p.ID, account{Number: int64(n + 1)}, number); err != nil {
					t.Error(err)
				}
			}
			return
		}
		for !stop.Load() {
			s, u, err := a.SessionAndUser(ctx, first.ID)
			if n := count(s); err != nil || u.Attributes.Number > n || u.Attributes.Number < n-1 {
				t.Errorf("SessionAndUser: session at %d, user at %d, %v", n, u.Attributes.Number, err)
				return
			}
			list, err := a.UserSessions(ctx, p.ID)
			if err != nil || len(list) != 2 || count(list[1]) > count(list[0]) || count(list[1]) < count(list[0])-1 {
				t.Errorf("UserSessions: %v, %v", list, err)
				return
			}
		}
	})
}

func count(s spec.Session[device]) int64 {
	n, _ := strconv.ParseInt(s.Credential, 10, 64)
	return n
}

// TestReadAgain only reads the rows of a session and its user, so that readers are often
// preempted between the two.
func TestReadAgain(t *testing.T) {
	t.Parallel()
	a, ctx := open(t), t.Context()
	must(t, a.CreateUser(ctx, person(0)))
	s := visit("s", person(0).ID, 0)
	must(t, a.CreateSession(ctx, s))
	st, number := inside(a), fields[account](t, "Number")
	const place = 3 // index of the attribute Number
	var stop atomic.Bool
	together(5, func(i int) {
		if i == 0 {
			defer stop.Store(true)
			for n := range 30_000 {
				to := s.Lease
				to.ExpiresAt = epoch.Add(time.Duration(n+1) * time.Millisecond)
				if err := a.SwapLease(ctx, s.ID, s.Lease, to); err != nil {
					t.Error(err)
				}
				s.Lease = to
				if err := a.UpdateUser(ctx, s.UserID, account{Number: int64(n + 1)}, number); err != nil {
					t.Error(err)
				}
			}
			return
		}
		for !stop.Load() {
			v, owner, _ := st.readBoth(s.ID)
			content, _ := owner.at(place)
			at, behind := v.expiresAt-epoch.UnixMilli(), integer(content)
			if behind != at && behind != at-1 {
				t.Errorf("session at %d, user at %d", at, behind)
				return
			}
		}
	})
}

// TestHotCallsDoNotTakeMu makes the most frequent calls while a writer holds mu. If one
// of them took mu, this test would hang.
func TestHotCallsDoNotTakeMu(t *testing.T) {
	a, ctx := open(t), t.Context()
	must(t, a.CreateUser(ctx, person(1)))
	s := visit("s", person(1).ID, time.Hour)
	must(t, a.CreateSession(ctx, s))
	st := inside(a)
	st.mu.Lock()
	defer st.mu.Unlock()
	if _, err := a.Session(ctx, "s"); err != nil {
		t.Error(err)
	}
	if _, err := a.User(ctx, person(1).ID); err != nil {
		t.Error(err)
	}
	if _, _, err := a.SessionAndUser(ctx, "s"); err != nil {
		t.Error(err)
	}
	if err := a.UpdateSession(ctx, "s", device{}, fields[device](t, "Tags")); err != nil {
		t.Error(err)
	}
	renewed := s.Lease
	renewed.ExpiresAt = renewed.ExpiresAt.Add(time.Hour)
	if err := a.SwapLease(ctx, "s", s.Lease, renewed); err != nil {
		t.Error(err)
	}
}
