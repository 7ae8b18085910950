package memory_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// README.md shows this test to people who write an adapter of their own.
func TestConformance(t *testing.T) {
	conformance.Run(t, conformance.NewSubject(open), conformance.Options{Waivers: waivers})
}

// Clauses that need a driver or a server, which the adapter does not have.
var waivers = []conformance.Waiver{
	{Clause: "ERR-03/errors_as_finds_the_drivers_error", Reason: "there is no driver"},
	{Clause: "ERR-05", Reason: "there is nothing to be cut off from"},
	{Clause: "ERR-06", Reason: "there is no answer to lose"},
}

func open(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	return memory.NewAdapter(columns) // yours here: s.Name tells stores apart
}

// TestConformanceOfSessions judges the adapter without users. It is for the rich
// attribute types only: TestConformance judges the same code with the others. TestConformance
// also judges how updates, swaps, deletes and sweeps race, since only creating a session
// looks for a user.
func TestConformanceOfSessions(t *testing.T) {
	match := func(name string) bool { return strings.HasSuffix(name, "/rich") && !elsewhere.MatchString(name) }
	conformance.Run(t, conformance.NewSessionSubject(openSessions), conformance.Options{Waivers: waivers, Match: match})
}

var elsewhere = regexp.MustCompile("^(CON-0[23]|LEA-0[67]|SWP-0[56]|(SES-05|LEA-01)/.*never_seen_half_done)")

func openSessions(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.SessionAdapter {
	return memory.NewAdapter(columns)
}
