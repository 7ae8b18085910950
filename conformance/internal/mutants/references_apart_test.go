package mutants

import (
	"testing"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// The adapter that some mutants alter has to be right itself.
func TestApartPasses(t *testing.T) {
	conformance.Run(t, subject(rightApart), conformance.Options{Waivers: memoryWaivers})
}

func rightApart(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return openApart(t, s, columns)
}
