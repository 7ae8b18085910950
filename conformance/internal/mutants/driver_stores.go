package mutants

import (
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/hooks"
	"github.com/tenon-go/tenon/internal/testing/faultdriver"
	"github.com/tenon-go/tenon/spec"
)

// The faults of this file need data that outlives a handle, or a real pool.
func driverStoreMutants() []Mutant {
	// The watchdog ends a caller that waits forever for a connection of a real pool.
	starved := hooks.Options("STO-03")
	starved.Watchdog = 2 * time.Second
	return []Mutant{
		{Name: "each_handle_has_a_cache", Clause: "STO-01", Subject: alterDriver(func(a *altered) {
			// It reads each session only once.
			var cache sync.Map
			a.around(spec.OpSession, func(c *call, do func()) {
				if session, ok := cache.Load(c.id); ok {
					c.session = session.(spec.SessionRow)
				} else if do(); c.err == nil {
					cache.Store(c.id, c.session)
				}
			})
			forget := func(c *call) { cache.Delete(c.id) }
			a.after(spec.OpSwapLease, forget)
			a.after(spec.OpDeleteSession, forget)
		}), Options: hooks.Options("STO-01")},
		{Name: "taken_id_is_taken_for_an_earlier_try", Clause: "STO-01", Subject: alterDriver(func(a *altered) {
			// It treats a taken id as its own success whose answer was lost, unless it has
			// created that session before.
			created := keepingRows(a)
			a.after(spec.OpCreateSession, func(c *call) {
				if _, mine := created.Load(c.id); !mine {
					c.err = replaceClass(c.err, spec.ErrSessionExists, nil)
				}
			})
		}), Options: hooks.Options("STO-01")},
		{Name: "close_loses_the_last_session", Clause: "STO-01", Subject: alterDriver(func(a *altered) {
			// It has written the last session, but not durably.
			var last atomic.Pointer[string]
			a.after(spec.OpCreateSession, func(c *call) {
				if c.err == nil {
					last.Store(&c.id)
				}
			})
			a.before(spec.OpClose, func(c *call) {
				if id := last.Load(); id != nil {
					c.rows.DeleteSession(c.ctx, *id)
				}
			})
		}), Options: hooks.Options("STO-01")},
		{Name: "stores_share_their_tables", Clause: "STO-02", Subject: subject(sharesTables), Options: hooks.Options("STO-02")},
		{Name: "stale_lease_keeps_its_connection", Clause: "STO-03", Shipped: "adapters that do not close their rows",
			Subject: subject(keepsConnection), Options: starved},
	}
}

func sharesTables(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	s.Name = "app"
	return healthySQLite(t, s, columns)
}

// keepsConnection uses a second connection to read the session after a failed swap.
func keepsConnection(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	db := s.Target.(*faultdriver.Files).Of(t).Handle(t, s.MaxConns, faultdriver.Connector{})
	adapter, err := sqlite.NewAdapter(t.Context(), db, columns, sqlite.WithTables(s.Name+"_users", s.Name+"_sessions"))
	if err != nil {
		t.Fatal(err)
	}
	a := &altered{rows: asRows(adapter, columns)}
	var mu sync.Mutex
	var kept []*sql.Conn
	t.Cleanup(func() {
		for _, conn := range kept {
			conn.Close()
		}
	})
	a.after(spec.OpSwapLease, func(c *call) {
		if !errors.Is(c.err, spec.ErrStale) {
			return
		}
		if conn, err := db.Conn(c.ctx); err == nil {
			mu.Lock()
			defer mu.Unlock()
			kept = append(kept, conn)
		}
	})
	return a
}
