package conformance

import (
	"strings"
	"time"
)

// Version is the version of the suite. docs/compatibility.md says what a new
// version can add.
const Version = "1.0"

// Outcome is the outcome of one check.
type Outcome string

const (
	Passed     Outcome = "passed"
	Failed     Outcome = "failed"
	NotRun     Outcome = "not run"     // a hook is missing or did nothing, or open skipped; not a pass
	Waived     Outcome = "waived"      // left out by a waiver
	NotOffered Outcome = "not offered" // the adapter declares a weakness, or lacks an optional interface
	LeftOut    Outcome = "left out"    // left out by Options.Match, -run or -skip

	NotApplicable Outcome = "does not apply" // the check is about a weakness that the adapter does not declare, or a failure that it cannot have
	Warned        Outcome = "warned"         // failed or not run, but the check or its clause is newer than Options.Profile
)

// Result is the result of one check with one of the suite's attribute types.
type Result struct {
	Clause   string // "SES-07"
	Check    string // the sentence: "update_after_delete_does_not_resurrect"
	Type     string // "rich", "empty" or "nested", as in docs/report.md
	Outcome  Outcome
	Output   string        // why the check failed or did not run
	Kind     string        // the kind of failure; failures of the same kind probably have the same cause
	Duration time.Duration // 0 if the check did not run
	Rounds   int           // how often calls raced each other; 0 if the check is not a race
}

// Name returns the check's full name, as for go test's -run but without the name of
// the test function: "SES-07/update_after_delete_does_not_resurrect/rich".
func (r Result) Name() string { return r.Clause + "/" + r.Check + "/" + r.Type }

// firstLine returns the line about the first call that failed.
func (r Result) firstLine() string {
	_, failures, _ := strings.Cut(r.Output, "\n\n") // after the text of the clause
	line, _, _ := strings.Cut(failures, "\n")
	return line
}

// Bad reports whether this result keeps an adapter from passing: the check failed, or
// did not run and was not left out.
func (r Result) Bad() bool { return r.Outcome == Failed || r.Outcome == NotRun }
