// Package servertest has the code that the tests of our adapters on servers share.
// Each engine's tests are a package in adapters/, so that no package exceeds go
// test's limit of ten minutes.
package servertest

import (
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
)

// Main is for TestMain. It runs the tests, ends the servers and returns the exit code.
// First it sets the process's time zone to a remote one, so the clause about zones is
// judged in this process, and does not need another process and container. The heap of
// such a process is small, so collecting garbage less often saves time.
func Main(m *testing.M, servers *containers.Shared) (code int) {
	debug.SetGCPercent(800)
	time.Local = time.FixedZone("far", 12*60*60+45*60)
	return servers.Run(m)
}

// Judge runs the suite with the rich attribute types. With the other types it runs only
// the checks that create, update, read and migrate rows with their attributes, and those of
// thousands of rows, which have no attributes. What calls return for missing and taken
// rows, and how they delete, race or end, does not depend on types: the adapters in process,
// which run these checks with all types, show that. They also run the checks of the clauses
// that package spec keeps for every adapter, which Judge leaves out. Options.Match can leave
// out more.
func Judge(t *testing.T, subject conformance.Subject, options conformance.Options) {
	t.Helper()
	match := options.Match
	options.Match = func(name string) bool {
		return !keptByFront(name) && (match == nil || match(name)) &&
			(strings.HasSuffix(name, "/rich") || aboutTypes.MatchString(name) && !races.MatchString(name))
	}
	conformance.Run(t, subject, options)
}

var (
	aboutTypes   = regexp.MustCompile("^(USR-0[14]|SES-01/create|SES-05/update_(of|with)|SES-12/session_and_user|ATT-0[12356]|OPT-01|OPT-03/migrate_again|.*(thousand|hundreds))")
	races        = regexp.MustCompile("half_done|at_once|at_the_same_time|user_by_during")
	manySessions = regexp.MustCompile("^(SES|SWP|ATT)-.*(thousand|hundreds)")
)

// AboutManySessions reports whether a check is about thousands of sessions, and not about
// their users.
func AboutManySessions(name string) bool { return manySessions.MatchString(name) }

// keptByFront reports whether a check is of a clause that package spec keeps for every
// adapter. No broken adapter fails such a check.
func keptByFront(name string) bool {
	id, _, _ := strings.Cut(name, "/")
	return slices.ContainsFunc(conformance.Clauses(), func(c conformance.Clause) bool { return c.Front && c.ID == id })
}

// JudgeRich runs the suite with one of its three pairs of attribute types: the pair
// that has every kind. Several checks run at a time.
func JudgeRich(t *testing.T, subject conformance.Subject, options conformance.Options) {
	t.Helper()
	match := options.Match
	options.Match = func(name string) bool {
		return strings.HasSuffix(name, "/rich") && (match == nil || match(name))
	}
	judgeMatching(t, subject, options)
}

// JudgeManySessions runs the checks of [AboutManySessions], as JudgeRich does. They are
// cheapest where a session is created with a single write.
func JudgeManySessions(t *testing.T, subject conformance.Subject, options conformance.Options) {
	t.Helper()
	options.Match = AboutManySessions
	judgeMatching(t, subject, options)
}

// judgeMatching runs the checks that options.Match selects. It fails the test if it selects
// none.
func judgeMatching(t *testing.T, subject conformance.Subject, options conformance.Options) {
	t.Helper()
	options.Again = func(string) string { return "go test -run '^" + strings.ReplaceAll(t.Name(), "/", "$/^") + "$'" }
	results, err := conformance.Judge(t.Context(), subject, options)
	if err != nil {
		t.Fatal(err)
	}
	passed := 0
	for r := range results {
		switch {
		case r.Outcome == conformance.LeftOut:
		case r.Outcome == conformance.Passed:
			passed++
		case r.Bad():
			t.Errorf("%s %s\n%s", r.Name(), r.Outcome, r.Output)
		default:
			t.Logf("%s %s: %s", r.Name(), r.Outcome, r.Output)
		}
	}
	if passed == 0 {
		t.Error("no check passed")
	}
	t.Logf("%d checks passed", passed)
}
