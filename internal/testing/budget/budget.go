// Package budget compares the allocations of a store's calls with a budget, exactly.
package budget

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// User and Device are the attributes of the store's users and sessions.
type (
	User struct {
		Email string `db:"email,unique,max=254"`
		Name  string
	}
	Device struct {
		Agent, City string
		Count       int
	}
)

// Allocations maps each call, by its method's name, to its number of allocations.
type Allocations map[string]float64

// Each call is counted samples times, after one call that can connect or prepare a
// statement.
const (
	samples = 15
	made    = 1 + 2*samples // [testing.AllocsPerRun] makes one more call each time
)

// yields is how often other goroutines run after each call, on the one processor that
// [testing.AllocsPerRun] uses. Those that the driver has started end, and the runtime uses
// their memory again for those of the next call. Otherwise the machine decides how many
// goroutines need new memory.
const yields = 5

// Check fails t for each call of a store that makes more or fewer allocations than its
// budget says, or that has no budget. The store must be empty, or have only the rows of
// [Fill]. It is a [typed.Store] unless it keeps only sessions. A call has a context that can
// be cancelled, like that of a request. A write or a deletion is of one row.
//
// Check counts the allocations of the whole process, so the test must not run in parallel
// with others. It takes the least of several single calls, since a driver can connect, a map
// can grow and a goroutine can need new memory at any time. What only some calls do thus
// does not count. Garbage collections are off, since they empty pools.
//
// Vary names the calls that can also make one allocation fewer. The test says why.
func Check(t *testing.T, name string, store typed.SessionStore[Device], budget Allocations, vary ...string) {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	calls := sessionCalls(ctx, t, store)
	if both, ok := store.(typed.Store[User, Device]); ok {
		// Sessions need their users, which are deleted last.
		first, last := userCalls(ctx, t, both)
		calls = slices.Concat(first, calls, last)
	}
	for _, c := range calls {
		want, ok := budget[c.method]
		got := c.count(t, name)
		if !ok || got != want && !(got == want-1 && slices.Contains(vary, c.method)) {
			t.Errorf("%s, %s: %v allocations, want %v", name, c.method, got, want)
		}
	}
}

// Fill creates a thousand users with a session each, whose ids are not those of [Check].
// With so many rows in memory, some calls that create a row let no map grow.
func Fill(t *testing.T, store typed.Store[User, Device]) {
	t.Helper()
	for i := range 1000 {
		id := fmt.Sprint("filler", i)
		if err := store.CreateUser(t.Context(), spec.User[User]{ID: id, Attributes: User{Email: id}}); err != nil {
			t.Fatal(err)
		}
		create(t.Context(), t, store, []spec.Session[Device]{{ID: id, UserID: id, CreatedAt: noon, Lease: lease}})
	}
}

// call is a call of a method. N is 0 for the first call, 1 for the next and so on.
type call struct {
	method string
	do     func(n int) error
}

// count repeats the call, and returns the least of its numbers of allocations.
func (c call) count(t *testing.T, name string) float64 {
	t.Helper()
	n := 0
	do := func() {
		if err := c.do(n); err != nil {
			t.Fatalf("%s, %s: %v", name, c.method, err)
		}
		n++
		for range yields {
			runtime.Gosched()
		}
	}
	do()
	least := math.Inf(1)
	for range samples {
		least = min(least, testing.AllocsPerRun(1, do))
	}
	return least
}

var (
	noon  = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	lease = spec.Lease{ActiveUntil: noon.Add(time.Hour), ExpiresAt: noon.Add(2 * time.Hour), Credential: "credential"}
)

// rows returns one row for each repetition of a call. Their ids are created beforehand.
func rows[T any](row func(n int) T) []T {
	all := make([]T, made)
	for n := range all {
		all[n] = row(n)
	}
	return all
}

// sessionsOf returns sessions of the user with the same number.
func sessionsOf(kind string, expires time.Time) []spec.Session[Device] {
	return rows(func(n int) spec.Session[Device] {
		s := spec.Session[Device]{
			ID: fmt.Sprint(kind, n), UserID: fmt.Sprint("user", n), CreatedAt: noon, Lease: lease,
			Attributes: Device{Agent: "agent", City: "city", Count: 7},
		}
		s.ExpiresAt = expires
		return s
	})
}

// sessionCalls returns the calls of a store of sessions. Its users have numbers.
func sessionCalls(ctx context.Context, t *testing.T, s typed.SessionStore[Device]) []call {
	t.Helper()
	var (
		session  = sessionsOf("session", lease.ExpiresAt)
		more     = sessionsOf("more", lease.ExpiresAt)
		last     = sessionsOf("last", lease.ExpiresAt)
		expired  = sessionsOf("expired", noon)
		from, to = lease, lease
	)
	to.Credential = "next"
	return []call{
		{"CreateSession", func(n int) error { return s.CreateSession(ctx, session[n]) }},
		{"Session", func(n int) error { _, err := s.Session(ctx, session[n].ID); return err }},
		{"UserSessions", func(n int) error { _, err := s.UserSessions(ctx, session[n].UserID); return err }},
		{"UpdateSession", func(n int) error {
			return s.UpdateSession(ctx, session[n].ID, Device{Agent: "agent", City: "other", Count: n}, attr.All[Device]())
		}},
		{"SwapLease", func(n int) error { return s.SwapLease(ctx, session[n].ID, from, to) }},
		{"DeleteSession", func(n int) error { return s.DeleteSession(ctx, session[n].ID) }},
		{"DeleteUserSessionsExcept", func(n int) error {
			if n == 0 {
				create(ctx, t, s, more)
			}
			return one(s.DeleteUserSessionsExcept(ctx, more[n].UserID, "kept"))
		}},
		{"DeleteUserSessions", func(n int) error {
			if n == 0 {
				create(ctx, t, s, last)
			}
			return one(s.DeleteUserSessions(ctx, last[n].UserID))
		}},
		{"DeleteExpiredSessions", func(n int) error {
			if n == 0 {
				create(ctx, t, s, expired)
			}
			return one(s.DeleteExpiredSessions(ctx, spec.Sweep{Now: noon.Add(time.Second), Everyone: true, Limit: 1}))
		}},
	}
}

// create creates sessions that a call reads or deletes.
func create(ctx context.Context, t *testing.T, s typed.SessionStore[Device], sessions []spec.Session[Device]) {
	t.Helper()
	for _, session := range sessions {
		if err := s.CreateSession(ctx, session); err != nil {
			t.Fatal(err)
		}
	}
}

// one returns the error of a call that must delete one session.
func one(deleted int64, err error) error {
	if err == nil && deleted != 1 {
		return fmt.Errorf("%d sessions are deleted, want one", deleted)
	}
	return err
}

// userCalls returns the call that creates users, and those that come after the calls for
// sessions.
func userCalls(ctx context.Context, t *testing.T, s typed.Store[User, Device]) (first, last []call) {
	t.Helper()
	name, err := attr.Fields[User]("Name")
	if err != nil {
		t.Fatal(err)
	}
	users := rows(func(n int) spec.User[User] {
		return spec.User[User]{ID: fmt.Sprint("user", n), Attributes: User{Email: fmt.Sprintf("%d@example.com", n), Name: "Ann"}}
	})
	joined := sessionsOf("joined", lease.ExpiresAt)
	first = []call{{"CreateUser", func(n int) error { return s.CreateUser(ctx, users[n]) }}}
	return first, []call{
		{"User", func(n int) error { _, err := s.User(ctx, users[n].ID); return err }},
		{"UserBy", func(n int) error { _, err := s.UserBy(ctx, "Email", users[n].Attributes.Email); return err }},
		{"UpdateUser", func(n int) error { return s.UpdateUser(ctx, users[n].ID, User{Name: "Bea"}, name) }},
		{"SessionAndUser", func(n int) error {
			if n == 0 {
				create(ctx, t, s, joined)
			}
			_, _, err := s.SessionAndUser(ctx, joined[n].ID)
			return err
		}},
		{"DeleteUser", func(n int) error { return s.DeleteUser(ctx, users[n].ID) }}, // with its session
	}
}
