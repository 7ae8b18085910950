// Package report writes the results of the conformance suite as text, HTML, Markdown,
// JSON, JUnit XML and a badge. All are written from a [Report]. docs/report.md
// documents each field of the JSON.
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

// Report contains the results of one run of the suite for one or more adapters.
type Report struct {
	Suite       string    // the suite's version: conformance.Version
	Profile     string    // conformance.Options.Profile; empty for every clause of this version
	Start       time.Time // when the run began, in the zone in which to show it
	Command     string    // the command that made the report, without a DSN; may be empty
	Interrupted bool      // the run was interrupted
	Adapters    []Adapter
}

// Adapter contains the results for one adapter.
type Adapter struct {
	Name       string    // "postgres"
	Engine     string    // the database that answered: "PostgreSQL"; empty if none did
	Version    string    // the version of the engine: "17.11"
	Driver     string    // the Go driver and its version, as [Driver] returns them; empty without a driver
	Deployment string    // how the engine was set up: "a replica set of one in a container"; may be empty
	Settings   []Setting // settings of the engine that are not its defaults; may be empty

	Weaknesses spec.Weaknesses // the weaknesses that the adapter declares: see conformance.Options.Describe

	Why      string // why the adapter could not run here; empty if it ran
	Remedy   string // what would help; may be empty
	Required bool   // the adapter was requested, so it is a failure if it could not run

	Duration time.Duration        // wall-clock time of all checks together
	Results  []conformance.Result // the results of all checks, in any order
}

// Setting is a setting of the engine during the run.
type Setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// profile returns the name of the profile that had to pass: the report's, or that of
// its suite.
func (r Report) profile() string { return cmp.Or(r.Profile, "core@"+r.Suite) }

// printable returns the report with its results in order, and with every text made
// safe to show (see [Printable]).
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
		for j := range a.Results { // inOrder has copied them
			result := &a.Results[j]
			for _, s := range []*string{&result.Clause, &result.Check, &result.Type, &result.Output} {
				*s = Printable(*s)
			}
		}
	}
	return r
}

// inOrder returns the report with the results in the order of the clauses, not in the
// order in which the checks ended.
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

// Counts is the number of checks with each outcome.
type Counts map[conformance.Outcome]int

// outcomes are the outcomes in the order in which readers look for them. It omits
// NotApplicable, because such a check says nothing about an adapter.
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

// String lists the outcomes that were counted. It always includes how many passed and
// how many failed.
func (c Counts) String() string {
	var parts []string
	for _, o := range outcomes {
		if c[o] > 0 || o == conformance.Passed || o == conformance.Failed {
			parts = append(parts, fmt.Sprintf("%d %s", c[o], o))
		}
	}
	return strings.Join(parts, ", ")
}

// Outcome returns the outcome of all checks together. It is Failed if any check failed,
// otherwise NotRun if any did not run, otherwise Passed if any passed. If none of
// these occurred, it is the first of Warned, NotOffered, Waived and NotApplicable that
// did, or LeftOut. None of these is a pass.
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

// Outcome returns the outcome of the adapter as a whole. For an adapter that could not
// run it is NotRun. Otherwise it is that of [Counts.Outcome].
func (a Adapter) Outcome() conformance.Outcome {
	if a.Why != "" {
		return conformance.NotRun
	}
	return Count(a.Results).Outcome()
}

// Passed reports whether the run is a pass. That is so if it was not interrupted, no
// check failed or did not run without a waiver, every required adapter could run, and
// at least one check passed.
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
