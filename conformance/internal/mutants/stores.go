package mutants

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func storeMutants() []Mutant {
	return slices.Concat([]Mutant{
		{Name: "volatile_adapter_does_not_declare_it", Clause: "STO-01",
			Subject: alterAll(func(a *altered) { declares(a, func(w *spec.Weaknesses) { w.Volatile = false }) })},
		{Name: "loses_writes_without_a_failure_of_its_server", Clause: "STO-01", Subject: alterAll(func(a *altered) {
			// It declares a weakness that shows when a server fails, but its data is gone
			// when a handle is closed.
			declares(a, func(w *spec.Weaknesses) { w.Volatile, w.LosesWrites = false, true })
		})},
		{Name: "volatile_adapter_keeps_its_data", Clause: "STO-01", Options: conformance.Options{Target: new(shelf)}, Subject: subject(openShelved)},

		{Name: "sweep_reaches_other_stores", Clause: "STO-02", Options: conformance.Options{Target: new(shelf)}, Subject: subject(alterOpened(openShelved, func(a *altered) {
			// A sweep ignores the store's name.
			a.after(spec.OpDeleteExpiredSessions, func(c *call) {
				shelf := a.store.Target.(*shelf)
				_, names := shelf.take(a.t, a.store.Name, nil)
				for _, name := range names {
					other, _ := shelf.take(a.t, name, nil)
					other.(rows).DeleteExpiredSessions(c.ctx, c.sweep)
				}
			})
		}))},
		{Name: "third_store_is_the_second_again", Clause: "STO-02", Options: conformance.Options{Target: new(shelf)}, Subject: subject(thirdIsSecond)},

		{Name: "absent_session_keeps_its_connection", Clause: "STO-03", Shipped: "adapters that do not close their rows",
			Subject: alterAll(openLeaky(func(_ spec.Op, err error) bool { return errors.Is(err, spec.ErrSessionNotFound) }))},
		{Name: "interrupted_call_keeps_its_connection", Clause: "STO-03", Shipped: "adapters that do not roll back",
			Subject: alterAll(openLeaky(func(_ spec.Op, err error) bool { return errors.Is(err, context.Canceled) }))},
		{Name: "session_and_user_takes_two_connections", Clause: "STO-03", Subject: alterAll(func(a *altered) {
			p := poolOf(a.store)
			a.around(spec.OpSessionAndUser, func(c *call, do func()) {
				give, ok := p.take(2)
				if !ok {
					c.err = &spec.Error{Adapter: "mutant", Op: c.op, Class: spec.ErrUnavailable}
					return
				}
				defer give()
				do()
			})
		})},
		{Name: "delete_keeps_its_connection", Clause: "STO-03", Subject: alterAll(openLeaky(func(op spec.Op, _ error) bool { return op == spec.OpDeleteUserSessions }))},
	}, leakMutants(), closeMutants(), driverStoreMutants())
}

// shelf has the stores of all checks by name, and the names that each check has used, in
// the order in which they were first opened.
type shelf struct {
	mu     sync.Mutex
	stores map[string]any
	names  map[conformance.TB][]string
}

// take returns the store with this name, which it creates if necessary, and the names
// that the check has used so far.
func (f *shelf) take(t conformance.TB, name string, open func() any) (store any, names []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stores == nil {
		f.stores, f.names = map[string]any{}, map[conformance.TB][]string{}
	}
	if f.stores[name] == nil {
		f.stores[name] = open()
		f.names[t] = append(f.names[t], name)
	}
	return f.stores[name], slices.Clone(f.names[t])
}

// openShelved opens a store on the shelf.
func openShelved(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, _ := s.Target.(*shelf).take(t, s.Name, func() any { return openHealthy(t, s, columns) })
	return a.(rows)
}

// thirdIsSecond distinguishes stores by too short a part of their names.
func thirdIsSecond(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	shelf := s.Target.(*shelf)
	store, names := shelf.take(t, s.Name, func() any { return openHealthy(t, s, columns) })
	if len(names) > 2 {
		store, _ = shelf.take(t, names[1], nil)
	}
	return store.(rows)
}

// pool has the connections of an adapter. A call that finds none fails, as with a pool
// with a timeout.
type pool struct {
	bounded bool
	left    atomic.Int64
}

func poolOf(s conformance.Store) *pool {
	p := &pool{bounded: s.MaxConns > 0}
	p.left.Store(int64(s.MaxConns))
	return p
}

// take takes n connections. The caller calls give to return them.
func (p *pool) take(n int64) (give func(), ok bool) {
	if p.left.Add(-n) < 0 && p.bounded {
		p.left.Add(n)
		return nil, false
	}
	return func() { p.left.Add(n) }, true
}

// openLeaky gives an adapter a pool. Reads and deletes take a connection and do not
// return it if keeps returns true.
func openLeaky(keeps func(op spec.Op, err error) bool) func(*altered) {
	return func(a *altered) {
		var waiting sync.Mutex // callers wait for each other, so one connection is enough
		p := poolOf(a.store)
		for _, op := range []spec.Op{spec.OpSession, spec.OpDeleteUserSessions} {
			a.around(op, func(c *call, do func()) {
				waiting.Lock()
				defer waiting.Unlock()
				give, ok := p.take(1)
				if !ok {
					c.err = &spec.Error{Adapter: "mutant", Op: c.op, Class: spec.ErrUnavailable}
					return
				}
				if c.err = c.ctx.Err(); c.err == nil {
					do()
				}
				if !keeps(c.op, c.err) {
					give()
				}
			})
		}
	}
}
