package main

import (
	"context"
	"errors"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/report"
	"github.com/tenon-go/tenon/internal/environment"
)

// wantFiles fails t unless the files of the report are in dir, with these texts in
// report.html.
func wantFiles(t *testing.T, dir string, texts ...string) {
	t.Helper()
	for _, name := range []string{"report.html", "report.json", "report.md", "junit.xml", "badge.json"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
		}
		if strings.Contains(string(data), "secret") {
			t.Errorf("%s has the DSN", name)
		}
		if name == "report.html" {
			wantIn(t, string(data), texts...)
		}
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "out")
	got := runTool(t.Context(), []adapter{memoryAdapter(), undyingAdapter(), missingAdapter("postgres")}, "verify", "--run", "USR", "--report", dir)
	got.wantStatus(t, exitFailed)
	wantIn(t, got.stdout, "FAIL: memory passed; undying failed; postgres not run.")
	wantIn(t, got.stderr, "report.html", report.BadgeMarkdown)
	wantFiles(t, dir, "USR-06/delete_takes_the_sessions_along_and_no_others/rich", "no Docker engine answers", "in this process",
		"<code>tenon verify --run &#39;USR&#39; --report out</code>")
}

// The report on a user's server contains neither the server's name nor its DSN. With
// --format json, the standard output has only JSON.
func TestReportOfServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := undyingAdapter()
	d.name, d.schemes, d.modules, d.surroundings = "postgres", []string{"postgres"}, []string{pgxModule}, aroundPostgres()
	d.start = func(ctx context.Context, dsn string) (*engine, error) {
		e, err := startMemory(ctx, dsn)
		if err == nil {
			e.settings = func(context.Context) ([]environment.Case, error) {
				return []environment.Case{{Server: "PostgreSQL 17", Name: "fsync", Value: "off"}, {Name: "search_path", Value: "secret"}, {Name: "nosuch", Value: "secret"}}, nil
			}
		}
		return e, err
	}
	got := runTool(t.Context(), []adapter{d}, "verify", "postgres", "--dsn", "postgres://me:secret@host/test", "--run", "USR-01", "--format", "json", "--report", dir)
	got.wantStatus(t, 0)
	if !strings.HasPrefix(got.stdout, "{") || !strings.HasSuffix(got.stdout, "}\n") {
		t.Errorf("the standard output is no JSON: %s", got.stdout)
	}
	wantFiles(t, dir, "verify postgres --dsn … --run", "jackc/pgx")
	data, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil || string(data) != got.stdout {
		t.Errorf("report.json is not what --format json writes: %v", err)
	}
}

func TestReportOfInterrupt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var opened, cleaned atomic.Int64
	got := runTool(ctx, []adapter{stallingAdapter(interrupt, &opened, &cleaned), memoryAdapter()}, "verify", "--report", dir)
	got.wantStatus(t, exitInterrupted)
	wantFiles(t, dir, "Interrupted", "interrupted before its turn came")
	badge, err := os.ReadFile(filepath.Join(dir, "badge.json"))
	if err != nil || !strings.Contains(string(badge), "interrupted") || strings.Contains(string(badge), "green") {
		t.Errorf("the badge is %s, %v", badge, err)
	}
}

// A folder in which the report cannot be written is an error before any check runs.
func TestReportNowhere(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	d := memoryAdapter()
	d.start = func(context.Context, string) (*engine, error) {
		t.Error("an adapter was started")
		return nil, errors.New("started")
	}
	for _, args := range [][]string{{"--report", file}, {"--report", t.TempDir(), "--list"}, {"--report", t.TempDir(), "--environment"}} {
		got := runTool(t.Context(), []adapter{d}, append([]string{"verify"}, args...)...)
		got.wantStatus(t, exitUsage)
		wantIn(t, got.stderr, "report")
	}
}

func TestShownValue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value string
		exact bool
		want  string
	}{
		{"/home/ann", false, "(not shown)"}, {"/home/ann", true, "/home/ann"},
		{"500", false, "500"}, {"OFF", false, "OFF"}, {"db1.example.com", false, "(not shown)"},
	} {
		s := environment.Standing{Case: environment.Case{Value: test.value}, Exact: test.exact}
		if got := shownValue(s); got != test.want {
			t.Errorf("%q: got %q", test.value, got)
		}
	}
}

// TestReportPage compares docs/report.html with the code: the version of the suite, the
// adapters, and each of their clauses and checks.
func TestReportPage(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/report.html")
	if err != nil {
		t.Fatal(err)
	}
	const again = "; write it again from the top of the clone, with all servers: go run ./cmd/tenon verify --report out && cp out/report.html docs"
	page := string(data)
	if !strings.Contains(page, `<meta name="tenon-suite" content="`+conformance.Version+`">`) {
		t.Errorf("docs/report.html is not of suite %s%s", conformance.Version, again)
	}
	if !strings.Contains(page, "✓</span> Passed</span></h1>") {
		t.Error("docs/report.html is of a run that did not pass")
	}
	adapters, err := newTool(allAdapters()).findAdapters(nil)
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(page, `<section class="adapter" data-name="`)[1:]
	if len(sections) != len(adapters) {
		t.Fatalf("docs/report.html is about %d adapters, there are %d%s", len(sections), len(adapters), again)
	}
	for i, a := range adapters {
		if !strings.HasPrefix(sections[i], a.name+`"`) {
			t.Errorf("docs/report.html has another adapter in the place of %s%s", a.name, again)
		}
		got, want := pageChecks(sections[i]), conformance.Checks(a.subject)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("docs/report.html has not the checks of %s%s", a.name, again)
		}
	}
	text := html.UnescapeString(page)
	for _, c := range conformance.Clauses() {
		if !strings.Contains(page, ">"+c.ID+"</a>") || !strings.Contains(text, c.Text) || !strings.Contains(text, "Why: "+c.Reason) {
			t.Errorf("docs/report.html does not have %s as it is%s", c.ID, again)
		}
	}
}

var (
	clauseOnPage = regexp.MustCompile(`(?s)<a class="id" href="[^"]*">([A-Z]+-[0-9]+)</a>(.*?)</ul>`)
	checkOnPage  = regexp.MustCompile(`</span></span> ([^<]*) <small>([^<]*)</small>`)
)

// pageChecks returns the names of the checks in the section of an adapter.
func pageChecks(section string) []string {
	var names []string
	for _, clause := range clauseOnPage.FindAllStringSubmatch(section, -1) {
		for _, check := range checkOnPage.FindAllStringSubmatch(clause[2], -1) {
			types, _, _ := strings.Cut(check[2], ";") // before the number of rounds
			for typ := range strings.SplitSeq(types, ", ") {
				names = append(names, clause[1]+"/"+strings.ReplaceAll(check[1], " ", "_")+"/"+typ)
			}
		}
	}
	return names
}
