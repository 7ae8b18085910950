package main

import (
	"testing"
	"time"

	"github.com/tenon-go/tenon/bench/engines"
	"github.com/tenon-go/tenon/bench/internal/peers"
	"github.com/tenon-go/tenon/internal/testing/scratch"
)

// Every peer of an engine in this process does every call as Tenon does. (For peers on
// servers, a run checks that before it measures. The test is here because to link one more
// program with all drivers takes longer than the test.)
func TestPeersDoTheSame(t *testing.T) {
	for i, e := range peers.Engines() {
		if e.Name != engines.Memory.Name && e.Name != engines.HTTP.Name && e.Name != engines.SQLite.Name {
			continue
		}
		t.Run(e.Name, func(t *testing.T) {
			t.Setenv("TMPDIR", scratch.Dir(t))
			set := &engines.Set{Users: 10, Sessions: 50, Began: time.Now().UTC().Truncate(time.Millisecond)}
			o, err := e.Open(t.Context(), set, func(string) {})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := o.Close(); err != nil {
					t.Error(err)
				}
			})
			done := map[int]bool{}
			for _, call := range e.Calls {
				for _, i := range call.Does(o) {
					done[i] = true
				}
				if err := o.Check(t.Context(), call); err != nil {
					t.Error(err)
				}
			}
			if len(done) != len(e.Competitors) || len(done) == len(engines.All[i].Competitors) {
				t.Errorf("%d of %d do a call, and %d are no peers", len(done), len(e.Competitors), len(engines.All[i].Competitors))
			}
		})
	}
}
