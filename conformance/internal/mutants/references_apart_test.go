package mutants

import (
	"testing"

	"github.com/tenon-go/tenon/conformance"
)

// The adapter that some mutants alter has to be right itself.
func TestApartPasses(t *testing.T) {
	conformance.Run(t, subject(openApart), conformance.Options{Waivers: memoryWaivers})
}
