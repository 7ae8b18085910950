package conformance

import (
	"errors"
	"fmt"
	"time"
)

// Options says what the suite cannot know. The zero Options judges strictly:
// every clause, with no hook; the clauses that need a hook are then not run,
// and fail the run unless they are waived.
type Options struct {
	// Target is handed to the open function in Store.Target: a server's
	// address, say, so that one open serves a matrix.
	Target any

	// Waivers name the clauses that are left out, each with a reason.
	Waivers []Waiver

	// DriverError reports whether errors.As finds an error of the driver's own
	// type in err.
	DriverError func(err error) bool

	// Cut makes a store that is open unreachable until restore is called. Calls
	// must fail until then, and not hang.
	Cut func(t TB, s Store) (restore func())

	// LoseAnswer lets the next write on a store that is open be applied and
	// loses its answer, by closing the connection, say.
	LoseAnswer func(t TB, s Store)

	// Watchdog is how long a check may take before it counts as hung: the one
	// limit on wall-clock time that there is. 0 is two minutes.
	Watchdog time.Duration

	// Match, if not nil, says which checks to run, by their full names:
	// "SES-07/update_after_delete_does_not_resurrect/rich". What it leaves out
	// is counted and reported as left out. Under go test there are -run and
	// -skip as well.
	Match func(name string) bool

	// Again returns the command that runs one check again, for the text of its
	// failure. It is for [Judge]; [Run] knows go test's.
	Again func(name string) string
}

// Waiver leaves a clause out, for a reason.
type Waiver struct {
	Clause string // the id: "ERR-03"
	Reason string // is printed with every run
}

const defaultWatchdog = 2 * time.Minute

// check refuses waivers that waive nothing or may not.
func (o *Options) check() error {
	var errs []error
	for _, w := range o.Waivers {
		c, ok := clauseByID(w.Clause)
		switch {
		case !ok:
			errs = append(errs, fmt.Errorf("conformance: waiver of %q: there is no such clause", w.Clause))
		case c.NoWaiver:
			errs = append(errs, fmt.Errorf("conformance: waiver of %s: this clause takes none: %s", c.ID, c.Reason))
		case w.Reason == "":
			errs = append(errs, fmt.Errorf("conformance: waiver of %s: no reason given", c.ID))
		}
	}
	return errors.Join(errs...)
}

// waived returns the reason for which the clause is left out.
func (o *Options) waived(clause string) (reason string, ok bool) {
	for _, w := range o.Waivers {
		if w.Clause == clause {
			return w.Reason, true
		}
	}
	return "", false
}

// hook is a function of Options that a check needs.
type hook int

const (
	noHook hook = iota
	hookDriverError
	hookCut
	hookLoseAnswer
)

// missingHook returns the name of the hook if the options do not have it.
func (o *Options) missingHook(h hook) string {
	switch {
	case h == hookDriverError && o.DriverError == nil:
		return "DriverError"
	case h == hookCut && o.Cut == nil:
		return "Cut"
	case h == hookLoseAnswer && o.LoseAnswer == nil:
		return "LoseAnswer"
	}
	return ""
}
