package conformance

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// Options says what the suite cannot know. The zero Options judges strictly:
// every clause, with no hook; the clauses that need a hook are then not run,
// and fail the run unless they are waived.
type Options struct {
	// Target is handed to the open function in Store.Target: a server's
	// address, say, so that one open serves a matrix.
	Target any

	// Waivers name the clauses, or single checks, that are left out, each with a
	// reason.
	Waivers []Waiver

	// DriverError reports whether err comes from the driver: has a type of the
	// driver's own, or is what the driver returns of a broken connection. The
	// suite passes what errors.As finds as the cause of a call that could not
	// reach the store; and first an error of its own, which is no driver's: a
	// hook that says yes to that is as good as missing.
	DriverError func(err error) bool

	// Cut makes a store that is open unreachable until restore is called. Calls
	// must fail until then, and not hang.
	Cut func(t TB, s Store) (restore func())

	// LoseAnswer lets the next write on a store that is open be applied and
	// loses its answer, by closing the connection, say. Lost reports whether an
	// answer has been lost since then; ERR-06 is not run if none was.
	LoseAnswer func(t TB, s Store) (lost func() bool)

	// Damage takes away a part of what Migrate has made in a store that is open,
	// behind the adapter's back: a table, say. It is for adapters that have something to
	// migrate: Check has to find that it is missing.
	Damage func(t TB, s Store)

	// InUse, if not nil, counts the connections that calls on a store have taken from
	// the pools of its handles and have not given back: database/sql's DBStats.InUse.
	// When a check has made its calls there must be none.
	InUse func(t TB, s Store) int

	// Describe, if not nil, is given what the adapter says about itself, before the
	// first check: for a report.
	Describe func(spec.Description)

	// Watchdog is how long a check may take before it counts as hung: the one
	// limit on wall-clock time that there is. 0 is two minutes. Under go test a check
	// has less when -timeout is near.
	Watchdog time.Duration

	// Profile pins what must pass: "core@1.0" is every clause that version 1.0 of the
	// suite had, by the checks that it had. A check that came later, or whose clause
	// did, and that fails or is not run, is a warning. Empty is all of this version.
	Profile string

	// Match, if not nil, says which checks to run, by their full names:
	// "SES-07/update_after_delete_does_not_resurrect/rich". What it leaves out
	// is counted and reported as left out. Under go test there are -run and
	// -skip as well.
	Match func(name string) bool

	// Again returns the command that runs one check again, for the text of its
	// failure. It is for [Judge]; [Run] knows go test's.
	Again func(name string) string
}

// Waiver leaves a clause out, or one of its checks, for a reason.
type Waiver struct {
	Clause string // the id: "ERR-03"; or that and a check's sentence: "ERR-03/errors_as_finds_the_drivers_error"
	Reason string // is printed with every run
}

const defaultWatchdog = 2 * time.Minute

// check refuses a profile that there is not, and waivers that waive nothing or may not.
func (o *Options) check() error {
	var errs []error
	if o.Profile != "" {
		errs = append(errs, checkProfile(o.Profile))
	}
	for _, w := range o.Waivers {
		id, sentence, single := strings.Cut(w.Clause, "/")
		c, ok := clauseByID(id)
		switch {
		case !ok:
			errs = append(errs, fmt.Errorf("conformance: waiver of %q: there is no such clause", w.Clause))
		case single && !hasCheck(id, sentence):
			errs = append(errs, fmt.Errorf("conformance: waiver of %q: %s has no such check", w.Clause, id))
		case c.NoWaiver:
			errs = append(errs, fmt.Errorf("conformance: waiver of %s: this clause takes none: %s", w.Clause, c.Reason))
		case w.Reason == "":
			errs = append(errs, fmt.Errorf("conformance: waiver of %s: no reason given", w.Clause))
		}
	}
	return errors.Join(errs...)
}

// hasCheck reports whether a clause has a check of this sentence.
func hasCheck(clause, sentence string) bool {
	return slices.ContainsFunc(NewSubject(nil).plan(&runner{}), func(p planned) bool {
		return p.clause.ID == clause && p.check == sentence
	})
}

// waived returns the reason for which a check is left out.
func (o *Options) waived(p planned) (reason string, ok bool) {
	for _, w := range o.Waivers {
		if w.Clause == p.clause.ID || w.Clause == p.clause.ID+"/"+p.check {
			return w.Reason, true
		}
	}
	return "", false
}

// hook is a set of the functions of Options that a check needs.
type hook int

const (
	hookDriverError hook = 1 << iota
	hookCut
	hookLoseAnswer
)

// missingHook returns the name of a hook of the set that the options do not have.
func (o *Options) missingHook(h hook) string {
	switch {
	case h&hookDriverError != 0 && o.DriverError == nil:
		return "DriverError"
	case h&hookCut != 0 && o.Cut == nil:
		return "Cut"
	case h&hookLoseAnswer != 0 && o.LoseAnswer == nil:
		return "LoseAnswer"
	}
	return ""
}
