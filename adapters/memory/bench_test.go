package memory

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// profile and visitor are attributes of a realistic size. With its ids, its credential and
// its times a session holds 299 B.
type (
	profile struct {
		Email string `db:"email,unique,max=254"`
		Name  string
		Role  string
	}
	visitor struct {
		Agent   string
		Address string
		Place   string
		Visits  int
	}
)

// peer is the baseline: the same values as structs, in maps under one RWMutex.
type peer struct {
	mu       sync.RWMutex
	sessions map[string]spec.Session[visitor]
	users    map[string]spec.User[profile]
}

func (p *peer) session(id string) (spec.Session[visitor], bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	s, ok := p.sessions[id]
	return s, ok
}

func (p *peer) sessionAndUser(id string) (spec.Session[visitor], spec.User[profile], bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	s, ok := p.sessions[id]
	return s, p.users[s.UserID], ok
}

func (p *peer) swapLease(id string, from, to spec.Lease) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.sessions[id]
	if !ok || s.Lease != from {
		return false
	}
	s.Lease = to
	p.sessions[id] = s
	return true
}

func benchUser(n int) spec.User[profile] {
	return spec.User[profile]{ID: fmt.Sprintf("user-%06d", n), Attributes: profile{
		Email: fmt.Sprintf("user-%06d@example.com", n), Name: strings.Repeat("n", 20), Role: "member",
	}}
}

// benchSession returns a session of one of users users. It shares no strings.
func benchSession(n, users int) spec.Session[visitor] {
	own := func(size int) string { return strings.Repeat(string('a'+rune(n%26)), size) }
	return spec.Session[visitor]{
		ID: fmt.Sprintf("session-%018d", n), UserID: fmt.Sprintf("user-%06d", n%users), CreatedAt: epoch,
		Lease:      spec.Lease{ActiveUntil: epoch.Add(time.Hour), ExpiresAt: epoch.Add(time.Duration(n) * time.Millisecond), Credential: own(43)},
		Attributes: visitor{Agent: own(130), Address: own(27), Place: own(30), Visits: n},
	}
}

func fillStore(t testing.TB, sessions int) *spec.Store[profile, visitor] {
	t.Helper()
	a, err := New[profile, visitor]()
	must(t, err)
	for n := range sessions / 5 {
		must(t, a.CreateUser(t.Context(), benchUser(n)))
	}
	for n := range sessions {
		must(t, a.CreateSession(t.Context(), benchSession(n, sessions/5)))
	}
	return a
}

func fillPeer(sessions int) *peer {
	p := &peer{sessions: map[string]spec.Session[visitor]{}, users: map[string]spec.User[profile]{}}
	for n := range sessions / 5 {
		u := benchUser(n)
		p.users[u.ID] = u
	}
	for n := range sessions {
		s := benchSession(n, sessions/5)
		p.sessions[s.ID] = s
	}
	return p
}

// BenchmarkAgainstMap reads and writes the store and the peer in short slices,
// in random order. It reports the median of the ratios of neighboring slices, with its
// quartiles. A ratio is the time of the store's calls divided by that of the map's, so below
// 1 the store is faster. Best is the ratio of the tenth percentiles, which a busy machine
// affects least. Try -benchtime=300x, which means 300 pairs.
func BenchmarkAgainstMap(b *testing.B) {
	for _, sessions := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(sessions), func(b *testing.B) {
			a, p := fillStore(b, sessions), fillPeer(sessions)
			ids := make([]string, sessions)
			for n := range ids {
				ids[n] = fmt.Sprintf("session-%018d", n)
			}
			ctx, cancel := context.WithCancel(b.Context())
			defer cancel()
			for _, span := range []struct {
				name string
				ids  []string
			}{{"hot", ids[500:501]}, {"any", ids}} {
				if span.name == "hot" && sessions > 100_000 {
					continue
				}
				b.Run("SessionAndUser/"+span.name, func(b *testing.B) {
					compare(b, 1, 2000, span.ids,
						func(_ int, id string) bool { _, _, err := a.SessionAndUser(ctx, id); return err == nil },
						func(_ int, id string) bool { _, _, ok := p.sessionAndUser(id); return ok })
				})
				b.Run("Session/"+span.name, func(b *testing.B) {
					compare(b, 1, 2000, span.ids,
						func(_ int, id string) bool { _, err := a.Session(ctx, id); return err == nil },
						func(_ int, id string) bool { _, ok := p.session(id); return ok })
				})
			}
			b.Run("SwapLease", func(b *testing.B) {
				compare(b, 1, 2000, ids,
					func(_ int, id string) bool { return renew(ctx, a, id) },
					func(_ int, id string) bool { return p.renew(id) })
			})
			for _, workers := range []int{1, 2, 8} {
				b.Run(fmt.Sprint("90to10/", workers), func(b *testing.B) {
					compare(b, workers, 10_000, ids,
						func(i int, id string) bool {
							if i%10 == 0 {
								return renew(ctx, a, id)
							}
							_, _, err := a.SessionAndUser(ctx, id)
							return err == nil
						},
						func(i int, id string) bool {
							if i%10 == 0 {
								return p.renew(id)
							}
							_, _, ok := p.sessionAndUser(id)
							return ok
						})
				})
			}
		})
	}
}

// BenchmarkCollection collects all garbage of a process that has nothing else than a store.
func BenchmarkCollection(b *testing.B) {
	for _, sessions := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(sessions), func(b *testing.B) {
			a := fillStore(b, sessions)
			for b.Loop() {
				runtime.GC()
			}
			runtime.KeepAlive(a)
		})
	}
}

// renew reads a session and swaps its lease, as a manager does. The peer does the same.
// Another worker can be faster.
func renew(ctx context.Context, a *spec.Store[profile, visitor], id string) bool {
	s, err := a.Session(ctx, id)
	if err != nil {
		return false
	}
	err = a.SwapLease(ctx, id, s.Lease, later(s.Lease))
	return err == nil || spec.ClassOf(err) == spec.ErrStale
}

func (p *peer) renew(id string) bool {
	s, ok := p.session(id)
	p.swapLease(id, s.Lease, later(s.Lease))
	return ok
}

func later(l spec.Lease) spec.Lease {
	l.ExpiresAt = l.ExpiresAt.Add(time.Minute)
	return l
}

// compare calls each function slice times in each pair of slices, with this number of
// workers.
func compare(b *testing.B, workers, slice int, ids []string, ours, theirs func(i int, id string) bool) {
	timed := func(call func(int, string) bool, seed uint64) float64 {
		start := time.Now()
		together(workers, func(w int) {
			random := rand.New(rand.NewPCG(seed, uint64(w)))
			for i := range slice / workers {
				if !call(i, ids[random.IntN(len(ids))]) {
					b.Error("not found")
				}
			}
		})
		return float64(time.Since(start).Nanoseconds()) / float64(slice)
	}
	var ratios, own, peers []float64
	for n := 0; b.Loop(); n++ {
		var o, t float64
		if rand.IntN(2) == 0 {
			o, t = timed(ours, uint64(2*n)), timed(theirs, uint64(2*n+1))
		} else {
			t, o = timed(theirs, uint64(2*n+1)), timed(ours, uint64(2*n))
		}
		ratios, own, peers = append(ratios, o/t), append(own, o), append(peers, t)
	}
	for _, list := range [][]float64{ratios, own, peers} {
		slices.Sort(list)
	}
	at := func(list []float64, percent int) float64 { return list[(len(list)-1)*percent/100] }
	b.ReportMetric(0, "ns/op") // not of both together
	b.ReportMetric(at(own, 50), "ns/call")
	b.ReportMetric(at(peers, 50), "map-ns/call")
	b.ReportMetric(at(ratios, 50), "ratio")
	b.ReportMetric(at(ratios, 25), "q1")
	b.ReportMetric(at(ratios, 75), "q3")
	b.ReportMetric(at(own, 10)/at(peers, 10), "best")
}
