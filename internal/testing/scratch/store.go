package scratch

import "github.com/tenon-go/tenon/spec"

// Store returns a store on the adapter that open opens. As the conformance suite does, it
// creates the adapter's tables, and closes the adapter when the test ends.
func Store[U, S any](t TB, open func(spec.Columns) spec.Adapter) *spec.Store[U, S] {
	t.Helper()
	a, err := spec.NewStore[U, S]("adapter", func(columns spec.Columns) (spec.Adapter, error) { return open(columns), nil })
	return Ready(t, a, err)
}

// SessionStore is [Store] for stores that keep only sessions.
func SessionStore[S any, A spec.SessionAdapter](t TB, open func(spec.Columns) A) *spec.SessionStore[S] {
	t.Helper()
	a, err := spec.NewSessionStore[S]("adapter", func(columns spec.Columns) (spec.SessionAdapter, error) { return open(columns), nil })
	return Ready(t, a, err)
}
