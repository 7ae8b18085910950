package conformance

import (
	"fmt"
	"slices"
	"testing"
)

// TestErrorTable compares the table with the causes: every row has exactly one cause, and
// every cause is that of a row.
func TestErrorTable(t *testing.T) {
	type key struct{ condition, input string }
	ways, used := map[key]int{}, map[key]bool{}
	for _, c := range causes[richUser, richSession]() {
		ways[key{c.condition, c.input}]++
	}
	seen := map[string]bool{}
	for _, r := range ErrorTable() {
		k := key{r.Condition, r.Input}
		used[k] = true
		if precedence(r.Condition) < 0 {
			t.Errorf("%s: there is no condition %q", r.Op, r.Condition)
		}
		if r.Condition != whenClosed && ways[k] != 1 {
			t.Errorf("%s (%s: %s) has %d causes, want 1", r.Op, r.Condition, r.Input, ways[k])
		}
		name := fmt.Sprint(r.Op, r.Condition, r.Input)
		if seen[name] {
			t.Errorf("%s (%s: %s) is in the table twice", r.Op, r.Condition, r.Input)
		}
		seen[name] = true
	}
	for k := range ways {
		if !used[k] {
			t.Errorf("a cause of no row: %s: %s", k.condition, k.input)
		}
	}
}

// TestFaultsAreOrdered checks that everyTwo passes the fault first that takes precedence.
func TestFaultsAreOrdered(t *testing.T) {
	tester := &tester[richUser, richSession]{users: true}
	pairs := 0
	for _, o := range allOperations[richUser, richSession]() {
		tester.everyTwo(o, func(first, second fault[richUser, richSession]) {
			pairs++
			if precedence(first.Condition) >= precedence(second.Condition) {
				t.Errorf("%s: %s comes before %s", o.name, first, second)
			}
		})
	}
	if pairs == 0 {
		t.Error("no two faults can be brought about together")
	}
}

// precedence returns the index of a condition in the order of precedence.
func precedence(condition string) int {
	return slices.IndexFunc(conditions, func(c Condition) bool { return c.Name == condition })
}
