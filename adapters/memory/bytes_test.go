package memory

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec/attr"
)

// heapBytes returns the number of bytes in use on the heap.
func heapBytes() int64 {
	runtime.GC()
	runtime.GC() // frees what the first one finalized or removed from pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestBytes checks how much memory a session and a user take. A session holds 299 B of ids,
// times, credential and attributes, and the budget is for such a session. It also needs its
// struct, its slots in the map and in two queues, and the rounding of Go's allocation sizes.
// A map is 7/16 to 7/8 full and a slice has room to grow, so the result depends on the number
// of sessions. The test takes the mean for numbers between two powers of two.
func TestBytes(t *testing.T) {
	const sessionBudget, userBudget = 450, 290
	var session, user int64
	counts := []int64{10_000, 12_500, 15_000, 17_500}
	for _, n := range counts {
		before := heapBytes()
		a, err := New[profile, visitor]()
		must(t, err)
		for i := range n / 5 {
			must(t, a.CreateUser(t.Context(), benchUser(int(i))))
		}
		users := heapBytes()
		for i := range n {
			must(t, a.CreateSession(t.Context(), benchSession(int(i), int(n/5))))
		}
		user += (users - before) / (n / 5)
		session += (heapBytes() - users) / n
		runtime.KeepAlive(a)
	}
	session, user = session/int64(len(counts)), user/int64(len(counts))
	if session > sessionBudget || user > userBudget {
		t.Errorf("%d B a session, %d B a user, want at most %d and %d", session, user, sessionBudget, userBudget)
	}
}

// TestReplacedRowsAreGone updates and renews sessions many times. A key of a map or an index
// must not keep replaced rows in memory.
func TestReplacedRowsAreGone(t *testing.T) {
	a, ctx := open(t), t.Context()
	const size = 1 << 20
	before := heapBytes()
	must(t, a.CreateUser(ctx, person(1)))
	s := visit("s", person(1).ID, time.Hour)
	s.Attributes.Tags = map[string]int{strings.Repeat("x", size): 0}
	must(t, a.CreateSession(ctx, s))
	s.Attributes.Tags = nil
	serial, name := attr.All[device](), fields[account](t, "Name", "Email")
	for n := range 20 {
		large := map[string]int{strings.Repeat("x", size): n}
		must(t, a.UpdateSession(ctx, s.ID, device{Serial: new(fmt.Sprint(n)), Tags: large}, serial))
		must(t, a.UpdateUser(ctx, person(1).ID, account{Name: strings.Repeat("x", size), Email: fmt.Sprint(n)}, name))
		from := s.Lease
		s.Credential = strings.Repeat(fmt.Sprint(n%10), size)[:50]
		must(t, a.SwapLease(ctx, s.ID, from, s.Lease))
	}
	// The last unique values were part of large rows, and remain.
	must(t, a.UpdateSession(ctx, s.ID, device{}, fields[device](t, "Tags")))
	must(t, a.UpdateUser(ctx, person(1).ID, account{}, fields[account](t, "Name")))
	if left := heapBytes() - before; left > size/2 {
		t.Errorf("%d B are left of what was replaced", left)
	}
	runtime.KeepAlive(a)
}
