package main

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// withStart returns the memory adapter under another name, as if it had a server. It
// calls begin before it starts and end when it has stopped.
func withStart(name string, begin, end func()) adapter {
	d := memoryAdapter()
	d.name, d.local = name, false
	d.start = func(ctx context.Context, dsn string) (*engine, error) {
		begin()
		e, err := startMemory(ctx, dsn)
		if err == nil {
			e.stop = func() error { end(); return nil }
		}
		return e, err
	}
	return d
}

// Adapters are judged at the same time, and reported in the order in which they were
// named.
func TestSideBySide(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	first := withStart("first", func() { <-ended }, func() {})
	second := withStart("second", func() {}, func() { close(ended) })
	got := runTool(t.Context(), []adapter{first, second}, "verify", "--run", "USR-01", "--parallel", "2")
	got.wantStatus(t, 0)
	if i, j := strings.Index(got.stderr, "first: "), strings.Index(got.stderr, "second: "); i < 0 || j < 0 {
		t.Errorf("an adapter is missing:\n%s", got.stderr)
	}
	wantIn(t, got.stdout, " first      second\n", "PASS: first, second passed.")
}

// With --parallel 1, each adapter starts after the previous one has stopped.
func TestOneAtATime(t *testing.T) {
	t.Parallel()
	var running atomic.Int64
	begin := func() {
		if n := running.Add(1); n > 1 {
			t.Errorf("%d at a time", n)
		}
	}
	end := func() { running.Add(-1) }
	got := runTool(t.Context(), []adapter{withStart("a", begin, end), withStart("b", begin, end), withStart("c", begin, end)},
		"verify", "--run", "USR-01", "--parallel", "1")
	got.wantStatus(t, 0)
}

// Adapters in this process are judged before those on servers, and not beside them. Of
// those on servers, the one that takes longest begins first.
func TestShifts(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var began []string
	running := map[string]bool{} // by name: whether it is local
	named := func(name string, local, long bool) adapter {
		d := withStart(name, func() {
			mu.Lock()
			defer mu.Unlock()
			began, running[name] = append(began, name), local
			for other, is := range running {
				if is != local {
					t.Errorf("%s begins beside %s", name, other)
				}
			}
		}, func() {
			mu.Lock()
			defer mu.Unlock()
			delete(running, name)
		})
		d.local, d.long = local, long
		return d
	}
	list := []adapter{named("a", false, false), named("long", false, true), named("here", true, false)}
	for _, parallel := range []string{"1", "3"} {
		began = nil
		got := runTool(t.Context(), list, "verify", "--run", "USR-01", "--parallel", parallel)
		got.wantStatus(t, 0)
		wantIn(t, got.stdout, " a          long       here\n")
		if want := []string{"here", "long", "a"}; parallel == "1" && !slices.Equal(began, want) {
			t.Errorf("began: %q, want %q", began, want)
		}
	}
}
