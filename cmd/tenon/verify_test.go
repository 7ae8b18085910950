package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func TestPass(t *testing.T) {
	t.Parallel()
	got := runTool(t.Context(), []adapter{memoryAdapter()}, "verify", "--run", "USR")
	got.wantStatus(t, 0)
	wantIn(t, got.stdout, "22 November 2026 11:03 UTC", "memory\n", "Go 1.", "USR  Users  ", "✓ ", "\nPASS: memory passed. Checks: ", " 0 failed")
	wantIn(t, got.stderr, "memory: starting\n", " checks on Go 1.", " passed, 0 failed")
	if strings.ContainsAny(got.stdout+got.stderr, "\x1b\r") {
		t.Errorf("this is for a terminal:\n%q\n%q", got.stdout, got.stderr)
	}
}

// A failure is shown in full, and the command in its text runs just this check
// again.
func TestFail(t *testing.T) {
	t.Parallel()
	adapters := []adapter{memoryAdapter(), undyingAdapter()}
	got := runTool(t.Context(), adapters, "verify", "--run", "USR-0[16]")
	got.wantStatus(t, exitFailed)
	wantIn(t, got.stdout, "✗ ", "\nFAIL: memory passed; undying failed.",
		"FAILED undying: USR-06/delete_takes_the_sessions_along_and_no_others/rich\n", "    USR-06 MUST: ", "    Why: ")
	wantIn(t, got.stderr, "undying: ")
	again := regexp.MustCompile(`Run it again: tenon (verify undying --run) '([^']+)'`).FindStringSubmatch(got.stdout)
	if again == nil {
		t.Fatalf("no command to run it again:\n%s", got.stdout)
	}
	got = runTool(t.Context(), adapters, append(strings.Fields(again[1]), again[2])...)
	got.wantStatus(t, exitFailed)
	wantIn(t, got.stdout, "Checks: 0 passed, 1 failed, ")
	wantIn(t, got.stderr, "undying: 1 checks on ")
}

func TestRunChooses(t *testing.T) {
	t.Parallel()
	got := runTool(t.Context(), []adapter{memoryAdapter(), undyingAdapter()}, "verify", "--run", "USR-0[12]//empty")
	got.wantStatus(t, 0)
	wantIn(t, got.stdout, "USR  Users", " left out")
	if strings.Contains(got.stdout, "SES  Sessions") {
		t.Errorf("a group of which nothing was chosen is shown:\n%s", got.stdout)
	}
}

// A run in which no check ran does not pass.
func TestRunOfWaivedOnly(t *testing.T) {
	t.Parallel()
	d := memoryAdapter()
	d.start = func(ctx context.Context, dsn string) (*engine, error) {
		e, err := startMemory(ctx, dsn)
		if err == nil {
			e.options.Waivers = []conformance.Waiver{{Clause: "USR-01", Reason: "no reason"}}
		}
		return e, err
	}
	got := runTool(t.Context(), []adapter{d}, "verify", "--run", "USR-01")
	got.wantStatus(t, exitFailed)
	wantIn(t, got.stdout, "FAIL: memory waived.", "Checks waived\n  memory: no reason\n")
}

func TestCannotRun(t *testing.T) {
	t.Parallel()
	adapters := []adapter{memoryAdapter(), missingAdapter("postgres")}
	reasons := []string{"cannot start postgres:17: no Docker engine answers\n", "What would help: start Docker; or name a running server in\n    TENON_POSTGRES_DSN\n"}

	got := runTool(t.Context(), adapters, "verify", "--run", "USR-01")
	got.wantStatus(t, 0)
	wantIn(t, got.stdout, append(reasons, "NOT RUN: postgres\n", "PASS: memory passed; postgres not run.")...)
	wantIn(t, got.stderr, "postgres: not run: cannot start postgres:17")

	for _, args := range [][]string{{"postgres"}, {"postgres", "memory"}, {"--dsn", "postgres://host/test"}} {
		got = runTool(t.Context(), adapters, append([]string{"verify", "--run", "USR-01"}, args...)...)
		got.wantStatus(t, exitFailed)
		wantIn(t, got.stdout, append(reasons, "FAILED, could not run: postgres\n", "\nFAIL: ")...)
	}

	got = runTool(t.Context(), []adapter{memoryAdapter(), missingAdapter("demanded")}, "verify", "--run", "USR-01")
	got.wantStatus(t, exitFailed)
	wantIn(t, got.stdout, "FAILED, could not run: demanded\n")
}

// A server that this machine has, but that does not start, is a failure even if the user
// did not name its adapter.
func TestBrokenStart(t *testing.T) {
	t.Parallel()
	d := memoryAdapter()
	d.name = "broken"
	d.start = func(context.Context, string) (*engine, error) { return nil, errors.New("password refused") }
	got := runTool(t.Context(), []adapter{memoryAdapter(), d}, "verify", "--run", "USR-01")
	got.wantStatus(t, exitFailed)
	wantIn(t, got.stdout, "FAILED, could not run: broken\n    password refused\n")
}

func TestDSN(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"postgres://me:secret@host/test":          "postgres://me:secret@host/test",
		"postgresql://me:secret@host/test":        "postgresql://me:secret@host/test",
		"postgres=host=h password=secret":         "host=h password=secret",
		"postgres=postgres://me:secret@host/test": "postgres://me:secret@host/test",
	} {
		d := undyingAdapter()
		d.name, d.schemes = "postgres", []string{"postgres", "postgresql"}
		var dsn string
		d.start = func(ctx context.Context, s string) (*engine, error) {
			dsn = s
			return startMemory(ctx, s)
		}
		got := runTool(t.Context(), []adapter{d}, "verify", "--dsn", value, "--run", "USR-06")
		got.wantStatus(t, exitFailed)
		if dsn != want {
			t.Errorf("--dsn %q: the adapter got %q", value, dsn)
		}
		wantIn(t, got.stdout, "Run it again: tenon verify postgres --dsn … --run '")
		if strings.Contains(got.stdout+got.stderr, "secret") {
			t.Errorf("--dsn %q: the password is shown:\n%s%s", value, got.stdout, got.stderr)
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	got := runTool(t.Context(), []adapter{memoryAdapter(), undyingAdapter(), missingAdapter("postgres")}, "verify", "--format", "json", "--run", "USR-0[16]")
	got.wantStatus(t, exitFailed)
	var r struct {
		Schema   int
		Suite    string
		Start    string
		Outcome  string
		Adapters []struct {
			Name, Engine, Version, Outcome, Reason, Remedy string
			Required                                       bool
			Counts                                         map[string]int
			Clauses                                        []struct {
				ID, Outcome string
				Checks      []struct {
					Check, Type, Outcome, Output string
					Duration                     *float64 `json:"duration_ms"`
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(got.stdout), &r); err != nil {
		t.Fatalf("%v in:\n%s", err, got.stdout)
	}
	if r.Schema != 1 || r.Suite != conformance.Version || r.Start != "2026-11-22T11:03:00Z" || r.Outcome != "failed" || len(r.Adapters) != 3 {
		t.Fatalf("%+v", r)
	}
	plan := conformance.Checks(memoryAdapter().subject)
	for i, want := range []string{"passed", "failed", "not run"} {
		d := r.Adapters[i]
		if d.Outcome != want {
			t.Errorf("%s: outcome %q, want %q", d.Name, d.Outcome, want)
		}
		var names []string
		for _, c := range d.Clauses {
			for _, check := range c.Checks {
				names = append(names, c.ID+"/"+check.Check+"/"+check.Type)
				if check.Duration == nil || check.Outcome == "failed" && check.Output == "" {
					t.Errorf("%s: %s: %+v", d.Name, c.ID, check)
				}
			}
		}
		if want != "not run" && strings.Join(names, "\n") != strings.Join(plan, "\n") {
			t.Errorf("%s: %d checks, not the %d of the plan in their order", d.Name, len(names), len(plan))
		}
	}
	if d := r.Adapters[2]; d.Reason != "cannot start postgres:17: no Docker engine answers" || d.Remedy != "What would help: start Docker; or name a running server in TENON_POSTGRES_DSN" || len(d.Clauses) != len(conformance.Clauses()) {
		t.Errorf("the adapter that could not run: %+v", d)
	}
}

// An error in the set-up, which would fail every check, is reported once.
func TestCannotBeJudged(t *testing.T) {
	t.Parallel()
	d := memoryAdapter()
	d.name = "forbidden"
	d.subject = conformance.NewSubject(func(t conformance.TB, _ conformance.Store, _ spec.Columns) spec.Adapter {
		t.Fatal("making a schema: permission denied")
		return nil
	})
	got := runTool(t.Context(), []adapter{memoryAdapter(), d}, "verify", "--run", "USR-01")
	got.wantStatus(t, exitFailed)
	wantIn(t, got.stdout, "FAILED, could not run: forbidden\n    conformance: the adapter was not judged", "\n    making a schema: permission denied\n", "\nFAIL: memory passed; forbidden not run.")
	if n := strings.Count(got.stdout, "permission denied"); n != 1 {
		t.Errorf("said %d times:\n%s", n, got.stdout)
	}
}

// Of several failures of one kind, one is shown in full and the others are counted.
func TestFailuresFold(t *testing.T) {
	t.Parallel()
	got := runTool(t.Context(), []adapter{undyingAdapter()}, "verify", "--run", "USR|REF")
	got.wantStatus(t, exitFailed)
	wantIn(t, got.stdout, " more like it: ")
	if shown, failed := strings.Count(got.stdout, "FAILED undying: "), strings.Count(got.stdout, "\n"); shown > 15 || failed > 300 {
		t.Errorf("%d failures in full, %d lines", shown, failed)
	}
}

// An interrupt ends the running checks, cleans up after them and after the adapter, and
// starts no other adapter. There still is a report.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var opened, cleaned, stopped atomic.Int64
	d := stallingAdapter(interrupt, &opened, &cleaned)
	d.start = func(ctx context.Context, dsn string) (*engine, error) {
		e, err := startMemory(ctx, dsn)
		if err == nil {
			e.stop = func() error { stopped.Add(1); return nil }
		}
		return e, err
	}
	next := memoryAdapter()
	next.name = "next"
	next.start = func(context.Context, string) (*engine, error) {
		t.Error("an adapter was started after the interrupt")
		return nil, errors.New("started")
	}
	got := runTool(ctx, []adapter{d, next}, "verify", "--parallel", "1")
	got.wantStatus(t, exitInterrupted)
	wantIn(t, got.stdout, "INTERRUPTED: ", "Checks not run\n  stalling: interrupted", "interrupted before its turn came")
	wantIn(t, got.stderr, "interrupted: ")
	if opened.Load() == 0 || cleaned.Load() != opened.Load() || stopped.Load() != 1 {
		t.Errorf("%d stores opened, %d cleaned up, %d adapters stopped", opened.Load(), cleaned.Load(), stopped.Load())
	}
}

// stallingAdapter interrupts the run when the first store is opened. Its stores open
// after the interrupt has reached them.
func stallingAdapter(interrupt func(), opened, cleaned *atomic.Int64) adapter {
	d := memoryAdapter()
	d.name = "stalling"
	d.subject = conformance.NewSubject(func(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
		opened.Add(1)
		t.Cleanup(func() { cleaned.Add(1) })
		interrupt()
		<-t.Context().Done()
		return openMemory(t, s, columns)
	})
	return d
}

func TestInterruptWhileStarting(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	d := memoryAdapter()
	d.start = func(ctx context.Context, _ string) (*engine, error) {
		interrupt()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	got := runTool(ctx, []adapter{d}, "verify")
	got.wantStatus(t, exitInterrupted)
	wantIn(t, got.stdout, "interrupted while it started", "INTERRUPTED: ")
}

func TestLeftBehind(t *testing.T) {
	t.Parallel()
	d := memoryAdapter()
	d.start = func(ctx context.Context, dsn string) (*engine, error) {
		e, err := startMemory(ctx, dsn)
		if err == nil {
			e.stop = func() error { return errors.New("the container is still there") }
		}
		return e, err
	}
	got := runTool(t.Context(), []adapter{d}, "verify", "--run", "USR-01")
	got.wantStatus(t, exitFailed)
	wantIn(t, got.stdout, "PASS: ")
	wantIn(t, got.stderr, "tenon: cannot clean up: memory: the container is still there\n")
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestReportCannotBeWritten(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"verify", "--run=USR-01"}, {"verify", "--run=USR-01", "--format=json"}, {"verify", "--list"}} {
		var stderr strings.Builder
		tool := newTool([]adapter{memoryAdapter()})
		tool.stdout, tool.stderr = broken{}, &stderr
		if got := tool.run(t.Context(), args); got != int(exitFailed) {
			t.Errorf("%q: exit status %d, want %d", args, got, exitFailed)
		}
		wantIn(t, stderr.String(), "tenon: ", os.ErrClosed.Error())
	}
}
