// Package report presents what the conformance suite found: one model, the
// [Report], and a renderer for each format. The JSON form is documented, field
// by field, in docs/report.md.
package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// Report is what one run of the suite over some adapters found.
type Report struct {
	Suite       string    // the suite's version: conformance.Version
	Profile     string    // conformance.Options.Profile; empty is every clause of this version
	Start       time.Time // when the run began, in the zone in which people shall read it
	Command     string    // what made the report, without a DSN; may be empty
	Interrupted bool      // the run was ended before its end
	Adapters    []Adapter
}

// Adapter is what the suite found about one adapter.
type Adapter struct {
	Name       string    // "postgres"
	Engine     string    // what answered: "PostgreSQL"; empty if nothing did
	Version    string    // the engine's: "17.11"
	Driver     string    // the Go driver and its version, as [Driver] returns them; empty without one
	Deployment string    // how the engine was set up: "a replica set of one in a container"; may be empty
	Settings   []Setting // of the engine, other than its defaults; may be empty

	Weaknesses spec.Weaknesses // that the adapter declares: see conformance.Options.Describe

	Why      string // why the adapter could not run here; empty if it did
	Remedy   string // what would help; may be empty
	Required bool   // it was asked for: that it could not run is then a failure

	Duration time.Duration        // of all checks together, by the clock on the wall
	Results  []conformance.Result // of every check, in any order
}

// Setting is a setting under which an adapter was judged.
type Setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// profile names what had to pass: the report's profile, or that of its suite.
func (r Report) profile() string { return cmp.Or(r.Profile, "core@"+r.Suite) }

// printable returns the report in order, with every text such as people can be shown
// (see [Printable]).
func (r Report) printable() Report {
	r = r.inOrder()
	for _, s := range []*string{&r.Suite, &r.Profile, &r.Command} {
		*s = Printable(*s)
	}
	for i := range r.Adapters {
		a := &r.Adapters[i]
		for _, s := range []*string{&a.Name, &a.Engine, &a.Version, &a.Driver, &a.Deployment, &a.Why, &a.Remedy} {
			*s = Printable(*s)
		}
		a.Settings = slices.Clone(a.Settings)
		for j, s := range a.Settings {
			a.Settings[j] = Setting{Printable(s.Name), Printable(s.Value)}
		}
		for j := range a.Results { // inOrder has made them ours
			result := &a.Results[j]
			for _, s := range []*string{&result.Clause, &result.Check, &result.Type, &result.Output} {
				*s = Printable(*s)
			}
		}
	}
	return r
}

// inOrder returns the report with the results in the order of the clauses, whatever the order
// in which the checks ended.
func (r Report) inOrder() Report {
	place := map[string]int{}
	for i, c := range conformance.Clauses() {
		place[c.ID] = i
	}
	r.Adapters = slices.Clone(r.Adapters)
	for i, a := range r.Adapters {
		r.Adapters[i].Results = slices.SortedStableFunc(slices.Values(a.Results), func(a, b conformance.Result) int {
			return cmp.Compare(place[a.Clause], place[b.Clause])
		})
	}
	return r
}

// Counts says how many checks had each outcome.
type Counts map[conformance.Outcome]int

// outcomes are the outcomes in the order in which people look for them. A check that
// does not apply says nothing about an adapter, and is not among them.
var outcomes = []conformance.Outcome{
	conformance.Passed, conformance.Failed, conformance.NotRun, conformance.Warned,
	conformance.Waived, conformance.NotOffered, conformance.LeftOut,
}

// Count counts the outcomes of results.
func Count(results []conformance.Result) Counts {
	c := Counts{}
	for _, r := range results {
		c[r.Outcome]++
	}
	return c
}

// String lists the outcomes that were counted. How many passed and how many
// failed is always said.
func (c Counts) String() string {
	var parts []string
	for _, o := range outcomes {
		if c[o] > 0 || o == conformance.Passed || o == conformance.Failed {
			parts = append(parts, fmt.Sprintf("%d %s", c[o], o))
		}
	}
	return strings.Join(parts, ", ")
}

// Outcome is what came of all that was counted: failed if anything failed,
// else not run if anything did not run, else passed if anything passed. What is
// left is all of it warned, waived, not offered, left out or does not apply, and never a
// pass.
func (c Counts) Outcome() conformance.Outcome {
	for _, o := range []conformance.Outcome{
		conformance.Failed, conformance.NotRun, conformance.Passed,
		conformance.Warned, conformance.NotOffered, conformance.Waived, conformance.NotApplicable,
	} {
		if c[o] > 0 {
			return o
		}
	}
	return conformance.LeftOut
}

// Outcome is what came of the adapter as a whole. An adapter that could not run
// is not run, as is one of whose checks none failed but some did not run.
func (a Adapter) Outcome() conformance.Outcome {
	if a.Why != "" {
		return conformance.NotRun
	}
	return Count(a.Results).Outcome()
}

// Passed reports whether the run is a pass: it was not interrupted, no check
// failed, none was not run without a waiver, every adapter that was asked for
// could run, and at least one check passed.
func (r Report) Passed() bool {
	passed := 0
	for _, a := range r.Adapters {
		if a.Why != "" && a.Required {
			return false
		}
		c := Count(a.Results)
		if c[conformance.Failed] > 0 || c[conformance.NotRun] > 0 {
			return false
		}
		passed += c[conformance.Passed]
	}
	return passed > 0 && !r.Interrupted
}
