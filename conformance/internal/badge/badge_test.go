package badge

import (
	"strings"
	"testing"
)

// A badge is green only if nothing is missing. It names each gap.
func TestBadge(t *testing.T) {
	whole := Run{Suite: "1.0", Profile: "core@1.0", Adapters: 1, Judged: 1, Passed: 461}
	for _, test := range []struct {
		change         func(*Run)
		message, color string
	}{
		{func(*Run) {}, "core@1.0 passed", "brightgreen"},
		{func(r *Run) { r.Waived = 8 }, "core@1.0 passed: 8 waived", "yellow"},
		{func(r *Run) { r.NotOffered = 20 }, "core@1.0 passed: 20 not offered", "yellow"},
		{func(r *Run) { r.Warned = 1 }, "core@1.0 passed: 1 warned", "yellow"},
		{func(r *Run) { r.LeftOut = 400 }, "core@1.0 judged in part: 400 left out", "lightgrey"},
		{func(r *Run) { r.NotRun, r.Waived = 2, 1 }, "core@1.0 judged in part: 2 not run, 1 waived", "orange"},
		{func(r *Run) { r.Failed, r.NotRun, r.Interrupted = 3, 2, true }, "core@1.0 failed: 3 failed, 2 not run", "red"},
		{func(r *Run) { r.Interrupted, r.NotRun = true, 400 }, "core@1.0 interrupted: 400 not run", "orange"},
		{func(r *Run) { r.Adapters = 2 }, "core@1.0 judged in part: 1 of 2 adapters not run", "orange"},
		{func(r *Run) { r.Passed, r.LeftOut = 0, 461 }, "core@1.0 not judged: 461 left out", "lightgrey"},
	} {
		r := whole
		test.change(&r)
		got := string(r.JSON())
		for _, want := range []string{`"schemaVersion": 1`, `"label": "tenon suite 1.0"`, `"message": "` + test.message + `"`, `"color": "` + test.color + `"`} {
			if !strings.Contains(got, want) {
				t.Errorf("%+v: no %s in %s", r, want, got)
			}
		}
	}
}
