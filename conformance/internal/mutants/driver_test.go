package mutants

import (
	"testing"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/hooks"
)

// TestHealthyDriverPasses: the healthy adapter from which the mutants of the driver are
// made fails none of their clauses.
func TestHealthyDriverPasses(t *testing.T) {
	var clauses []string
	for _, m := range append(driverErrorMutants(), driverStoreMutants()...) {
		clauses = append(clauses, m.Clause)
	}
	results, err := conformance.Judge(t.Context(), subject(healthySQLite), hooks.Options(clauses...))
	if err != nil {
		t.Fatal(err)
	}
	for r := range results {
		if r.Bad() {
			t.Errorf("%s %s\n%s", r.Name(), r.Outcome, r.Output)
		}
	}
}
