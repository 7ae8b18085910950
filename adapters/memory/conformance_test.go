package memory_test

import (
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// Clauses that need a driver or a server, which the adapter does not have.
var waivers = []conformance.Waiver{
	{Clause: "ERR-03/errors_as_finds_the_drivers_error", Reason: "there is no driver, so no error of one"},
	{Clause: "ERR-05", Reason: "there is no server to be cut off from"},
	{Clause: "ERR-06", Reason: "no answer travels, so none is lost"},
}

func TestConformance(t *testing.T) {
	conformance.Run(t, conformance.NewSubject(open), conformance.Options{Waivers: waivers})
}

// TestConformanceOfSessions judges the adapter without users. It is for the rich
// attribute types only: TestConformance judges the same code with the others.
func TestConformanceOfSessions(t *testing.T) {
	rich := func(name string) bool { return strings.HasSuffix(name, "/rich") }
	conformance.Run(t, conformance.NewSessionSubject(openSessions), conformance.Options{Waivers: waivers, Match: rich})
}

func open(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.Adapter {
	return memory.NewAdapter(columns)
}

func openSessions(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.SessionAdapter {
	return memory.NewAdapter(columns)
}
