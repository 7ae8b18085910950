package fault

import (
	"context"
	"slices"
	"testing"

	"github.com/tenon-go/tenon/spec"
)

// Every fault has a name, and classes of which the last is for the rest, so that
// none can be without.
func TestMeanings(t *testing.T) {
	t.Parallel()
	for _, f := range All() {
		list := f.Meanings()
		if f.String() == "" || f.Explain() == "" || len(list) == 0 || list[len(list)-1].When != Otherwise {
			t.Fatalf("fault %d (%v) has no name, or no class for the rest", f, f)
		}
		for i, m := range list {
			if i < len(list)-1 && m.When == Otherwise {
				t.Errorf("%v: what follows %v never counts", f, m.Class)
			}
			if m.Class != context.Canceled && m.Class != context.DeadlineExceeded && !slices.Contains(spec.Classes(), m.Class) {
				t.Errorf("%v: %v is no class", f, m.Class)
			}
			if (m.Class == spec.ErrConstraint) != (m.Kind != "") {
				t.Errorf("%v: %v has the kind %q", f, m.Class, m.Kind)
			}
			if got := f.Meaning(Is(m.When)); got != m {
				t.Errorf("%v %s: got %v, want %v", f, m.When, got.Class, m.Class)
			}
		}
		if !f.IsViolation() != (list[len(list)-1].Kind == "") {
			t.Errorf("%v: is a violation: %t", f, f.IsViolation())
		}
		all := func(Circumstance) bool { return true }
		if got := f.Meaning(all); got != list[0] {
			t.Errorf("%v: got %v, but the order of the table decides", f, got.Class)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	table := []Code{{Code: "23", Fault: CheckRule}, {Code: "23505", Fault: NotUnique}}
	for codes, want := range map[[2]string]Fault{
		{"23505", "23"}: NotUnique, {"23999", "23"}: CheckRule, {"42", ""}: Unlisted,
	} {
		if got := Find(table, codes[:]...); got != want {
			t.Errorf("%v: got %v, want %v", codes, got, want)
		}
	}
}
