package main

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/bench/engines"
	"github.com/tenon-go/tenon/bench/report"
	"github.com/tenon-go/tenon/conformance/containers"
)

// A run with -scale measures each step once. An interrupted run keeps its results, and
// the next one continues from there. The page's figures are generated from the file.
func TestScale(t *testing.T) {
	args, out := few(t, "memory,sqlite")
	args = append(args, "-scale")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := command(ctx, args, io.Discard, writerFunc(func(p []byte) {
		if bytes.Contains(p, []byte("sqlite")) {
			cancel()
		}
	}))
	if err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Fatalf("got %v, want that it was interrupted", err)
	}
	var second bytes.Buffer
	must(t, command(t.Context(), args, &second, io.Discard))
	wantText(t, second.String(), "SQLite, 60 sessions", "64 goroutines, UpdateSession of one user's sessions")
	if strings.Contains(second.String(), "Memory") {
		t.Errorf("the second run measured again what the first had:\n%s", &second)
	}

	s, err := report.ReadScale(out)
	must(t, err)
	if len(s.Engines) != 2 {
		t.Fatalf("got %d engines, want 2", len(s.Engines))
	}
	for _, e := range s.Engines {
		size := e.Size(60)
		if size == nil {
			t.Fatalf("%s: nothing of 60 sessions", e.Name)
		}
		if size.Loaded != 66 || size.Sweep.Expired != 6 || size.Tenon <= 0 || size.Raw <= 0 || size.Sweep.Beside.Count == 0 || size.Sweep.Batches.Count == 0 || len(size.Crowd) != 6 {
			t.Errorf("%s: got %+v", e.Name, size)
		}
		if e.Name == "sqlite" && size.Bytes < 300 {
			t.Errorf("a session takes %v bytes in SQLite", size.Bytes)
		}
		if inside := e.Name == "memory"; inside != (size.GC > 0) || inside != (size.GCClock > 0) {
			t.Errorf("%s: a garbage collection takes %v ms, %v of the processors", e.Name, size.GCClock, size.GC)
		}
	}

	docs := t.TempDir()
	must(t, os.WriteFile(filepath.Join(docs, "scale.md"), []byte("before\n<!-- figures -->old<!-- end -->\nafter\n"), 0o644))
	must(t, command(t.Context(), []string{"-scale", "-report", out, "-docs", docs}, io.Discard, io.Discard))
	page, err := os.ReadFile(filepath.Join(docs, "scale.md"))
	must(t, err)
	wantText(t, string(page), "before\n<!-- figures -->\n", "| SQLite 3", "| 60 | 66 |", "(scale.svg)", "<!-- end -->\nafter\n")
	if strings.Contains(string(page), "old") {
		t.Error("the old figures are still there")
	}
}

// A store that keeps only sessions is measured by reading a session without its user.
func TestScaleOfSessions(t *testing.T) {
	server := servers.Redis(t, containers.RedisOptions{})
	t.Setenv(containers.RedisURL, server.DSN)
	args, out := few(t, "redis")
	var table bytes.Buffer
	must(t, command(t.Context(), append(args, "-scale"), &table, io.Discard))
	wantText(t, table.String(), "Redis, 60 sessions", "64 goroutines, Session of one session", "64 goroutines, UpdateSession of distinct sessions")
	s, err := report.ReadScale(out)
	must(t, err)
	if size := s.Engine("redis").Size(60); size == nil || size.Tenon <= 0 || size.Raw <= 0 || len(size.Crowd) != 6 {
		t.Errorf("got %+v", size)
	}
}

// On a server, rows are loaded by the fastest means and before the indexes exist.
// Afterwards the same indexes exist again, and the run leaves nothing behind.
func TestGrowOnPostgres(t *testing.T) {
	server := servers.Postgres(t, containers.PostgresOptions{})
	t.Setenv(containers.PostgresDSN, server.DSN)
	ctx := t.Context()
	o, err := engines.Postgres.OpenEmpty(ctx, time.Now().UTC().Truncate(time.Millisecond), func(string) {})
	must(t, err)
	db, err := sql.Open("pgx", server.DSN)
	must(t, err)
	defer db.Close()
	objects := func() (list string) {
		t.Helper()
		must(t, db.QueryRowContext(ctx, "SELECT string_agg(d, ', ' ORDER BY d) FROM (SELECT indexdef AS d FROM pg_indexes WHERE schemaname LIKE '%bench%' UNION ALL "+
			"SELECT pg_get_constraintdef(c.oid) FROM pg_constraint AS c JOIN pg_namespace AS n ON n.oid = c.connamespace WHERE n.nspname LIKE '%bench%') AS a").Scan(&list))
		return list
	}
	before := objects()
	must(t, o.Grow(ctx, 60, 6, func(float64) {}))
	must(t, o.Settle(ctx))
	if after := objects(); after != before || !strings.Contains(before, "FOREIGN KEY") {
		t.Errorf("there were %s, and now there are %s", before, after)
	}
	calls, err := engines.ChooseCalls("SessionAndUser,SwapLease")
	must(t, err)
	for _, call := range calls {
		must(t, o.Check(ctx, call))
	}
	if n, err := o.Sweep(ctx, 100); n != 6 || err != nil {
		t.Errorf("a sweep deleted %d, want 6: %v", n, err)
	}
	if held, err := o.Held(ctx); held < 60*300 || err != nil {
		t.Errorf("60 sessions take %d bytes: %v", held, err)
	}
	must(t, o.Close())
	wantNothingLeft(t, server.DSN)
}

// The figures in docs/scale.md and their chart are current: they are generated from the
// stored result.
func TestScalePageIsCurrent(t *testing.T) {
	s, err := report.ReadScale("../docs/scale.json")
	must(t, err)
	text, err := os.ReadFile("../docs/scale.md")
	must(t, err)
	files, err := s.Page(string(text))
	must(t, err)
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("../docs", name))
		must(t, err)
		if string(got) != want {
			t.Errorf("docs/%s is not current: go run ./bench -scale -report docs/scale.json", name)
		}
	}
}
