package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/conformance"
)

// pageClause is a clause and its outcome for one adapter.
type pageClause struct {
	conformance.Clause
	Outcome  conformance.Outcome
	Tone     string
	Mark     string
	Outcomes string // the outcomes of all checks, separated by commas, for the filter
	Took     string // see tookOf
	Checks   []pageCheck
}

// pageCheck is a check on one or more types that had the same outcome for the same
// reason.
type pageCheck struct {
	Name     string // "update after delete does not resurrect"
	Types    []string
	Rounds   int // with all types, if its calls raced each other
	Outcome  conformance.Outcome
	Tone     string
	Mark     string
	Reason   string // why it neither passed nor failed
	Failure  string // the text of the failure
	FailedAs string // the name of the check with the same kind of failure, whose text is shown
}

// signs are the styles and marks of the outcomes.
var signs = map[conformance.Outcome]struct{ tone, mark string }{
	conformance.Passed:        {"pass", "✓"},
	conformance.Failed:        {"fail", "✗"},
	conformance.NotRun:        {"missing", "!"},
	conformance.Warned:        {"missing", "!"},
	conformance.Waived:        {"part", "○"},
	conformance.NotOffered:    {"part", "○"},
	conformance.LeftOut:       {"none", "–"},
	conformance.NotApplicable: {"none", "–"},
}

// clauses returns the clauses of results with their outcomes.
func (a *pageAdapter) clauses(results []conformance.Result) []pageClause {
	var list []pageClause
	for _, id := range clausesOf(results) {
		of := slices.DeleteFunc(slices.Clone(results), func(r conformance.Result) bool { return r.Clause != id })
		c := pageClause{Clause: conformance.Clause{ID: id}}
		for _, clause := range conformance.Clauses() {
			if clause.ID == id {
				c.Clause = clause
			}
		}
		count := Count(of)
		c.Outcome = count.Outcome()
		// A clause has not passed if one of its checks was, for example, waived.
		if short := count[conformance.Warned] + count[conformance.Waived] + count[conformance.NotOffered] + count[conformance.LeftOut]; c.Outcome == conformance.Passed && short > 0 {
			c.Tone, c.Mark = "part", "◐"
		} else {
			c.Tone, c.Mark = signs[c.Outcome].tone, signs[c.Outcome].mark
		}
		var seen []string
		for _, o := range append(slices.Clone(outcomes), conformance.NotApplicable) {
			if count[o] > 0 {
				seen = append(seen, string(o))
			}
		}
		c.Outcomes = strings.Join(seen, ",")
		c.Took = tookOf(of)
		c.Checks = a.checks(of)
		list = append(list, c)
	}
	return list
}

// checks returns the checks of results. It merges those on several types with the same
// outcome and reason into one.
func (a *pageAdapter) checks(results []conformance.Result) []pageCheck {
	var list []pageCheck
	for _, r := range results {
		check := pageCheck{Name: strings.ReplaceAll(r.Check, "_", " "), Outcome: r.Outcome, Tone: signs[r.Outcome].tone, Mark: signs[r.Outcome].mark}
		switch r.Outcome {
		case conformance.Passed:
		case conformance.Failed:
			first := slices.IndexFunc(a.Failures, func(f failure) bool { return f.Kind == r.Kind && r.Kind != "" })
			if first >= 0 && a.Failures[first].Name() != r.Name() {
				check.FailedAs = a.Failures[first].Name()
			} else {
				_, check.Failure, _ = strings.Cut(r.Output, "\n\n") // after the text of the clause
				check.Failure = cmp.Or(check.Failure, r.Output)
			}
		default:
			check.Reason = r.Output
		}
		same := func(c pageCheck) bool {
			return c.Name == check.Name && c.Outcome == check.Outcome && c.Reason == check.Reason && c.Failure == check.Failure && c.FailedAs == check.FailedAs
		}
		i := slices.IndexFunc(list, same)
		if i < 0 {
			i, list = len(list), append(list, check)
		}
		list[i].Types = append(list[i].Types, r.Type)
		list[i].Rounds += r.Rounds
	}
	return list
}

// TypeList returns the names of the types, separated by commas.
func (c pageCheck) TypeList() string { return strings.Join(c.Types, ", ") }
