package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	bench "github.com/tenon-go/tenon/bench/report"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/internal/testing/scratch"
)

// shortBench returns the arguments of the shortest possible measurement.
func shortBench(args ...string) []string {
	return append([]string{"bench", "--time", "0", "--sessions", "60"}, args...)
}

// The results are in the text, in lines of at most 80 columns, and in the files of
// --report.
func TestBench(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	t.Setenv("TMPDIR", scratch.Dir(t))
	got := runTool(t.Context(), []adapter{memoryAdapter(), sqliteAdapter(), undyingAdapter()}, shortBench("--report", dir)...)
	got.wantStatus(t, 0)
	wantIn(t, got.stdout, "\nMemory, against map\n", "\nSQLite 3", "against database/sql\n", "SessionAndUser", "DeleteSession",
		"64 clients", "ratio of times", "A sweep of 6 expired sessions", bench.DriverLegend)
	wantIn(t, got.stderr, "Measuring memory, sqlite, each with 60 sessions: about 0s in all", "sqlite    8 clients (18 of 20 measured, about ")
	if strings.Contains(got.stdout, "\x1b") {
		t.Error("it is coloured")
	}
	for line := range strings.Lines(got.stdout) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("a line of %d columns: %s", n, line)
		}
	}
	result, err := bench.Read(filepath.Join(dir, "bench.json"))
	if err != nil || !result.Complete || len(result.Engines) != 2 {
		t.Errorf("bench.json: %v", err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	wantIn(t, string(page), "Memory, against map", "<svg class=\"chart\"", "<th scope=\"row\">SwapLease</th>")
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) != 0 {
		t.Errorf("it left %v behind: %v", left, err)
	}
}

// The report of verify and the results of bench share one page, whichever ran last.
func TestBenchAndVerifyReport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	verify := []string{"verify", "memory", "--run", "SES-07", "--report", dir}
	adapters := []adapter{memoryAdapter()}
	for _, args := range [][]string{verify, shortBench("--report", dir), shortBench("--report", dir), verify} {
		runTool(t.Context(), adapters, args...).wantStatus(t, 0)
		page, err := os.ReadFile(filepath.Join(dir, "report.html"))
		if err != nil {
			t.Fatal(err)
		}
		wantIn(t, string(page), "Tenon conformance report")
		want := 1
		if _, err := os.Stat(filepath.Join(dir, "bench.json")); err != nil {
			want = 0 // it has not run yet
		}
		if n := strings.Count(string(page), `<section id="bench"`); n != want {
			t.Errorf("tenon %s: %d sections of bench, want %d", args[0], n, want)
		}
	}
}

func TestBenchJSON(t *testing.T) {
	t.Parallel()
	got := runTool(t.Context(), []adapter{memoryAdapter()}, shortBench("memory", "--format", "json")...)
	got.wantStatus(t, 0)
	var result bench.Result
	if err := json.Unmarshal([]byte(got.stdout), &result); err != nil || len(result.Engines) != 1 || len(result.Engines[0].Throughput) != 3 {
		t.Errorf("%v: %s", err, got.stdout)
	}
}

// An adapter that cannot run on this machine is left out, or fails the run if the user
// named it. The others are measured.
func TestBenchMissing(t *testing.T) {
	t.Setenv("TENON_POSTGRES_17_IMAGE", "registry.invalid/no-such-image:99")
	t.Setenv(containers.PostgresDSN, "")
	adapters := []adapter{postgresAdapter(), memoryAdapter()}

	got := runTool(t.Context(), adapters, shortBench()...)
	got.wantStatus(t, 0)
	wantIn(t, got.stderr, "postgres: not measured: ")
	wantIn(t, got.stdout, "Memory, against map")

	got = runTool(t.Context(), adapters, shortBench("postgres", "memory")...)
	got.wantStatus(t, exitFailed)
	wantIn(t, got.stderr, "\ntenon: postgres: ")
	wantIn(t, got.stdout, "Memory, against map")

	got = runTool(t.Context(), adapters, shortBench("postgres")...)
	got.wantStatus(t, exitFailed)
	if got.stdout != "" {
		t.Errorf("it says %s", got.stdout)
	}
}

// After Ctrl-C the results so far are written.
func TestBenchInterrupted(t *testing.T) {
	t.Setenv("TMPDIR", scratch.Dir(t))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout bytes.Buffer
	tool := newTool([]adapter{memoryAdapter(), sqliteAdapter()})
	tool.stdout = &stdout
	tool.stderr = writerFunc(func(p []byte) (int, error) {
		if bytes.Contains(p, []byte("sqlite    UpdateSession")) {
			cancel()
		}
		return len(p), nil
	})
	if status := tool.run(ctx, shortBench()); status != int(exitInterrupted) {
		t.Errorf("exit status %d", status)
	}
	wantIn(t, stdout.String(), "Memory, against map", "64 clients", "SQLite 3")
	if _, sqlite, _ := strings.Cut(stdout.String(), "SQLite 3"); !strings.Contains(sqlite, "SwapLease") || strings.Contains(sqlite, "UpdateSession") {
		t.Errorf("not what was measured before the interrupt:\n%s", &stdout)
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) != 0 {
		t.Errorf("it left %v behind: %v", left, err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// On the user's server a read is one round trip. A database that is not marked as one for
// tests is refused.
func TestBenchDSN(t *testing.T) {
	server := servers.Postgres(t, containers.PostgresOptions{})
	got := runTool(t.Context(), []adapter{postgresAdapter()}, shortBench("--dsn", server.DSN, "--format", "json")...)
	got.wantStatus(t, 0)
	var result bench.Result
	if err := json.Unmarshal([]byte(got.stdout), &result); err != nil {
		t.Fatal(err)
	}
	calls := result.Engines[0].Calls
	i := slices.IndexFunc(calls, func(c bench.Call) bool { return c.Name == "SessionAndUser" })
	if i < 0 || calls[i].Figures[0].Wire == nil || calls[i].Figures[0].RoundTrips != 1 {
		t.Errorf("got %+v", calls)
	}

	u, err := url.Parse(server.DSN)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/postgres"
	got = runTool(t.Context(), []adapter{postgresAdapter()}, shortBench("--dsn", u.String())...)
	got.wantStatus(t, exitFailed)
	wantIn(t, got.stderr, "not marked as a test's")
	if password, _ := u.User.Password(); password == "" || strings.Contains(got.stdout+got.stderr, password) {
		t.Errorf("the password is shown: %s", got.stderr)
	}
}

// The command does not link the libraries with which package bench compares Tenon.
func TestBenchLinksNoPeers(t *testing.T) {
	t.Parallel()
	output, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, peer := range []string{"alexedwards/scs", "gorilla/sessions", "puzpuzpuz/xsync"} {
		if strings.Contains(string(output), peer) {
			t.Errorf("%s is linked", peer)
		}
	}
	if !strings.Contains(string(output), "jackc/pgx") {
		t.Errorf("go list does not name what is linked:\n%s", output)
	}
}
