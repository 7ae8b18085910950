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

// Open opens an adapter for the suite, on a target of its options.
type Open func(conformance.TB, conformance.Store, spec.Columns) spec.Adapter

// store returns what opens one store.
func (open Open) store(t testing.TB, s conformance.Store) func(spec.Columns) spec.Adapter {
	return func(columns spec.Columns) spec.Adapter { return open(t, s, columns) }
}

// Program runs the short program of package program on two handles, which open
// opens on a store of the options' target: for everything that can be varied,
// where it takes less than a second, and the suite half a minute.
func Program(t *testing.T, options conformance.Options, open Open) {
	t.Helper()
	store := newStore(options)
	handle := func() *spec.Store[program.User, program.Session] {
		return scratch.Store[program.User, program.Session](t, open.store(t, store))
	}
	program.Run(t, handle(), handle())
}

// SessionsProgram is [Program] for sessions alone.
func SessionsProgram[A spec.SessionAdapter](t *testing.T, options conformance.Options, open func(conformance.TB, conformance.Store, spec.Columns) A) {
	t.Helper()
	store := newStore(options)
	handle := func() *spec.SessionStore[program.Session] {
		return scratch.SessionStore[program.Session](t, func(columns spec.Columns) A { return open(t, store, columns) })
	}
	program.RunSessions(t, handle(), handle())
}

// Works makes a store's tables and runs the program on it, with plain values.
func Works(t *testing.T, a *spec.Store[program.Person, program.Device]) {
	t.Helper()
	OK(t, a.Migrate(t.Context()))
	program.Fill(t, a).Run(a, nil)
}

// JudgeClauses runs the checks of some clauses, or of groups of them ("REF"),
// as [JudgeRich] does: for what a variation can change and the program does not
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

// Interrupted are the clauses about calls that are cut off, lose their answer,
// or whose context ends, which depend on how a driver sends statements.
func Interrupted() []string { return []string{"ERR-05", "ERR-06", "CTX-02"} }

// Sent is what of [Interrupted] depends on what a driver sends. While it finds no
// server it sends nothing, and in how it looks for one, and how a context ends that,
// a mode changes nothing.
func Sent() []string { return []string{"ERR-05/an_outage", "ERR-06", "CTX-02"} }

// Version are the clauses that can depend on the version of a server, besides the
// answers that the program compares: how it compares ids, what its errors say, what
// its catalog says, and what it locks. Statements are the same on each version, so
// what they keep and change is judged once for each engine.
func Version() []string {
	return []string{"REF", "LEA-06", "LEA-07", "IDS", "ATT-06", "CON", "ERR-01", "ERR-02", "OPT"}
}

// SessionsAlone are the clauses that depend on what an adapter in SQL does
// differently for sessions alone: whose sessions there are, and the type of the ids
// of users. What it writes of a session is the same.
func SessionsAlone() []string { return []string{"SES", "IDS", "LEA", "SWP", "CON", "OPT"} }

// UserIDs are the clauses that depend on what the ids of users are.
func UserIDs() []string { return []string{"IDS", "REF", "ERR-01", "ERR-02"} }
