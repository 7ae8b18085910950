package mutants

import (
	"testing"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
)

// The adapter that some mutants alter has to be right itself.
func TestApartPasses(t *testing.T) {
	conformance.Run(t, types(rightApart, rightApart, rightApart), conformance.Options{Waivers: memoryWaivers})
}

func rightApart[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return openApart[U, S](t, s)
}
