package environment_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tenon-go/tenon/internal/environment"
)

var update = flag.Bool("update", false, "write docs/settings.md again")

// docs/settings.md is generated from the results.
func TestPage(t *testing.T) {
	t.Parallel()
	var page bytes.Buffer
	if err := environment.WritePage(&page); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "..", "docs", "settings.md")
	if *update {
		if err := os.WriteFile(path, page.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, page.Bytes()) {
		t.Error("docs/settings.md is not what the results say: go test ./internal/environment -update")
	}
}

// No result is a fault: faults are mended and tried again.
func TestNoFault(t *testing.T) {
	t.Parallel()
	for _, engine := range environment.Engines() {
		results, err := environment.Judged(engine)
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[environment.Case]bool)
		for _, r := range results {
			if r.Outcome == environment.Fault || !slices.Contains(environment.Outcomes(), r.Outcome) {
				t.Errorf("%s: %+v", engine, r)
			}
			if seen[r.Case] {
				t.Errorf("%s: %+v is there twice", engine, r.Case)
			}
			seen[r.Case] = true
		}
	}
}

func settings(n int) []environment.Case {
	var cases []environment.Case
	for i := range n {
		cases = append(cases, environment.Case{Server: "A 1", Kind: "role", Name: fmt.Sprint("setting", i), Value: "on", Together: true})
	}
	return cases
}

// tries counts tries, and finds faults in the settings with these names.
type tries struct {
	mu     sync.Mutex
	bad    []string
	count  int
	widest int
}

func (s *tries) try(_ context.Context, cases []environment.Case) environment.Verdict {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	s.widest = max(s.widest, len(cases))
	names := make(map[string]bool)
	for _, c := range cases {
		if names[c.Name] {
			return environment.Verdict{Outcome: environment.Fault, Detail: "one setting has two values"}
		}
		names[c.Name] = true
	}
	for _, c := range cases {
		if slices.Contains(s.bad, c.Name) {
			return environment.Verdict{Outcome: environment.Refused, Detail: "it is bad"}
		}
	}
	return environment.Verdict{Outcome: environment.Holds}
}

func outcomes(results []environment.Result) map[string]environment.Outcome {
	found := make(map[string]environment.Outcome)
	for _, r := range results {
		found[r.Name+"="+r.Value] = r.Outcome
	}
	return found
}

// The bad cases among many are isolated in fewer tries than there are cases.
func TestHalves(t *testing.T) {
	t.Parallel()
	cases := settings(60)
	for _, c := range settings(60) { // with another value of each
		c.Value = "off"
		cases = append(cases, c)
	}
	s, log := &tries{bad: []string{"setting7", "setting30"}}, environment.NewLog()
	if err := environment.Judge(t.Context(), cases, log, 3, s.try); err != nil {
		t.Fatal(err)
	}
	found := outcomes(log.Results())
	if len(log.Results()) != len(cases) || len(found) != len(cases) {
		t.Fatalf("%d results of %d cases", len(log.Results()), len(cases))
	}
	for name, outcome := range found {
		want := environment.Holds
		if strings.HasPrefix(name, "setting7=") || strings.HasPrefix(name, "setting30=") {
			want = environment.Refused
		}
		if outcome != want {
			t.Errorf("%s: %s, want %s", name, outcome, want)
		}
	}
	if s.count > len(cases)/2 {
		t.Errorf("%d tries of %d cases", s.count, len(cases))
	}
}

// A case that must not be tried together with others is tried alone.
func TestAlone(t *testing.T) {
	t.Parallel()
	cases := settings(9)
	for i := range cases {
		cases[i].Together = false
	}
	s, log := &tries{}, environment.NewLog()
	if err := environment.Judge(t.Context(), cases, log, 2, s.try); err != nil {
		t.Fatal(err)
	}
	if s.count != len(cases) || s.widest != 1 {
		t.Errorf("%d tries of up to %d cases, want %d of one", s.count, s.widest, len(cases))
	}
}

// A run continues from the file of one that was cut short, even if its last line is
// incomplete.
func TestResume(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	cases := settings(9)
	for i := range cases {
		cases[i].Together = false
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := &tries{}
	log, err := environment.OpenLog(path)
	if err != nil {
		t.Fatal(err)
	}
	err = environment.Judge(ctx, cases, log, 1, func(ctx context.Context, c []environment.Case) environment.Verdict {
		if s.count == 4 {
			cancel()
			return environment.Verdict{Outcome: environment.Fault, Detail: "the context is done"}
		}
		return s.try(ctx, c)
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Judge returned %v", err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data[:len(data)-3], 0o666); err != nil {
		t.Fatal(err)
	}
	log, err = environment.OpenLog(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if got := len(log.Results()); got != 3 {
		t.Fatalf("%d results are left, want 3", got)
	}
	if err := environment.Judge(t.Context(), cases, log, 1, s.try); err != nil {
		t.Fatal(err)
	}
	if s.count != 10 {
		t.Errorf("%d tries, want one of each case, and another of the one that was cut short", s.count)
	}
	again, err := environment.OpenLog(path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if found := outcomes(again.Results()); len(found) != len(cases) {
		t.Errorf("%d results in the file, want %d", len(found), len(cases))
	}
}

// A file that is not a log is refused, and not changed.
func TestOpenLogOfAnotherFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	const text = "{\"server\": 3}\nnotes\n"
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := environment.OpenLog(path); err == nil {
		t.Error("the file was opened")
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != text {
		t.Errorf("the file has %q, %v", data, err)
	}
}

func TestSample(t *testing.T) {
	t.Parallel()
	var results []environment.Result
	for _, c := range settings(10) {
		results = append(results, environment.Result{Case: c, Verdict: environment.Verdict{Outcome: environment.Holds}})
	}
	results[4].Outcome, results[5].Outcome = environment.Refused, environment.NotRun
	var got []string
	for _, r := range environment.Sample(results, 4) {
		got = append(got, r.Name)
	}
	if want := []string{"setting0", "setting6", "setting4"}; !slices.Equal(got, want) {
		t.Errorf("Sample has %q, want %q", got, want)
	}
	for i := range results {
		results[i].Kind, results[i].Outcome = []string{"DSN", "role"}[i/5], environment.Holds
	}
	if got := environment.Sample(results, 9); len(got) != 2 || got[0].Name != "setting0" || got[1].Name != "setting6" {
		t.Errorf("Sample of two kinds has %+v, want the first of one and the second of the other", got)
	}
	if len(environment.Sample(results, 1)) != 10 {
		t.Error("Sample of every one is not all that were tried")
	}
}

func TestAgain(t *testing.T) {
	t.Parallel()
	var results []environment.Result
	add := func(name, value, server string, outcome environment.Outcome) {
		results = append(results, environment.Result{
			Case:    environment.Case{Server: server, Kind: "DSN", Name: name, Value: value},
			Verdict: environment.Verdict{Outcome: outcome},
		})
	}
	for _, name := range []string{"loc", "other", "strict"} {
		for _, server := range []string{"MariaDB 10.11", "MariaDB 11.8", "MySQL 9"} {
			add(name, "1", server, environment.Holds)
			add(name, "2", server, environment.Holds)
		}
		add(name, "3", "MySQL 9", environment.Refused)
		add(name, "4", "MySQL 9", environment.NotRun)
	}
	var got []string
	for _, r := range environment.Again(results, []string{"strict", "loc"}) {
		got = append(got, r.Name+"="+r.Value+" on "+r.Server)
	}
	want := []string{
		"loc=1 on MariaDB 10.11", "loc=1 on MySQL 9", "loc=3 on MySQL 9",
		"strict=1 on MariaDB 11.8", "strict=1 on MySQL 9", "strict=3 on MySQL 9",
	}
	if !slices.Equal(got, want) {
		t.Errorf("Again has %q, want %q", got, want)
	}
}
