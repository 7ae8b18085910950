package conformance

import (
	"slices"

	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

// Store describes the store that a check wants to open.
type Store struct {
	// Name identifies the data. Opening the same name again must return another handle
	// on the same data. Another name means other data in the same database. A name
	// consists of a letter followed by letters, digits and underscores, in lower case,
	// at most 30 bytes. No other check and no other run uses it again.
	Name string

	// MaxConns is the maximum number of connections that the handle can use. If it is
	// 0, the adapter decides.
	MaxConns int

	// Cut means that the check will call Options.Cut on the store many times. If the
	// driver searches or dials an unreachable server for a long time, open can set it
	// to give up after some seconds. Do so only for these checks: a slow server would
	// look unreachable too.
	Cut bool

	// LoseAnswer means that the check will call Options.LoseAnswer on the store. If
	// neither LoseAnswer nor Cut is set, the store needs no proxy or other means for
	// these hooks.
	LoseAnswer bool

	// Target is Options.Target.
	Target any
}

// Subject is the adapter that the suite tests. The suite opens it for each of its
// pairs of attribute types. Call [NewSubject] or [NewSessionSubject] to make one.
type Subject struct {
	plan      func(*runner) []planned
	preflight func(*runner, *recorder, *verdict)
}

// NewSubject returns the subject for an adapter that keeps users and sessions.
//
// Open opens the adapter for these columns, or fails t. The suite calls the adapter
// through [spec.NewStore], calls Migrate if the adapter has it, and closes the adapter
// once. It then runs the functions that open passed to t.Cleanup. They must close
// whatever else open has opened, such as a database handle that was passed to the
// adapter, and remove the store's data.
func NewSubject(open func(t TB, s Store, columns spec.Columns) spec.Adapter) Subject {
	return Subject{preflight: preflight(true, userFront[struct{}, struct{}](open), emptySamples()), plan: func(r *runner) []planned {
		return arrange(slices.Concat(
			plan(r, "rich", true, userFront[richUser, richSession](open), richSamples(), richChecks()),
			plan(r, "empty", true, userFront[struct{}, struct{}](open), emptySamples(), emptyChecks()),
			plan(r, "nested", true, userFront[nestedUser, nestedSession](open), nestedSamples(), nestedChecks()),
		))
	}}
}

// NewSessionSubject is [NewSubject] for an adapter that keeps only sessions. Such an
// adapter accepts any UserID, and the plan contains no clauses about users.
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
	adapter spec.SessionAdapter // the adapter that the store calls
}

// offers reports whether the adapter, or what it wraps, implements T. The front itself
// has the methods of all optional interfaces.
func offers[T, U, S any](a front[U, S]) bool {
	_, ok := spec.As[T](a.adapter)
	return ok
}

// frontName is the beginning of the errors of the suite's fronts.
const frontName = "adapter"

// userFront returns a function that puts a front on the adapters that open returns.
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

// sessionFront is userFront for adapters that keep only sessions.
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
