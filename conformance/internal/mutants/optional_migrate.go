package mutants

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/created"
	"github.com/tenon-go/tenon/spec"
)

// migrateMutants returns mutants that implement Migrator.
func migrateMutants() []Mutant {
	list := []Mutant{
		{Name: "migrate_starts_afresh", Subject: migrates(func(m *migrating) {
			m.migrate = func(ctx context.Context) error { return m.deleteAll(ctx) }
		})},
		{Name: "migrate_fails_where_it_has_run", Shipped: "adapters without IF NOT EXISTS", Subject: migrates(func(m *migrating) {
			m.migrate = func(context.Context) error {
				if m.migrated.Load() {
					return spec.ErrFailed
				}
				return nil
			}
		})},
		{Name: "migrate_fails_while_another_runs", Shipped: "PostgreSQL, where IF NOT EXISTS can fail", Subject: migrates(func(m *migrating) {
			racing, both := racesIn(m.t, "migrate_by_ten_at_once"), newMeeting(m.t)
			var running atomic.Int32
			m.migrate = func(ctx context.Context) error {
				if !m.migrated.Load() {
					return nil // when the store was opened
				}
				defer running.Add(-1)
				first := running.Add(1) == 1
				if racing {
					both.meet(ctx)
				}
				if !first {
					return spec.ErrFailed
				}
				return nil
			}
		})},
		{Name: "check_finds_fault_with_what_migrate_makes", Subject: migrates(func(m *migrating) {
			m.check = func(context.Context) error { return spec.ErrFailed }
		})},
		{Name: "check_finds_nothing", Subject: migrates(func(m *migrating) {
			m.check = func(context.Context) error { return nil }
		})},
		{Name: "check_makes_what_it_does_not_find", Subject: migrates(func(m *migrating) {
			m.check = func(context.Context) error {
				if !m.migrated.Swap(true) {
					return spec.ErrFailed
				}
				return nil
			}
		})},
		{Name: "check_remembers_that_it_found_nothing", Shipped: "adapters with a cache", Subject: migrates(func(m *migrating) {
			var sound atomic.Bool
			m.check = func(context.Context) error {
				if sound.Load() {
					return nil
				}
				err := m.missing()
				sound.Store(err == nil)
				return err
			}
		})},
		{Name: "check_looks_at_one_of_the_tables", Subject: migrates(func(m *migrating) {
			m.check = func(context.Context) error {
				if !m.migrated.Load() {
					return spec.ErrFailed
				}
				return nil
			}
		})},
		{Name: "migrate_copies_tables_and_loses_what_is_written_to_the_old_ones", Shipped: "migrations of SQLite that rebuild a table",
			Subject: migrates(func(m *migrating) {
				written := newSignal(m.t)
				m.after(spec.OpCreateSession, func(*call) { written.give() })
				m.migrate = func(ctx context.Context) error {
					copied := m.created.Sessions(all)
					if !racesIn(m.t, "migrate_during_writes_loses_none") || len(copied) == 0 {
						return nil
					}
					written.given.Store(false)
					written.wait(ctx)
					for _, id := range m.created.Sessions(func(id, _ string) bool { return !slices.Contains(copied, id) }) {
						if err := m.rows.DeleteSession(ctx, id); err != nil {
							return err
						}
					}
					return nil
				}
			})},
		{Name: "writes_fail_while_migrate_runs", Shipped: "migrations that lock a table", Subject: migrates(func(m *migrating) {
			refused, running := newSignal(m.t), new(atomic.Bool)
			m.before(spec.OpSwapLease, func(c *call) {
				if running.Load() {
					refused.give()
					c.answer(spec.ErrUnavailable)
				}
			})
			m.migrate = func(ctx context.Context) error {
				if m.migrated.Load() && racesIn(m.t, "migrate_during_writes_loses_none") {
					running.Store(true)
					refused.wait(ctx)
				}
				return nil
			}
		})},
		{Name: "the_first_migrate_fails_where_another_is_the_first_too", Shipped: "PostgreSQL, where IF NOT EXISTS can fail",
			Options: conformance.Options{Target: new(shelf), Waivers: []conformance.Waiver{
				{Clause: "OPT-03/check_finds_what_is_missing", Reason: "it has no tables that could be missing"}}},
			Subject: shelved(func(h *handle) {
				h.migrate = func(ctx context.Context) error {
					if _, made := h.shared.Load("tables"); made {
						return nil
					}
					if racesIn(h.t, "a_new_store_is_opened_by_several_at_once") {
						both, _ := h.shared.LoadOrStore("both", newMeeting(h.t))
						both.(*meeting).meet(ctx)
					}
					if _, made := h.shared.LoadOrStore("tables", true); made {
						return spec.ErrFailed
					}
					return nil
				}
			})},
	}
	for i := range list {
		list[i].Clause = "OPT-03"
		if list[i].Options.Target == nil {
			list[i].Options = damageable()
		}
	}
	return list
}

// migrating is an adapter with a Migrator: Check fails until Migrate was called. It
// records the rows that are created.
type migrating struct {
	*altered
	created        *created.Rows
	migrated       *atomic.Bool
	damaged        atomic.Bool
	migrate, check func(context.Context) error // nil for the healthy method
}

func (m *migrating) Migrate(ctx context.Context) error {
	if m.migrate != nil {
		if err := m.migrate(ctx); err != nil {
			return err
		}
	}
	m.migrated.Store(true)
	return nil
}

func (m *migrating) Check(ctx context.Context) error {
	if m.check != nil {
		return m.check(ctx)
	}
	return m.missing()
}

// missing returns the error of a correct Check.
func (m *migrating) missing() error {
	if !m.migrated.Load() || m.damaged.Load() {
		return spec.ErrFailed
	}
	return nil
}

// damageable returns options with a hook that removes a table of a store that migrates opens.
func damageable() conformance.Options {
	return conformance.Options{Target: new(sync.Map), Damage: func(_ conformance.TB, s conformance.Store) {
		if m, open := s.Target.(*sync.Map).Load(s.Name); open {
			m.(*migrating).damaged.Store(true)
		}
	}}
}

func all(string, string) bool { return true }

// deleteAll deletes all rows.
func (m *migrating) deleteAll(ctx context.Context) error {
	for _, id := range m.created.Sessions(all) {
		if err := m.rows.DeleteSession(ctx, id); err != nil {
			return err
		}
	}
	for _, id := range m.created.Users() {
		if err := m.rows.DeleteUser(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// migrates returns a subject with a Migrator, with one part altered.
func migrates(alter func(*migrating)) conformance.Subject {
	return subject(func(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
		a := &altered{rows: openHealthy(t, s, columns), t: t, store: s, columns: columns}
		m := &migrating{altered: a, created: recordCreated(a), migrated: new(atomic.Bool)}
		alter(m)
		if open, damageable := s.Target.(*sync.Map); damageable {
			open.Store(s.Name, m)
		}
		return m
	})
}
