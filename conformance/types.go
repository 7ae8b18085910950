package conformance

import (
	"slices"

	"github.com/tenon-go/tenon/internal/typed"
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

// Subject is what the suite judges: an adapter, which it opens for each of its
// pairs of attribute types. It is made by [NewSubject] or [NewSessionSubject].
type Subject struct {
	plan      func(*runner) []planned
	preflight func(*runner, *recorder, *verdict)
}

// NewSubject returns the subject for an adapter for users and sessions.
//
// Open opens the adapter for these columns, or fails t. The suite does the rest:
// it puts a front on the adapter (see [spec.NewStore]), calls Migrate if there is
// something to migrate, and closes the adapter, once, before the functions run
// that open gave to t.Cleanup. Those close what open itself opened besides, such
// as a handle that the adapter was given, and remove the store's data.
func NewSubject(open func(t TB, s Store, columns spec.Columns) spec.Adapter) Subject {
	return Subject{preflight: preflight(true, userFront[struct{}, struct{}](open), emptySamples()), plan: func(r *runner) []planned {
		return arrange(slices.Concat(
			plan(r, "rich", true, userFront[richUser, richSession](open), richSamples(), richChecks()),
			plan(r, "empty", true, userFront[struct{}, struct{}](open), emptySamples(), emptyChecks()),
			plan(r, "nested", true, userFront[nestedUser, nestedSession](open), nestedSamples(), nestedChecks()),
		))
	}}
}

// NewSessionSubject is [NewSubject] for an adapter for sessions alone: UserID is
// not checked, and the clauses about users are no part of the plan.
func NewSessionSubject(open func(t TB, s Store, columns spec.Columns) spec.SessionAdapter) Subject {
	return Subject{preflight: preflight(false, sessionFront[struct{}, struct{}](open), emptySamples()), plan: func(r *runner) []planned {
		return arrange(slices.Concat(
			plan(r, "rich", false, sessionFront[richUser, richSession](open), richSamples(), richChecks()),
			plan(r, "empty", false, sessionFront[struct{}, struct{}](open), emptySamples(), emptyChecks()),
			plan(r, "nested", false, sessionFront[nestedUser, nestedSession](open), nestedSamples(), nestedChecks()),
		))
	}}
}

// front is a store as a check calls it.
type front[U, S any] struct {
	typed.Store[U, S]
	adapter spec.SessionAdapter // what the store is made of
}

// offers reports whether the adapter, or what it wraps, implements T. The front
// has the methods of all optional interfaces.
func offers[T, U, S any](a front[U, S]) bool {
	_, ok := spec.As[T](a.adapter)
	return ok
}

// frontName is what the errors of the suite's fronts begin with.
const frontName = "adapter"

// userFront puts a front on what open opens.
func userFront[U, S any](open func(TB, Store, spec.Columns) spec.Adapter) func(TB, Store) front[U, S] {
	return func(t TB, s Store) front[U, S] {
		store, err := spec.NewStore[U, S](frontName, func(columns spec.Columns) (spec.Adapter, error) {
			a := open(t, s, columns)
			wantAdapter(t, s, a)
			return a, nil
		})
		if err != nil {
			t.Fatalf("the suite's own types: %v", err)
		}
		f := front[U, S]{store, store.Adapter()}
		if own, ok := f.adapter.(typed.Fronted); ok {
			own.Front(&f.Store)
		}
		return f
	}
}

// sessionFront is userFront for sessions alone.
func sessionFront[U, S any](open func(TB, Store, spec.Columns) spec.SessionAdapter) func(TB, Store) front[U, S] {
	return func(t TB, s Store) front[U, S] {
		store, err := spec.NewSessionStore[S](frontName, func(columns spec.Columns) (spec.SessionAdapter, error) {
			a := open(t, s, columns)
			wantAdapter(t, s, a)
			return a, nil
		})
		if err != nil {
			t.Fatalf("the suite's own types: %v", err)
		}
		return front[U, S]{sessionsOnly[U, S]{store}, store.Adapter()}
	}
}
