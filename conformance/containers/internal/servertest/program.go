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
// [JudgeRich] does. It leaves out clauses of a group that package spec keeps. Use it for
// what a variation can change and the program does not show, such as concurrency and
// outages.
func JudgeClauses(t *testing.T, subject conformance.Subject, options conformance.Options, clauses ...string) {
	t.Helper()
	if len(clauses) == 0 {
		return
	}
	options.Match = func(name string) bool {
		return slices.ContainsFunc(clauses, func(clause string) bool {
			group := !strings.Contains(clause, "-")
			return strings.HasPrefix(name, clause) && !(group && keptByFront(name))
		})
	}
	JudgeRich(t, subject, options)
}

// Interrupted returns the clauses about calls that are cut off, that lose their answer,
// or whose context ends. They depend on how a driver sends statements.
func Interrupted() []string { return []string{"ERR-05", "ERR-06", "CTX-02"} }

// Sent returns the part of [Interrupted] that depends on the messages that a mode of a
// driver sends for a statement: calls whose answer is lost, and calls whose context ends at
// each look in turn. A driver meets a broken connection, a missing server, and a
// cancellation at another moment in the same way in all of its modes.
func Sent() []string { return []string{"ERR-06", "CTX-02/a_context_that_ends_at_any"} }

// Version returns the clauses that can depend on the version of a server, besides what
// the program compares: how the server compares ids and values, its errors, its catalog
// and its locks. Statements are the same for each version, so their effects are judged once
// for each engine.
func Version() []string {
	return []string{"REF", "LEA-06", "LEA-07", "IDS-01", "IDS-02", "ATT-06", "CON", "ERR-01", "ERR-02", "OPT-01/user_by_compares", "OPT-03"}
}

// Engine returns the clauses that can depend on which of two engines runs the statements
// of one adapter: what the statements keep, compare, lock and change, and the effects of
// an error and a broken connection. Other clauses depend on the front, the driver or
// database/sql.
func Engine() []string {
	return []string{"USR", "SES", "LEA-01", "LEA-02", "LEA-03", "LEA-04", "LEA-06", "LEA-07", "SWP", "REF", "IDS-01", "IDS-02",
		"ATT-01", "ATT-02", "ATT-03", "ATT-05", "ATT-06", "ATT-07", "ATT-09", "ATT-10", "TIM-01", "TIM-02", "TIM-05",
		"CON", "ERR-01", "ERR-02", "ERR-06", "CTX-02", "OPT-01", "OPT-03"}
}

// SessionsAlone returns the clauses that depend on the differences of an SQL adapter for
// stores that keep only sessions: how it creates a session, which users exist, and the type
// of users' ids. It updates, swaps and sweeps sessions with the same statements.
func SessionsAlone() []string {
	return []string{"SES-01", "SES-02", "SES-09", "SES-10", "SES-11", "IDS", "CON-01", "CON-04", "SWP-04", "OPT"}
}

// UserIDs returns the clauses that depend on the type of users' ids. The program deletes
// users with their sessions, and a lock of a row is the same for every type.
func UserIDs() []string { return []string{"IDS-01", "IDS-02", "IDS-03", "IDS-04", "ERR-01", "ERR-02"} }
