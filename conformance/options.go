package conformance

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// Options configures a run of the suite. The zero Options is the strictest: it
// requires every clause and has no hooks. The clauses that need a hook then do not
// run, and fail the run unless they are waived.
type Options struct {
	// Target is passed to the open function as Store.Target. It can be, for example,
	// the address of a server, so that one function opens stores on several servers.
	Target any

	// Waivers name the clauses, or single checks, to leave out, each with a reason.
	Waivers []Waiver

	// DriverError reports whether err comes from the driver: whether it has one of
	// the driver's types, or is the error that the driver returns for a broken
	// connection. The suite first passes an error of its own, for which the hook must
	// return false; otherwise the hook counts as missing. It then passes the cause,
	// found by errors.As, of a call that could not reach the store.
	DriverError func(err error) bool

	// Cut makes an open store unreachable until restore is called. Until then calls
	// must fail and must not hang.
	Cut func(t TB, s Store) (restore func())

	// LoseAnswer lets an open store apply the next write and loses the answer, for
	// example by closing the connection. Lost reports whether an answer has been lost
	// since then. If none was, ERR-06 counts as not run.
	LoseAnswer func(t TB, s Store) (lost func() bool)

	// Damage removes a part of what Migrate has created in an open store, for example
	// a table, without calling the adapter. Check must report that it is missing. The
	// hook is for adapters that have something to migrate. A check of ERR-04 needs it too,
	// unless a waiver says why OPT-03/check_finds_what_is_missing cannot have it.
	Damage func(t TB, s Store)

	// InUse, if not nil, returns the number of connections that calls on a store have
	// taken from the pools of its handles and have not returned: database/sql's
	// DBStats.InUse. After the calls of a check it must be 0. If it is 0 during calls too,
	// a check of STO-03 counts as not run.
	InUse func(t TB, s Store) int

	// Describe, if not nil, is called before the first check with the adapter's
	// description of itself, for a report.
	Describe func(spec.Description)

	// Watchdog is how long a check can take before it counts as hung. It is the
	// suite's only limit on wall-clock time. 0 means two minutes. Under go test a
	// check has less time when -timeout is near.
	Watchdog time.Duration

	// Profile fixes what must pass: "core@1.0" means the clauses and checks of version
	// 1.0 of the suite. If a newer check, or a check of a newer clause, fails or does
	// not run, that is only a warning. An empty Profile means everything in this
	// version.
	Profile string

	// Match, if not nil, selects the checks to run by their full names, such as
	// "SES-07/update_after_delete_does_not_resurrect/rich". The others are counted and
	// reported as left out. Under go test, -run and -skip select checks too.
	Match func(name string) bool

	// Again returns the command that runs one check again, for the text of its
	// failure. It is for [Judge]. [Run] prints the command of go test.
	Again func(name string) string
}

// Waiver leaves out a clause or one of its checks.
type Waiver struct {
	Clause string // the id: "ERR-03"; or the id and a check's sentence: "ERR-03/errors_as_finds_the_drivers_error"
	Reason string // printed with every run
}

const defaultWatchdog = 2 * time.Minute

// check returns an error for a profile that does not exist, and for waivers that
// waive nothing or waive what must not be waived.
func (o *Options) check() error {
	var errs []error
	if o.Profile != "" {
		errs = append(errs, checkProfile(o.Profile))
	}
	for _, w := range o.Waivers {
		id, _, single := strings.Cut(w.Clause, "/")
		c, ok := clauseByID(id)
		switch {
		case !ok:
			errs = append(errs, fmt.Errorf("conformance: waiver of %q: there is no such clause", w.Clause))
		case single && !everyCheck()[w.Clause]:
			errs = append(errs, fmt.Errorf("conformance: waiver of %q: %s has no such check", w.Clause, id))
		case c.NoWaiver:
			errs = append(errs, fmt.Errorf("conformance: waiver of %s: this clause takes none: %s", w.Clause, c.Reason))
		case w.Reason == "":
			errs = append(errs, fmt.Errorf("conformance: waiver of %s: no reason given", w.Clause))
		}
	}
	return errors.Join(errs...)
}

// everyCheck returns a set of all checks, each as its clause and sentence.
var everyCheck = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for _, p := range NewSubject(nil).plan(&runner{}) {
		set[p.clause.ID+"/"+p.check] = true
	}
	return set
})

// waived returns the reason of the waiver that leaves a check out, if there is one.
func (o *Options) waived(p planned) (reason string, ok bool) {
	return o.waivedName(p.clause.ID + "/" + p.check)
}

// waivedName is waived for a check by its clause and sentence.
func (o *Options) waivedName(check string) (reason string, ok bool) {
	clause, _, _ := strings.Cut(check, "/")
	for _, w := range o.Waivers {
		if w.Clause == clause || w.Clause == check {
			return w.Reason, true
		}
	}
	return "", false
}

// hook is the set of functions in Options that a check needs.
type hook int

const (
	hookDriverError hook = 1 << iota
	hookCut
	hookLoseAnswer
)

// missingHook returns the name of a hook in the set that the options lack, or "".
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
