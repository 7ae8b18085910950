package mutants

import (
	"testing"

	"github.com/tenon-go/tenon/conformance"
)

// The adapter that some mutants alter must itself be correct.
func TestApartPasses(t *testing.T) {
	wantPass(t, subject(openApart), conformance.Options{Waivers: memoryWaivers, Match: needed})
}
