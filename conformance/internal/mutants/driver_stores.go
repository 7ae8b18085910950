package mutants

import (
	"context"
	"database/sql"
	"errors"
	"sync"
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
			var mu sync.Mutex
			cache := map[string]spec.SessionRow{}
			forget := func(id string) {
				mu.Lock()
				defer mu.Unlock()
				delete(cache, id)
			}
			a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
				mu.Lock()
				defer mu.Unlock()
				if session, ok := cache[id]; ok {
					return session, nil
				}
				session, err := a.rows.Session(ctx, id)
				if err == nil {
					cache[id] = session
				}
				return session, err
			}
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				defer forget(id)
				return a.rows.SwapLease(ctx, id, from, to)
			}
			a.deleteSession = func(ctx context.Context, id string) error {
				defer forget(id)
				return a.rows.DeleteSession(ctx, id)
			}
		}), Options: hooks.Options("STO-01")},
		{Name: "taken_id_is_taken_for_an_earlier_try", Clause: "STO-01", Subject: alterDriver(func(a *altered) {
			// It treats a taken id as its own success whose answer was lost, unless it has
			// created that session before.
			var created sync.Map
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				err := a.rows.CreateSession(ctx, session)
				if _, mine := created.Load(session.ID); errors.Is(err, spec.ErrSessionExists) && !mine {
					return nil
				}
				if err == nil {
					created.Store(session.ID, true)
				}
				return err
			}
		}), Options: hooks.Options("STO-01")},
		{Name: "close_loses_the_last_session", Clause: "STO-01", Subject: alterDriver(func(a *altered) {
			// It has written the last session, but not durably.
			var mu sync.Mutex
			var last string
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				err := a.rows.CreateSession(ctx, session)
				if err == nil {
					mu.Lock()
					last = session.ID
					mu.Unlock()
				}
				return err
			}
			a.close = func() error {
				mu.Lock()
				defer mu.Unlock()
				a.rows.DeleteSession(context.Background(), last)
				return a.rows.Close()
			}
		}), Options: hooks.Options("STO-01")},
		{Name: "stores_share_their_tables", Clause: "STO-02", Subject: subject(sharesTables), Options: hooks.Options("STO-02")},
		{Name: "stale_lease_keeps_its_connection", Clause: "STO-03", Shipped: "adapters that do not close their rows", Subject: subject(keepsConnection), Options: starved},
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
	a := asRows(adapter, columns)
	var mu sync.Mutex
	var kept []*sql.Conn
	t.Cleanup(func() {
		for _, conn := range kept {
			conn.Close()
		}
	})
	return &altered{rows: a, swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
		err := a.SwapLease(ctx, id, from, to)
		if errors.Is(err, spec.ErrStale) {
			if conn, err := db.Conn(ctx); err == nil {
				mu.Lock()
				kept = append(kept, conn)
				mu.Unlock()
			}
		}
		return err
	}}
}
