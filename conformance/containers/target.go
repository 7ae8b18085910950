package containers

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers/internal/proxy"
)

// Target is a server as the suite meets it: every store has a place of its own
// in the database. A store that is to be cut off, or to lose an answer, is
// reached through a proxy that can do that. It is safe for concurrent use.
type Target struct {
	server     *Server
	parameters url.Values

	mu     sync.Mutex
	stores map[string]*store // those that are open, by conformance.Store.Name
}

// Target makes a target of a server. Parameters are added to the DSN of every
// store; they may be nil.
func (s *Server) Target(parameters url.Values) *Target {
	return &Target{server: s, parameters: parameters, stores: map[string]*store{}}
}

// Options returns options for a run of the suite with Target, Damage, InUse,
// Cut and LoseAnswer set, or with waivers where clients cannot be led through a
// proxy. DriverError depends on the adapter. InUse counts the handles of
// [Target.CountInUse].
func (t *Target) Options() conformance.Options {
	if e, ok := t.server.engine.(interface{ unproxied() string }); ok && e.unproxied() != "" {
		return conformance.Options{Target: t, Damage: t.damage, InUse: t.inUse, Waivers: []conformance.Waiver{
			{Clause: "ERR-03/errors_as_finds_the_drivers_error", Reason: e.unproxied()},
			{Clause: "ERR-05", Reason: e.unproxied()}, {Clause: "ERR-06", Reason: e.unproxied()},
		}, Watchdog: watchdog}
	}
	return conformance.Options{Target: t, Damage: t.damage, InUse: t.inUse, Cut: t.cut, LoseAnswer: t.loseAnswer, Watchdog: watchdog}
}

// watchdog is longer than the suite's own: a driver may look for a server that
// is cut off for seconds in each of a check's calls.
const watchdog = 10 * time.Minute

// Place is where an adapter keeps a store.
type Place struct {
	// DSN leads to the server without encryption, through the store's proxy if
	// it has one. (That of a replica set of several members leads past it.)
	DSN string

	// Name is the store's own part of the database, which is there and empty:
	// a schema of PostgreSQL; in MongoDB, the collections whose names begin with
	// it and an underscore.
	Name string
}

// store is one store that is open.
type store struct {
	Place
	proxy   *proxy.Proxy // nil: it needs none
	handles int          // opened and not yet closed; under Target.mu
	pools   []*sql.DB    // under Target.mu

	making sync.Mutex // two that make one place at once get into each other's way
}

// Open prepares the place for a handle on a store, or fails tb. When the check
// has ended, and the last handle is closed, the place is removed with all that
// is in it; so open first and close the handle in a later tb.Cleanup, which
// runs before.
func (t *Target) Open(tb conformance.TB, s conformance.Store) Place {
	tb.Helper()
	opened, err := t.open(s)
	if err != nil {
		tb.Fatalf("containers: a store's proxy: %v", err)
	}
	tb.Cleanup(func() {
		if err := t.close(opened); err != nil {
			tb.Errorf("containers: removing a store: %v", err)
		}
	})
	opened.making.Lock()
	err = t.server.engine.create(tb.Context(), s.Name)
	opened.making.Unlock()
	if err != nil {
		tb.Fatalf("containers: making a store: %v", err)
	}
	return opened.Place
}

// open counts a handle in. For the first one it makes a proxy, if the store
// needs one: a quarter of a run's time would go into proxies of all.
func (t *Target) open(s conformance.Store) (*store, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	opened := t.stores[s.Name]
	if opened == nil {
		opened = &store{Place: Place{Name: s.Name}}
		address := t.server.engine.direct()
		if s.Cut || s.LoseAnswer || address == "" {
			p, err := proxy.New(t.server.engine.protocol, t.server.engine.dial)
			if err != nil {
				return nil, err
			}
			opened.proxy, address = p, p.Addr()
		}
		opened.DSN = t.server.engine.dsn(address, t.parameters, s.Cut)
		t.stores[s.Name] = opened
	}
	opened.handles++
	return opened, nil
}

// close counts a handle out. After the last one it removes the store, without
// the context of its check, which is done by now.
func (t *Target) close(s *store) error {
	t.mu.Lock()
	s.handles--
	last := s.handles == 0
	if last {
		delete(t.stores, s.Name)
	}
	t.mu.Unlock()
	if !last {
		return nil
	}
	var err error
	if s.proxy != nil {
		err = s.proxy.Close()
	}
	return errors.Join(err, t.server.engine.drop(context.Background(), s.Name))
}

// proxyOf returns the proxy of a store that is open, and was opened with one.
func (t *Target) proxyOf(tb conformance.TB, s conformance.Store) *proxy.Proxy {
	tb.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	opened := t.stores[s.Name]
	if opened == nil {
		tb.Fatalf("containers: store %q is not open", s.Name)
	}
	if opened.proxy == nil {
		tb.Fatalf("containers: store %q was opened without Cut and LoseAnswer", s.Name)
	}
	return opened.proxy
}

// Counts returns what passed the proxy of a store that is open.
func (t *Target) Counts(tb conformance.TB, s conformance.Store) Counts {
	tb.Helper()
	return t.proxyOf(tb, s).Counts()
}

// Counts is what passed between a store and its server: round trips, and
// answers by kind.
type Counts = proxy.Counts

func (t *Target) cut(tb conformance.TB, s conformance.Store) (restore func()) {
	tb.Helper()
	return t.proxyOf(tb, s).Cut()
}

func (t *Target) loseAnswer(tb conformance.TB, s conformance.Store) (lost func() bool) {
	tb.Helper()
	p := t.proxyOf(tb, s)
	p.LoseAnswer()
	return func() bool { return !p.Losing() }
}

// damage implements [conformance.Options.Damage].
func (t *Target) damage(tb conformance.TB, s conformance.Store) {
	tb.Helper()
	if err := t.server.engine.damage(tb.Context(), s.Name); err != nil {
		tb.Fatalf("containers: damaging a store: %v", err)
	}
}

// CountInUse has [conformance.Options.InUse] count the connections of a handle on a
// store that is open.
func (t *Target) CountInUse(s conformance.Store, db *sql.DB) {
	t.mu.Lock()
	defer t.mu.Unlock()
	opened := t.stores[s.Name]
	opened.pools = append(opened.pools, db)
}

func (t *Target) inUse(_ conformance.TB, s conformance.Store) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	if opened := t.stores[s.Name]; opened != nil {
		for _, db := range opened.pools {
			n += db.Stats().InUse
		}
	}
	return n
}
