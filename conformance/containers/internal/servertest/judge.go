// Package servertest is what the tests of our adapters on servers share. Each
// engine's are a package of their own in adapters/, so that none meets go
// test's limit of ten minutes.
package servertest

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
)

// Main is for TestMain. It puts the process into a far zone, so that the clause
// about it is judged here rather than in a process, and a container, of its
// own; runs the tests and ends the servers.
func Main(m *testing.M, servers *containers.Shared) (code int) {
	time.Local = time.FixedZone("far", 12*60*60+45*60)
	return servers.Run(m)
}

// Judge runs the suite with the rich attribute types, with the other types the clauses
// about rows, attributes and their errors, and the sweeps of many rows, which have no
// attributes. How an adapter's calls race or end does not depend on types: the
// adapters in process, which are judged by everything with all types, show that.
func Judge(t *testing.T, subject conformance.Subject, options conformance.Options) {
	t.Helper()
	options.Match = func(name string) bool {
		return strings.HasSuffix(name, "/rich") || aboutTypes.MatchString(name)
	}
	conformance.Run(t, subject, options)
}

var aboutTypes = regexp.MustCompile("^(USR|SES|ATT|OWN|OPT|ERR-0[12]|SWP-02/a_sweep_of_(thousands|hundreds))")

// JudgeRich runs the suite with one of its three pairs of attribute types, the
// one that has every kind. Several checks run at a time.
func JudgeRich(t *testing.T, subject conformance.Subject, options conformance.Options) {
	t.Helper()
	match := options.Match
	options.Match = func(name string) bool {
		return strings.HasSuffix(name, "/rich") && (match == nil || match(name))
	}
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
