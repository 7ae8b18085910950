// Package servertest is what the tests of our adapters on servers share. Each
// engine's are a package of their own in adapters/, so that none meets go
// test's limit of ten minutes.
package servertest

import (
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

// JudgeRich runs the suite with one of its three pairs of attribute types, the
// one that has every kind: what a setting changes is how values and errors
// travel, and all three on all settings would take a quarter of an hour.
// Several checks run at a time.
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
