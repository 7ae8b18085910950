package servertest

import (
	"slices"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/internal/testing/scratch"
	"github.com/tenon-go/tenon/spec"
)

// Open opens an adapter for the suite, on the target of its options.
type Open func(conformance.TB, conformance.Store, spec.Columns) spec.Adapter

// store returns a function that opens handles on one store.
func (open Open) store(t testing.TB, s conformance.Store) func(spec.Columns) spec.Adapter {
	return func(columns spec.Columns) spec.Adapter { return open(t, s, columns) }
}

// Program runs the short program of package program on two handles, which open
// opens on a store of the options' target. It takes less than a second, and the suite
// half a minute. Use it for everything that can be varied.
func Program(t *testing.T, options conformance.Options, open Open) {
	t.Helper()
	store := newStore(options)
	handle := func() *spec.Store[program.User, program.Session] {
		return scratch.Store[program.User, program.Session](t, open.store(t, store))
	}
	program.Run(t, handle(), handle())
}

// SessionsProgram is [Program] for stores that keep only sessions.
func SessionsProgram[A spec.SessionAdapter](t *testing.T, options conformance.Options, open func(conformance.TB, conformance.Store, spec.Columns) A) {
	t.Helper()
	store := newStore(options)
	handle := func() *spec.SessionStore[program.Session] {
		return scratch.SessionStore[program.Session](t, func(columns spec.Columns) A { return open(t, store, columns) })
	}
	program.RunSessions(t, handle(), handle())
}

// Works creates a store's tables and runs the program on it, with plain values.
func Works(t *testing.T, a *spec.Store[program.Person, program.Device]) {
	t.Helper()
	OK(t, a.Migrate(t.Context()))
	program.Fill(t, a).Run(a, nil)
}

// JudgeClauses runs the checks of these clauses, or groups of clauses ("REF"), as
// [JudgeRich] does. Use it for what a variation can change and the program does not
// show, such as concurrency and outages.
func JudgeClauses(t *testing.T, subject conformance.Subject, options conformance.Options, clauses ...string) {
	t.Helper()
	if len(clauses) == 0 {
		return
	}
	options.Match = func(name string) bool {
		return slices.ContainsFunc(clauses, func(clause string) bool { return strings.HasPrefix(name, clause) })
	}
	JudgeRich(t, subject, options)
}

// Interrupted returns the clauses about calls that are cut off, that lose their answer,
// or whose context ends. They depend on how a driver sends statements.
func Interrupted() []string { return []string{"ERR-05", "ERR-06", "CTX-02"} }

// Sent returns the part of [Interrupted] that depends on what a driver sends. The other
// checks are about a driver that finds no server: it sends nothing then, and its modes do
// not change how it looks for a server.
func Sent() []string { return []string{"ERR-05/an_outage", "ERR-06", "CTX-02"} }

// Version returns the clauses that can depend on the version of a server, besides what
// the program compares: how the server compares ids, its errors, its catalog and its
// locks. Statements are the same for each version, so their effects are judged once for
// each engine.
func Version() []string {
	return []string{"REF", "LEA-06", "LEA-07", "IDS", "ATT-06", "CON", "ERR-01", "ERR-02", "OPT"}
}

// SessionsAlone returns the clauses that depend on the differences of an SQL adapter for
// stores that keep only sessions: which users exist, and the type of users' ids. It
// writes sessions in the same way.
func SessionsAlone() []string { return []string{"SES", "IDS", "LEA", "SWP", "CON", "OPT"} }

// UserIDs returns the clauses that depend on the type of users' ids.
func UserIDs() []string { return []string{"IDS", "REF", "ERR-01", "ERR-02"} }
