package memory_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/scratch"
	"github.com/tenon-go/tenon/spec"
)

// What needs a driver or a server that the adapter does not have.
var waivers = []conformance.Waiver{
	{Clause: "ERR-03", Reason: "there is no driver, so no error of one"},
	{Clause: "ERR-05", Reason: "there is no server to be cut off from"},
	{Clause: "ERR-06", Reason: "no answer travels, so none is lost"},
}

func TestConformance(t *testing.T) {
	conformance.Run(t, conformance.Types(open, open, open), conformance.Options{Waivers: waivers})
}

func TestConformanceOfSessions(t *testing.T) {
	conformance.Run(t, conformance.SessionTypes(openSessions, openSessions, openSessions), conformance.Options{Waivers: waivers})
}

func open[U, S any](t conformance.TB, _ conformance.Store) spec.TypedAdapter[U, S] {
	a, err := memory.New[U, S]()
	return scratch.Ready(t, a, err)
}

func openSessions[S any](t conformance.TB, _ conformance.Store) spec.TypedSessionAdapter[S] {
	a, err := memory.NewSessions[S]()
	return scratch.Ready(t, a, err)
}
