package mutants

import (
	"strings"
	"testing"

	"github.com/tenon-go/tenon/conformance"
)

// Adapters that declare a weakness and have it pass. In each the weakness shows wherever
// it can. An adapter passes, too, whose sweeps say how many sessions they had deleted when
// Close cut them short. Weaknesses do not depend on attribute types, so the test uses only
// the rich ones; TestHealthyPasses uses all.
func TestDeclaredPasses(t *testing.T) {
	rich := func(name string) bool { return strings.HasSuffix(name, "/rich") }
	for _, test := range []struct {
		name    string
		subject conformance.Subject
		target  any
		match   func(string) bool
	}{
		{name: "in steps", subject: apartInSteps(deletesInSteps), match: rich},
		{name: "orphans", subject: leavesOrphans(func(*altered) {}), match: rich},
		{name: "expires", subject: expiring(func(*expiry) {}), match: rich},
		{name: "lags", subject: lags(3), target: new(shelf),
			match: func(name string) bool {
				return strings.HasPrefix(name, "STO-01/") && strings.Contains(name, "_same_rows/")
			}},
		{name: "cut by close", subject: cutByClose(func(deleted int64) int64 { return deleted }), target: new(shelf),
			match: func(name string) bool { return strings.Contains(name, "/close_during_calls/") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			wantPass(t, test.subject, conformance.Options{Waivers: memoryWaivers, Target: test.target, Match: test.match})
		})
	}
}
