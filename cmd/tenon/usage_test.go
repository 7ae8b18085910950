package main

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tenon-go/tenon/conformance"
)

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	adapters := []adapter{memoryAdapter(), missingAdapter("postgres")}
	for _, test := range []struct {
		args string
		want string
	}{
		{"nosuch", `unknown command "nosuch"`},
		{"--nosuch", "unknown flag: --nosuch (see tenon --help)"},
		{"bench nosuch", `unknown adapter "nosuch": the adapters are memory, postgres`},
		{"bench --time -1s", "--time must not be negative"},
		{"bench --sessions 9", "--sessions must be at least 10"},
		{"bench --format yaml", `--format "yaml": the formats are json, text`},
		{"bench --dsn memory=secret", "--dsn: no adapter named here accepts this DSN"},
		{"bench --dsn=postgres://me:secret@host/test --dsn postgresql://secret", "--dsn: given twice for postgres"},
		{"bench memory --dsn postgres://secret", "--dsn: postgres is not among the adapters named"},
		{"verify --nosuch", "unknown flag: --nosuch (see tenon verify --help)"},
		{"verify nosuch", `unknown adapter "nosuch": the adapters are memory, postgres`},
		{"verify memory nosuch", `unknown adapter "nosuch"`},
		{"verify memory:1", `unknown adapter "memory:1": the adapters are memory, postgres`},
		{"verify --run", "flag needs an argument: --run"},
		{"verify --run SES-99", `--run "SES-99" matches no check`},
		{"verify --run USR-01/create/rich/more", "matches no check"},
		{"verify --run USR-(", `--run "USR-("`},
		{"verify --list --run SES-99", "matches no check"},
		{"verify --parallel 0", "--parallel 0: must be at least 1"},
		{"verify --format yaml", `--format "yaml": the formats are json, text`},
		{"verify --list --format json", "[format list]"},
		{"verify --environment --list", "[environment list]"},
		{"verify --environment --run SES", "[environment run]"},
		{"verify --environment --format yaml", `--format "yaml": the formats are json, text`},
		{"verify --environment", "--environment: name a server with --dsn, or in TENON_POSTGRES_DSN"},
		{"verify nosuch --environment", `unknown adapter "nosuch"`},
		{"verify --environment --dsn memory=secret", "--dsn: no adapter named here accepts this DSN"},
		{"verify --dsn mysql://me:secret@host/test", "--dsn: no adapter named here accepts this DSN; accepted are: postgres://…, postgresql://…, postgres=…"},
		{"verify --dsn memory=secret", "--dsn: no adapter named here accepts this DSN"},
		{"verify --dsn host=secret", "--dsn: no adapter named here accepts this DSN"},
		{"verify --dsn postgres=", "--dsn: empty for postgres"},
		{"verify memory --dsn postgres://secret", "--dsn: postgres is not among the adapters named"},
		{"verify memory --dsn nosuch://secret", "--dsn: no adapter named here accepts this DSN; accepted are: none"},
		{"verify postgres://me:secret@host/test", `unknown adapter "…": the adapters are memory, postgres`},
		{"verify postgres=password=secret", `unknown adapter "…"`},
		{"verify -dsn=postgres://me:secret@host/test", "unknown shorthand flag: 'd' in …"},
		{"postgres://me:secret@host/test", "unknown command"},
		{"verify --dns=postgres://me:secret@host/test", "unknown flag: --dns (see"},
		{"verify --list=postgres://me:secret@host/test", "--list"},
		{"new", "say what to generate: tenon new adapter NAME"},
		{"new thing", `unknown command "thing" for "tenon new"`},
		{"new adapter", "name one adapter: tenon new adapter NAME"},
		{"new adapter a b", "name one adapter"},
		{"new adapter Badger", `"Badger" cannot name an adapter: it names the package too, so use at most 30 lowercase letters`},
		{"new adapter my-sql", "lowercase letters and digits"},
		{"new adapter ../up", "lowercase letters and digits"},
		{"new adapter 1st", "beginning with a letter"},
		{"new adapter range", `"range" cannot name an adapter: it already has a meaning in Go`},
		{"new adapter ledger --kind graph", `--kind "graph": the kinds are kv, server, sessions, sql`},
		{"new adapter ledger --module /ledger", `--module "/ledger" is not a module path`},
		{"new adapter ledger --tenon /nosuch", "--tenon: open /nosuch/go.mod: no such file"},
		{"new adapter ledger --tenon .", "--tenon: "}, // another module of this repository

		{"verify --dsn postgres://secret --dsn postgresql://secret", "--dsn: given twice for postgres"},
	} {
		got := runTool(t.Context(), adapters, strings.Fields(test.args)...)
		got.wantStatus(t, exitUsage)
		if got.stdout != "" || strings.Count(got.stderr, "\n") != 1 || !strings.HasPrefix(got.stderr, "tenon: ") ||
			!strings.Contains(got.stderr, test.want) || strings.Contains(got.stderr, "secret") {
			t.Errorf("tenon %s: want one line with %q and no secret; got:\n%s%s", test.args, test.want, got.stdout, got.stderr)
		}
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	adapters := allAdapters()
	for _, args := range []string{"", "--help", "help", "verify --help", "help verify", "explain --help", "sweep --help",
		"new --help", "new adapter --help", "bench --help", "man --help"} {
		got := runTool(t.Context(), adapters, strings.Fields(args)...)
		got.wantStatus(t, 0)
		wantIn(t, got.stdout, "Usage:\n  tenon ")
		if strings.Contains(args, "verify") {
			wantIn(t, got.stdout, "  memory           the reference model", "  postgres         ", "--run", "--list", "--dsn", "--format", "TENON_REQUIRE",
				"Other users of this machine can see a password", "TENON_POSTGRES_DSN", "TENON_VALKEY_URL")
		}
		for line := range strings.Lines(got.stdout) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
				t.Errorf("tenon %s: a line of %d columns: %s", args, n, line)
			}
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	got := runTool(t.Context(), []adapter{memoryAdapter()}, "--version")
	got.wantStatus(t, 0)
	if !strings.HasPrefix(got.stdout, "tenon ") || !strings.Contains(got.stdout, ", conformance suite "+conformance.Version+", go1.") {
		t.Errorf("got %q", got.stdout)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	plan := conformance.Checks(memoryAdapter().subject)

	got := runTool(t.Context(), []adapter{memoryAdapter(), missingAdapter("postgres")}, "verify", "--list")
	got.wantStatus(t, 0)
	if got.stdout != strings.Join(plan, "\n")+"\n" || got.stderr != "" {
		t.Errorf("not the plan:\n%s%s", got.stdout, got.stderr)
	}

	got = runTool(t.Context(), []adapter{memoryAdapter()}, "verify", "--list", "--run", "USR-02//rich")
	got.wantStatus(t, 0)
	if got.stdout != "USR-02/taken_id_is_exists_and_untouched/rich\n" {
		t.Errorf("not what was chosen:\n%s", got.stdout)
	}

	got = runTool(t.Context(), []adapter{memoryAdapter(), sessionsAdapter()}, "verify", "--list")
	got.wantStatus(t, 0)
	ofAll, ofSessions, ok := strings.Cut(got.stdout, "\nsessions:")
	if !ok || !strings.HasPrefix(ofAll, "memory:\n  USR-01/") {
		t.Fatalf("not a list for each adapter:\n%s", got.stdout)
	}
	if strings.Count(ofAll, "\n") != len(plan) || strings.Contains(ofSessions, "USR-02") {
		t.Errorf("wrong lists:\n%s", got.stdout)
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	tool := newTool([]adapter{memoryAdapter(), undyingAdapter(), sessionsAdapter()})
	for args, want := range map[string]string{
		"":                         "memory undying sessions",
		"sessions":                 "sessions",
		"sessions memory sessions": "sessions memory",
	} {
		list, err := tool.findAdapters(strings.Fields(args))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range list {
			got = append(got, a.name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %q", args, got, want)
		}
	}
}

// The command's adapters have names that are easy to type, and no two have the same
// scheme.
func TestAdapters(t *testing.T) {
	t.Parallel()
	var seen []string
	for _, d := range allAdapters() {
		if d.summary == "" || d.start == nil || strings.ContainsAny(d.name, " =/") {
			t.Errorf("adapter %q is not whole", d.name)
		}
		for _, name := range append([]string{d.name + "="}, d.schemes...) {
			if slices.Contains(seen, name) {
				t.Errorf("%q is taken twice", name)
			}
			seen = append(seen, name)
		}
		if len(conformance.Checks(d.subject)) == 0 {
			t.Errorf("adapter %q has no checks", d.name)
		}
	}
}

// The command that a failure prints works in the current directory.
func TestCommandLine(t *testing.T) {
	for _, test := range []struct{ dir, program, want string }{
		{".", "./bin/tenon", "./bin/tenon"},
		{".", "/tmp/go-build123/b001/exe/tenon", "go run github.com/tenon-go/tenon/cmd/tenon"},
		{"../..", "/tmp/go-build123/b001/exe/tenon", "go run ./cmd/tenon"},
	} {
		t.Run(test.want, func(t *testing.T) {
			t.Chdir(test.dir)
			if got := commandLine(test.program); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
