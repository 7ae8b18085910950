package mutants

import (
	"strings"
	"testing"

	"github.com/tenon-go/tenon/conformance"
)

// Adapters that declare a weakness, and have it, pass: each is made so that the
// weakness shows wherever it can.
func TestDeclaredPasses(t *testing.T) {
	for _, test := range []struct {
		name    string
		subject conformance.Subject
		target  any
		match   func(string) bool
	}{
		{name: "in steps", subject: types(inSteps, inSteps, inSteps)},
		{name: "orphans", subject: types(rightOrphans, rightOrphans, rightOrphans)},
		{name: "expires", subject: types(rightExpires, rightExpires, rightExpires)},
		{name: "lags", subject: types(rightLags, rightLags, rightLags), target: new(shelf),
			match: func(name string) bool {
				return strings.HasPrefix(name, "STO-01/") && strings.Contains(name, "_same_rows/")
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			conformance.Run(t, test.subject, conformance.Options{Waivers: memoryWaivers, Target: test.target, Match: test.match})
		})
	}
}
