package conformance

import (
	"strings"
	"time"
)

// Version is the version of the suite. docs/compatibility.md says what a new
// one may add.
const Version = "1.0"

// Outcome is what came of one check.
type Outcome string

const (
	Passed     Outcome = "passed"
	Failed     Outcome = "failed"
	NotRun     Outcome = "not run"     // a hook is missing or did nothing, or open skipped; never a pass
	Waived     Outcome = "waived"      // left out by a waiver
	NotOffered Outcome = "not offered" // the adapter declares a weakness, or lacks an optional interface
	LeftOut    Outcome = "left out"    // by Options.Match, -run or -skip

	NotApplicable Outcome = "does not apply" // it is about a weakness that the adapter does not have: no gap
	Warned        Outcome = "warned"         // failed or not run, and the clause is newer than Options.Profile
)

// Result is what came of one check on one of the suite's attribute types.
type Result struct {
	Clause   string // "SES-07"
	Check    string // the sentence: "update_after_delete_does_not_resurrect"
	Type     string // "rich", "empty" or "nested"
	Outcome  Outcome
	Output   string        // why it failed, or why it was not run
	Kind     string        // of a failure: failures with the same kind are likely to have one cause
	Duration time.Duration // 0 if it was not run
	Rounds   int           // how often calls raced each other; 0 if the check is no race
}

// Name is the check's full name, as go test's -run takes it (without the name
// of the test function): "SES-07/update_after_delete_does_not_resurrect/rich".
func (r Result) Name() string { return r.Clause + "/" + r.Check + "/" + r.Type }

// firstLine is the call that failed first.
func (r Result) firstLine() string {
	_, failures, _ := strings.Cut(r.Output, "\n\n") // after what the clause says
	line, _, _ := strings.Cut(failures, "\n")
	return line
}

// Bad reports whether an adapter with this result does not pass: the check
// failed, or did not run and was not left out.
func (r Result) Bad() bool { return r.Outcome == Failed || r.Outcome == NotRun }
