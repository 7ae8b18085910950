package session_test

import (
	"testing"
	"time"

	"github.com/tenon-go/tenon/internal/testing/managertest"
	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// BenchmarkValidate reports the time of validating an active session as a ratio to that
// of the store's own call.
func BenchmarkValidate(b *testing.B) {
	for name, open := range map[string]func(testing.TB) testStore{"memory": openMemory, "sqlite": openSQLite} {
		b.Run(name, func(b *testing.B) {
			store := open(b)
			must(b, store.CreateUser(b.Context(), spec.User[managertest.User]{ID: "ann"}))
			manager, err := session.NewManager(store, session.Config{})
			must(b, err)
			s, err := manager.Create(b.Context(), "ann", managertest.Device{Name: "phone"})
			must(b, err)
			id, token, ctx := string(s.ID), s.Token(), b.Context()
			var own, whole time.Duration
			b.ReportAllocs()
			for b.Loop() { // in turn, so that both run under the same conditions
				start := time.Now()
				if _, _, err := store.SessionAndUser(ctx, id); err != nil {
					b.Fatal(err)
				}
				middle := time.Now()
				if _, _, err := manager.Validate(ctx, token); err != nil {
					b.Fatal(err)
				}
				own += middle.Sub(start)
				whole += time.Since(middle)
			}
			b.ReportMetric(0, "ns/op") // of both together
			b.ReportMetric(float64(whole.Nanoseconds())/float64(b.N), "ns/validate")
			b.ReportMetric(float64(whole)/float64(own), "ratio")
		})
	}
}
