package fronts

import (
	"context"
	"sync/atomic"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

// opening opens a store for one pair of types.
type opening[U, S any] = func(conformance.TB, conformance.Store) typed.Store[U, S]

// subjectOf returns a subject whose front is broken. Each of the three functions opens a
// store with its own front.
func subjectOf(rich opening[richUser, richSession], empty opening[struct{}, struct{}], nested opening[nestedUser, nestedSession]) conformance.Subject {
	return conformance.NewSubject(func(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
		if t.Name() == "preflight" { // it would find some faults before a clause does
			return memory.NewAdapter(columns)
		}
		return fronted{newMigratable(columns), func(store any) {
			switch store := store.(type) {
			case *typed.Store[richUser, richSession]:
				*store = rich(t, s)
			case *typed.Store[struct{}, struct{}]:
				*store = empty(t, s)
			case *typed.Store[nestedUser, nestedSession]:
				*store = nested(t, s)
			}
		}}
	})
}

// fronted is an adapter that comes with its own front.
type fronted struct {
	spec.Adapter // only for its optional interfaces; never called
	front        func(store any)
}

func (f fronted) Front(store any) { f.front(store) }

func (f fronted) Unwrap() any { return f.Adapter }

func newMigratable(columns spec.Columns) migratable {
	return migratable{memory.NewAdapter(columns), new(atomic.Bool)}
}

// migratable is an adapter with a Migrator: Check fails until Migrate was called.
type migratable struct {
	spec.Adapter
	migrated *atomic.Bool
}

func (m migratable) Migrate(context.Context) error {
	m.migrated.Store(true)
	return nil
}

func (m migratable) Check(context.Context) error {
	if !m.migrated.Load() {
		return spec.ErrFailed
	}
	return nil
}

func (m migratable) Unwrap() any { return m.Adapter }
