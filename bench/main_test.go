package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/bench/report"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/internal/testing/scratch"
)

var servers containers.Shared

func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }

// few returns the flags of the shortest possible run.
func few(t *testing.T, engines string) (args []string, out string) {
	t.Helper()
	out = filepath.Join(t.TempDir(), "result.json")
	t.Setenv("TMPDIR", scratch.Dir(t))
	return []string{"-engines", engines, "-sessions", "60", "-time", "0", "-out", out}, out
}

// A run ends, its table has all calls, and the page is generated from its stored result.
func TestRun(t *testing.T) {
	args, out := few(t, "memory,http,sqlite")
	var table bytes.Buffer
	must(t, command(t.Context(), args, &table, io.Discard))
	wantText(t, table.String(), "SessionAndUser", "Session", "CreateSession", "SwapLease", "UpdateSession", "DeleteSession", "Request",
		"base: map", "base: store", "base: database/sql", "xsync", "sqlx", "scs sqlite3store", "gorilla", report.Legend)

	docs := t.TempDir()
	must(t, command(t.Context(), []string{"-report", out, "-docs", docs}, io.Discard, io.Discard))
	page, err := os.ReadFile(filepath.Join(docs, "performance.md"))
	must(t, err)
	wantText(t, string(page), "## Memory", "## SQLite", "### SwapLease", "60 sessions of 12 users", "(performance-http.svg)")
	for _, name := range []string{"memory", "http", "sqlite"} {
		chart, err := os.Open(filepath.Join(docs, "performance-"+name+".svg"))
		must(t, err)
		defer chart.Close()
		for d := xml.NewDecoder(chart); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("the chart of %s: %v", name, err)
			}
		}
	}
}

// A run on a server that the user names leaves nothing there, and counts round trips and
// bytes.
func TestRunOnPostgres(t *testing.T) {
	server := servers.Postgres(t, containers.PostgresOptions{})
	t.Setenv(containers.PostgresDSN, server.DSN)
	args, out := few(t, "postgres,expiry")
	must(t, command(t.Context(), args, io.Discard, io.Discard))
	wantNothingLeft(t, server.DSN)
	r, err := report.Read(out)
	must(t, err)
	if calls := r.Engines[1].Calls; len(calls) != 4 || len(calls[0].Figures) < 3 {
		t.Errorf("expiry: got %+v", calls)
	}
	for _, c := range r.Engines[0].Calls {
		if len(c.Figures) < 3 {
			t.Errorf("%s: %d did it", c.Name, len(c.Figures))
		}
		for _, f := range c.Figures {
			if f.Wire == nil || f.RoundTrips != 1 {
				t.Errorf("%s by %s: got %+v, want 1 round trip", c.Name, f.Competitor, f.Wire)
			}
		}
	}
}

// On Redis, only sessions are measured, against rows that go-redis writes itself. Each
// call for one session is one round trip, and no key is left.
func TestRunOnRedis(t *testing.T) {
	server := servers.Redis(t, containers.RedisOptions{})
	t.Setenv(containers.RedisURL, server.DSN)
	args, out := few(t, "redis")
	must(t, command(t.Context(), args, io.Discard, io.Discard))
	r, err := report.Read(out)
	must(t, err)
	if calls := r.Engines[0].Calls; len(calls) != 5 || calls[0].Name != "Session" {
		t.Errorf("got %+v", calls)
	}
	for _, c := range r.Engines[0].Calls {
		for _, f := range c.Figures {
			if f.Wire == nil || f.RoundTrips != 1 {
				t.Errorf("%s by %s: got %+v, want 1 round trip", c.Name, f.Competitor, f.Wire)
			}
		}
	}
	must(t, command(t.Context(), args, io.Discard, io.Discard)) // refuses a database with keys
}

// wantNothingLeft fails t if a run has left a schema on the server.
func wantNothingLeft(t *testing.T, dsn string) {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	must(t, err)
	defer db.Close()
	var left int
	must(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_namespace WHERE nspname LIKE '%bench%'").Scan(&left))
	if left != 0 {
		t.Errorf("it left %d schemas behind", left)
	}
}

// An interrupted run keeps its results and removes what it has created.
func TestInterrupted(t *testing.T) {
	args, out := few(t, "sqlite")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := command(ctx, args, io.Discard, writerFunc(func(p []byte) {
		if bytes.Contains(p, []byte("CreateSession")) {
			cancel()
		}
	}))
	if err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("got %v, want that it was interrupted", err)
	}
	r, err := report.Read(out)
	must(t, err)
	if calls := r.Engines[0].Calls; r.Complete || len(calls) != 2 || calls[1].Name != "Session" {
		t.Errorf("got %d calls, complete: %v; want the two before the interrupt", len(calls), r.Complete)
	}
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	must(t, err)
	if len(left) != 0 {
		t.Errorf("it left %v behind", left)
	}
}

// The page in docs and its charts are current: they are generated from the stored result.
func TestPageIsCurrent(t *testing.T) {
	r, err := report.Read("../docs/performance.json")
	must(t, err)
	made := r.Page()
	for name, want := range made {
		got, err := os.ReadFile(filepath.Join("../docs", name))
		must(t, err)
		if string(got) != want {
			t.Errorf("docs/%s is not current: go run ./bench -report docs/performance.json", name)
		}
	}
	charts, err := filepath.Glob("../docs/performance*.svg")
	must(t, err)
	for _, chart := range charts {
		if _, ok := made[filepath.Base(chart)]; !ok {
			t.Errorf("%s is of no engine in the result", chart)
		}
	}
}

// The matrix in docs/choosing.md is current: it is generated from the kept report and the
// stored result. The report is of this version of the suite, and every adapter in it
// passed.
func TestChoosingIsCurrent(t *testing.T) {
	const again = "go run ./cmd/tenon verify --report out && go run ./bench -judged out/report.json"
	j, err := report.ReadJudged("../docs/choosing.json")
	must(t, err)
	if j.Suite != conformance.Version || j.Outcome != "passed" {
		t.Errorf("docs/choosing.json is of suite %s, which %s; this is %s: %s", j.Suite, j.Outcome, conformance.Version, again)
	}
	for _, a := range j.Adapters {
		if a.Outcome != "passed" {
			t.Errorf("%s: %s", a.Name, a.Outcome)
		}
	}
	r, err := report.Read("../docs/performance.json")
	must(t, err)
	text, err := os.ReadFile("../docs/choosing.md")
	must(t, err)
	want, err := j.Choosing(string(text), r)
	must(t, err)
	if want != string(text) {
		t.Errorf("docs/choosing.md is not current: %s", again)
	}
	wantText(t, string(text), "| **sqlite** |", "| **postgres** |", "| **valkey** |")
}

func TestBadArguments(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"-engines oracle", `unknown engine "oracle": the engines are memory,`},
		{"-calls Sessions", `unknown call "Sessions": the calls are SessionAndUser,`},
		{"-engines http -calls Session", "none of these engines has one of these calls"},
		{"-sessions -1", "-sessions and -users must be positive"},
		{"-scale -sessions 5", "-sessions must be 10 or more"},
		{"-scale -report none.json", "none.json"},
		{"sqlite", `unexpected argument "sqlite"`},
		{"-report none.json", "none.json"},
		{"-judged none.json", "none.json"},
	} {
		err := command(t.Context(), strings.Fields(test.args), io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.args, err, test.want)
		}
	}
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) { f(p); return len(p), nil }

func wantText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in:\n%s", part, text)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
