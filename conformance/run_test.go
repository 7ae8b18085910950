package conformance_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// brokenVariable names the fault of the adapter that TestBroken tests in another process.
// Tests compare the output of go test, which is what an author sees.
const (
	brokenVariable   = "TENON_CONFORMANCE_BROKEN"
	watchdogVariable = "TENON_CONFORMANCE_WATCHDOG"
)

var faults = map[string]func(*faulty){
	"raw": returnsRaw,
	"everything": func(f *faulty) {
		broken := func() error { return errors.New("everything is broken: " + strings.Repeat("x", 1000)) }
		created := 0
		f.createUser = func(ctx context.Context, u spec.UserRow) error {
			if created++; created > 1 || len(u.Attributes) > 0 {
				return broken()
			}
			return f.Adapter.CreateUser(ctx, u)
		}
	},
	"none":  func(*faulty) {},
	"hangs": func(f *faulty) { f.deleteUser = hangs },
	"unlike": func(f *faulty) {
		f.createUser = func(context.Context, spec.UserRow) error { return errors.New("no rights") }
	},
}

// Under go test the badge is an artifact and subtests have attributes.
func TestRunArtifacts(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]struct{ color, message, outcome string }{
		"raw":  {`"red"`, "core@1.0 failed: ", "failed"},
		"none": {`"lightgrey"`, "core@1.0 judged in part: ", "passed"},
	} {
		dir := t.TempDir()
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestBroken$/^USR-0[13]$", "-test.count=1", "-test.v", "-test.artifacts", "-test.outputdir", dir)
		cmd.Env = append(os.Environ(), brokenVariable+"="+fault)
		output, err := cmd.CombinedOutput()
		if passed := err == nil; passed != (want.outcome == "passed") {
			t.Errorf("%s: %v\n%s", fault, err, output)
		}
		wantText(t, string(output), "=== ATTR  TestBroken suite "+conformance.Version+"\n", "=== ATTR  TestBroken profile core@1.0\n",
			"=== ATTR  TestBroken/USR-03/absent_is_not_found_and_stays_absent/rich clause USR-03\n",
			"=== ATTR  TestBroken/USR-03/absent_is_not_found_and_stays_absent/rich outcome "+want.outcome+"\n")
		badges, err := filepath.Glob(filepath.Join(dir, "_artifacts", "*", "badge.json"))
		if err != nil || len(badges) != 1 {
			t.Fatalf("%s: badges %q, %v; output\n%s", fault, badges, err, output)
		}
		badge, err := os.ReadFile(badges[0])
		if err != nil {
			t.Fatal(err)
		}
		wantText(t, string(badge), want.message, " left out", want.color)
	}
}

func TestBroken(t *testing.T) {
	fault, ok := faults[os.Getenv(brokenVariable)]
	if !ok {
		t.Skip("not the process of another test")
	}
	watchdog, _ := time.ParseDuration(os.Getenv(watchdogVariable))             // 0 if it is not set
	rich := func(name string) bool { return strings.HasSuffix(name, "/rich") } // the other types would show nothing new
	results := conformance.Run(t, broken(fault), conformance.Options{Watchdog: watchdog, Match: rich, Waivers: []conformance.Waiver{
		{Clause: "ERR-03/errors_as_finds_the_drivers_error", Reason: "no driver"},
		{Clause: "ERR-05", Reason: "no outage"},
		{Clause: "ERR-06", Reason: "no answers"},
	}})
	var names []string
	for _, r := range results {
		names = append(names, r.Name())
	}
	if !slices.Equal(names, conformance.Checks(broken(fault))) {
		t.Errorf("Run returned %d results, not one for each check in their order", len(names))
	}
}

// runBroken returns the output of go test for an adapter with this fault.
func runBroken(t *testing.T, fault, watchdog, timeout string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestBroken$", "-test.count=1", "-test.timeout", timeout)
	cmd.Env = append(os.Environ(), brokenVariable+"="+fault, watchdogVariable+"="+watchdog)
	output, err := cmd.CombinedOutput()
	if err == nil {
		t.Errorf("%s: the run passed", fault)
	}
	return string(output)
}

// If everything fails for one reason, the reason is printed once, and the other failures
// are short.
func TestRunFolds(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"raw", "everything"} {
		output := runBroken(t, fault, "", "10m")
		failed, long := strings.Count(output, "--- FAIL: TestBroken/"), strings.Count(output, "Why: ")
		if failed < 60 || long > failed/10 {
			t.Errorf("%s: %d lines of failures, %d in full", fault, failed, long)
		}
		if len(output) > 100_000 {
			t.Errorf("%s: %d bytes of output", fault, len(output))
		}
		wantText(t, output, "fails like ", "checks passed, ", " checks failed like ")
		wantPlaces(t, output)
	}
}

// wantPlaces fails t unless all messages in go test's output have the author's line,
// which calls Run, and not a line of the suite.
func wantPlaces(t *testing.T, output string) {
	t.Helper()
	places := regexp.MustCompile(`(?m)^ +(\w+\.go):\d+: `).FindAllStringSubmatch(output, -1)
	if len(places) == 0 {
		t.Error("no failure has a place")
	}
	for _, place := range places {
		if place[1] != "run_test.go" {
			t.Errorf("a failure is said to be in %s", place[1])
			return
		}
	}
}

// If the preflight fails, only its error is printed.
func TestRunStopsAtPreflight(t *testing.T) {
	t.Parallel()
	output := runBroken(t, "unlike", "", "10m")
	wantText(t, output, "--- FAIL: TestBroken", "the adapter was not judged", "caused by *errors.errorString \"no rights\"")
	wantPlaces(t, output)
	if n := strings.Count(output, "\n"); n > 15 || strings.Contains(output, "TestBroken/") {
		t.Errorf("said in %d lines:\n%s", n, output)
	}
}

// After three hung checks no more are run.
func TestRunHangs(t *testing.T) {
	t.Parallel()
	output := runBroken(t, "hangs", "1s", "10m")
	wantText(t, output, "hung: in DeleteUser, not done after 1s", "conformance_test.hangs", "checks passed, ", "not run: 3 checks hung before its turn came")
}

// The report is printed before go test's own panic, because the time limit of a check
// depends on the deadline.
func TestRunHangsUntilTheDeadline(t *testing.T) {
	t.Parallel()
	output := runBroken(t, "hangs", "", "12s")
	wantText(t, output, "hung: in DeleteUser, not done after ", "conformance_test.hangs", "checks passed, ", "not run: go test's -timeout was near", "A check that did not run does not pass")
	if strings.Contains(output, "test timed out") {
		t.Error("go test's panic came before the report")
	}
}
