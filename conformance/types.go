package conformance

import (
	"slices"

	"github.com/tenon-go/tenon/spec"
)

// Store says what a check wants opened.
type Store struct {
	// Name tells stores apart: the same name again is another handle on the
	// same data, another name is other data in the same database. It is a
	// letter followed by letters, digits and underscores, at most 30 bytes,
	// lower case, and never used again by another check or another run.
	Name string

	// MaxConns is the most connections the handle may use; 0 leaves it to the
	// adapter.
	MaxConns int

	// Cut says that the check makes the store unreachable, by Options.Cut, many
	// times. A driver that goes on looking for a server, or dialling it, for long
	// may be told to give up after some seconds: only for these checks, since
	// a server that is merely slow would look unreachable, too.
	Cut bool

	// LoseAnswer says that the check calls Options.LoseAnswer on the store. Where
	// neither it nor Cut is set, the store needs no means to do either.
	LoseAnswer bool

	// Target is Options.Target.
	Target any
}

// Subject is what the suite judges: an adapter, opened for each of the suite's
// attribute types. It is made by [Types] or [SessionTypes].
type Subject struct {
	plan func(*runner) []planned
}

// Types is an adapter for users and sessions. The three functions are one
// generic function, whose type arguments Go infers:
//
//	conformance.Types(open, open, open)
//
//	func open[U, S any](t conformance.TB, s conformance.Store) spec.TypedAdapter[U, S]
//
// Open returns an adapter that is ready for use, its tables made, or fails t.
// It closes what it opened, and removes the store's data, in t.Cleanup.
func Types(
	rich func(TB, Store) spec.TypedAdapter[RichUser, RichSession],
	empty func(TB, Store) spec.TypedAdapter[struct{}, struct{}],
	nested func(TB, Store) spec.TypedAdapter[NestedUser, NestedSession],
) Subject {
	return Subject{plan: func(r *runner) []planned {
		return arrange(slices.Concat(
			plan(r, "rich", true, rich, richSamples(), richChecks()),
			plan(r, "empty", true, empty, emptySamples(), nil),
			plan(r, "nested", true, nested, nestedSamples(), nestedChecks()),
		))
	}}
}

// SessionTypes is an adapter for sessions alone: UserID is not checked, and
// the clauses about users are no part of the plan.
//
//	conformance.SessionTypes(open, open, open)
//
//	func open[S any](t conformance.TB, s conformance.Store) spec.TypedSessionAdapter[S]
func SessionTypes(
	rich func(TB, Store) spec.TypedSessionAdapter[RichSession],
	empty func(TB, Store) spec.TypedSessionAdapter[struct{}],
	nested func(TB, Store) spec.TypedSessionAdapter[NestedSession],
) Subject {
	return Subject{plan: func(r *runner) []planned {
		return arrange(slices.Concat(
			plan(r, "rich", false, alone[RichUser](rich), richSamples(), richChecks()),
			plan(r, "empty", false, alone[struct{}](empty), emptySamples(), nil),
			plan(r, "nested", false, alone[NestedUser](nested), nestedSamples(), nestedChecks()),
		))
	}}
}
