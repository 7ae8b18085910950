package memory

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// lockedMap is the peer of BenchmarkSessionParallel: the same rows in one map
// under one RWMutex.
type lockedMap struct {
	mu   sync.RWMutex
	rows map[string]*sessionRow
}

func (m *lockedMap) read(id string) *sessionRow {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.rows[id]
}

// BenchmarkSessionParallel reads different sessions on all processors, from the
// store and then from a map under one RWMutex: "row" finds the row, "Session"
// also copies it out, which costs both the same. It reports the time of each
// per read, and their ratio: above 1, the store is faster. Readers contend only
// where there are several processors; try -cpu 1,2,4.
func BenchmarkSessionParallel(b *testing.B) {
	type attributes struct{ Name string }
	a, err := NewSessions[attributes]()
	must(b, err)
	ctx, st := b.Context(), insideSessions(a)
	peer := &lockedMap{rows: map[string]*sessionRow{}}
	ids := make([]string, 10_000)
	for i := range ids {
		ids[i] = fmt.Sprint("session ", i)
		s := spec.Session[attributes]{ID: ids[i], UserID: "ann", CreatedAt: epoch, Attributes: attributes{"phone"}}
		must(b, a.CreateSession(ctx, s))
		peer.rows[ids[i]], _ = st.read(ids[i])
	}
	compare := func(name string, ours, theirs func(id string) bool) {
		b.Run(name, func(b *testing.B) {
			parallel := func(read func(id string) bool) float64 {
				start := time.Now()
				b.RunParallel(func(pb *testing.PB) {
					for i := rand.IntN(len(ids)); pb.Next(); i++ {
						if !read(ids[i%len(ids)]) {
							b.Error("not found")
						}
					}
				})
				return float64(time.Since(start).Nanoseconds()) / float64(b.N)
			}
			o, t := parallel(ours), parallel(theirs)
			b.ReportMetric(0, "ns/op") // not of both together
			b.ReportMetric(o, "ns/read")
			b.ReportMetric(t, "peer-ns/read")
			b.ReportMetric(t/o, "peer/ours")
		})
	}
	compare("row",
		func(id string) bool { row, _ := st.read(id); return row != nil },
		func(id string) bool { return peer.read(id) != nil })
	compare("Session",
		func(id string) bool { _, err := a.Session(ctx, id); return err == nil },
		func(id string) bool {
			var v attributes
			into := sessionRow{Attributes: []any{&v.Name}}
			return fillSession(&into, peer.read(id)) == nil
		})
}
