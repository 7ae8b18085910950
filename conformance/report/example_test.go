package report_test

import (
	"os"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/report"
)

// The results of this example are made up. Real ones come from conformance.Judge.
func ExampleReport_WriteText() {
	r := report.Report{
		Suite: "1.0",
		Start: time.Date(2026, 11, 22, 11, 3, 0, 0, time.UTC),
		Adapters: []report.Adapter{{
			Name: "bolt", Engine: "bbolt", Version: "1.4", Duration: 12 * time.Millisecond,
			Results: []conformance.Result{
				{Clause: "USR-01", Check: "create_then_read", Type: "rich", Outcome: conformance.Passed},
				{Clause: "ERR-05", Check: "an_outage_is_unavailable_and_ends", Type: "rich", Outcome: conformance.Waived, Output: "a file cannot be cut off"},
			},
		}},
	}
	if err := r.WriteText(os.Stdout, report.Style{}); err != nil {
		panic(err)
	}
	// Output:
	// Conformance suite 1.0, 22 November 2026 11:03 UTC
	//
	//              bolt
	//              bbolt 1.4
	// USR  Users   ✓ 1
	// ERR  Errors  – 0/1
	//
	// passed         1
	// failed         0
	// waived         1
	// suite took     12ms
	//
	// ✓ 3/5: of the 5 checks that apply, 3 passed and none failed   ✗ a check failed
	// ! a check did not run: not a pass   – no check passed   (see docs/report.md)
	//
	// Checks waived
	//   bolt: a file cannot be cut off
	//       1 check: ERR-05
	//
	// What adapters declare
	//   bolt: no weakness
	//
	// PASS: bolt passed. Checks: 1 passed, 0 failed, 1 waived.
}
