package containers

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers/internal/proxy"
)

// Target is a server as the suite uses it: every store has its own place in the
// database. The connections to a store that the suite cuts off, or whose answers it
// loses, go through a proxy. A Target is safe for concurrent use.
type Target struct {
	server     *Server
	parameters url.Values

	mu     sync.Mutex
	stores map[string]*store // those that are open, by conformance.Store.Name
}

// Target returns a target on the server. Parameters are added to the DSN of every
// store. They can be nil.
func (s *Server) Target(parameters url.Values) *Target {
	return &Target{server: s, parameters: parameters, stores: map[string]*store{}}
}

// Options returns options for a run of the suite, with Target, Damage, InUse, Cut
// and LoseAnswer set. If clients cannot connect through a proxy, it sets waivers
// instead of Cut and LoseAnswer. The caller sets DriverError, which depends on the
// adapter. InUse adds up the functions passed to [Target.CountInUse].
func (t *Target) Options() conformance.Options {
	if e, ok := t.server.engine.(interface{ unproxied() string }); ok && e.unproxied() != "" {
		return conformance.Options{Target: t, Damage: t.damage, InUse: t.inUse, Waivers: []conformance.Waiver{
			{Clause: "ERR-03/errors_as_finds_the_drivers_error", Reason: e.unproxied()},
			{Clause: "ERR-05", Reason: e.unproxied()}, {Clause: "ERR-06", Reason: e.unproxied()},
		}, Watchdog: watchdog}
	}
	return conformance.Options{Target: t, Damage: t.damage, InUse: t.inUse, Cut: t.cut, LoseAnswer: t.loseAnswer, Watchdog: watchdog}
}

// watchdog is longer than the suite's default: in each call of a check, a driver
// can look for seconds for a server that is cut off.
const watchdog = 10 * time.Minute

// Place is where an adapter keeps a store.
type Place struct {
	// DSN connects to the server without encryption, through the store's proxy
	// if it has one. (The DSN of a replica set of several members uses no proxy.)
	DSN string

	// Name is the store's own part of the database, which exists and is empty:
	// a schema in PostgreSQL, a database in MySQL and MariaDB. In MongoDB it is the
	// prefix of the collections, followed by an underscore, and in Redis and
	// Valkey that of the keys, followed by a colon.
	Name string
}

// store is an open store.
type store struct {
	Place
	proxy   *proxy.Proxy // nil: it needs no proxy
	handles int          // opened and not yet closed; under Target.mu
	inUse   []func() int // of its handles; under Target.mu

	making sync.Mutex // held while the place is created: two concurrent creations can fail
}

// Open prepares the place for a handle on a store, or fails tb. In a tb.Cleanup of
// the last handle it removes the place with all of its contents. So call Open
// first, and close the handle in a tb.Cleanup of your own: since it is registered
// later, it runs earlier.
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
		tb.Fatalf("containers: creating a store: %v", err)
	}
	return opened.Place
}

// open adds a handle. For the first one it starts a proxy, if the store needs one.
// Proxies for all stores would take a quarter of a run's time.
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

// close removes a handle. After the last one it removes the store. It does not use
// the context of the check, which is done by then.
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

// proxyOf returns the proxy of an open store, or fails tb if it has no proxy.
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

// Counts returns the traffic through the proxy of an open store.
func (t *Target) Counts(tb conformance.TB, s conformance.Store) Counts {
	tb.Helper()
	return t.proxyOf(tb, s).Counts()
}

// Counts counts the traffic between a store and its server: round trips, and
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

// CountInUse makes [conformance.Options.InUse] call inUse, which counts the connections in
// use of a handle on an open store.
func (t *Target) CountInUse(s conformance.Store, inUse func() int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	opened := t.stores[s.Name]
	opened.inUse = append(opened.inUse, inUse)
}

func (t *Target) inUse(_ conformance.TB, s conformance.Store) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	if opened := t.stores[s.Name]; opened != nil {
		for _, inUse := range opened.inUse {
			n += inUse()
		}
	}
	return n
}
