package mutants

import (
	"testing"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// The adapter that some mutants alter has to be right itself.
func TestApartPasses(t *testing.T) {
	conformance.Run(t, conformance.Types(rightApart, rightApart, rightApart), conformance.Options{Waivers: memoryWaivers})
}

func rightApart[U, S any](t conformance.TB, s conformance.Store) spec.TypedAdapter[U, S] {
	return openApart[U, S](t, s)
}
