package mutants

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// handleMutants returns mutants with data that outlives a handle.
func handleMutants() []Mutant {
	list := []Mutant{
		{Name: "a_handle_remembers_users", Shipped: "adapters with a cache", Subject: shelved(func(h *handle) { h.user = remember(h, h.rows.User) })},
		{Name: "a_handle_remembers_sessions", Shipped: "adapters with a cache", Subject: shelved(func(h *handle) { h.session = remember(h, h.rows.Session) })},
		{Name: "a_handle_remembers_sessions_with_their_users", Shipped: "adapters with a cache", Subject: shelved(func(h *handle) {
			type both struct {
				session spec.SessionRow
				user    spec.UserRow
			}
			read := remember(h, func(ctx context.Context, id string) (b both, err error) {
				b.session, b.user, err = h.rows.SessionAndUser(ctx, id)
				return b, err
			})
			h.sessionAndUser = func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
				b, err := read(ctx, id)
				return b.session, b.user, err
			}
		})},
		{Name: "a_handle_remembers_lists", Shipped: "adapters with a cache", Subject: shelved(func(h *handle) { h.userSessions = remember(h, h.rows.UserSessions) })},
		{Name: "a_handle_remembers_users_by_their_values", Shipped: "adapters with a cache", Subject: shelved(func(h *handle) {
			type key struct {
				place int
				value string
			}
			var values sync.Map
			read := remember(h, func(ctx context.Context, k key) (spec.UserRow, error) {
				value, _ := values.Load(k)
				return h.rows.UserBy(ctx, k.place, value)
			})
			h.userBy = func(ctx context.Context, place int, value any) (spec.UserRow, error) {
				k := key{place, fmt.Sprint(value)}
				values.Store(k, value)
				return read(ctx, k)
			}
		})},
		{Name: "a_handle_swaps_from_the_lease_it_remembers", Shipped: "adapters with a cache", Subject: shelved(func(h *handle) {
			read := remember(h, h.rows.Session)
			h.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
				_, _ = read(ctx, id) // so that it is remembered
				return h.rows.Session(ctx, id)
			}
			h.before(spec.OpSwapLease, func(c *call) {
				known, err := read(c.ctx, c.id)
				if now, e := c.rows.Session(c.ctx, c.id); err == nil && e == nil && known.Lease.Equal(c.from) {
					c.from = now.Lease
				}
			})
		})},
		{Name: "close_loses_the_last_user", Subject: shelved(func(h *handle) {
			h.undoes(spec.OpCreateUser, func(ctx context.Context, id string) undo {
				return func(ctx context.Context) error { return h.rows.DeleteUser(ctx, id) }
			})
		})},
		{Name: "close_loses_the_last_update_of_a_user", Subject: shelved(func(h *handle) { h.undoes(spec.OpUpdateUser, h.restoreUser) })},
		{Name: "close_loses_the_last_deletion_of_a_user", Subject: shelved(func(h *handle) { h.undoes(spec.OpDeleteUser, h.restoreUser) })},
		{Name: "close_loses_the_last_update_of_a_session", Subject: shelved(func(h *handle) { h.undoes(spec.OpUpdateSession, h.restoreSession) })},
		{Name: "close_loses_the_last_swap", Subject: shelved(func(h *handle) { h.undoes(spec.OpSwapLease, h.restoreSession) })},
		{Name: "close_loses_the_last_deletion_of_a_session", Subject: shelved(func(h *handle) { h.undoes(spec.OpDeleteSession, h.restoreSession) })},
		{Name: "close_loses_the_last_deletion_of_a_users_sessions", Subject: shelved(func(h *handle) { h.undoes(spec.OpDeleteUserSessions, h.restoreList) })},
		{Name: "close_loses_the_last_sweep", Subject: shelved(func(h *handle) { h.undoes(spec.OpDeleteExpiredSessions, h.restoreList) })},

		{Name: "unique_values_are_not_known_after_a_cold_start", Shipped: "indexes that are kept in memory", Subject: shelved(func(h *handle) {
			number := placeOf[richUser]("Number")
			h.around(spec.OpCreateUser, func(c *call, do func()) {
				if !isRich(h.columns) {
					do()
					return
				}
				_, known := h.shared.LoadOrStore(c.user.Attributes[number], true)
				if do(); !known && isNotUnique(c.err, "Number") {
					c.user.Attributes = slices.Clone(c.user.Attributes)
					c.user.Attributes[number] = nil
					do()
				}
			})
		})},
	}
	for i := range list {
		list[i].Clause = "STO-01"
		list[i].Options.Target = new(shelf)
	}
	return list
}

// shelfStore is a store on which several handles can be open. Shared is their common
// memory, which is lost with the last handle.
type shelfStore struct {
	rows
	mu      sync.Mutex
	handles int
	shared  *sync.Map
}

// handle is a healthy handle on a store that outlives it.
type handle struct {
	*altered
	shared  *sync.Map
	migrate func(ctx context.Context) error // nil if there is nothing to migrate
	writes  []func(op spec.Op, id string)   // called before each write
}

// undo undoes a write.
type undo = func(ctx context.Context) error

// shelved returns a subject whose stores outlive their handles. Alter alters each handle.
func shelved(alter func(*handle)) conformance.Subject {
	return subject(func(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
		taken, _ := s.Target.(*shelf).take(t, s.Name, func() any { return &shelfStore{rows: openHealthy(t, s, columns)} })
		store := taken.(*shelfStore)
		store.mu.Lock()
		defer store.mu.Unlock()
		if store.handles == 0 {
			store.shared = new(sync.Map)
		}
		store.handles++
		h := &handle{altered: &altered{rows: store.rows, t: t, store: s, columns: columns}, shared: store.shared}
		h.before(everyCall, func(c *call) {
			if !slices.Contains(reads, c.op) {
				for _, f := range h.writes {
					f(c.op, c.id)
				}
			}
		})
		h.close = func() error {
			store.mu.Lock()
			defer store.mu.Unlock()
			store.handles--
			return nil
		}
		alter(h)
		declares(h.altered, func(c *spec.Weaknesses) { c.Volatile = false })
		if h.migrate != nil {
			return &migrating{altered: h.altered, migrated: new(atomic.Bool), migrate: h.migrate}
		}
		return h.altered
	})
}

var reads = []spec.Op{spec.OpUser, spec.OpUserBy, spec.OpSession, spec.OpSessionAndUser, spec.OpUserSessions}

// remember returns a read that reads from the store once, and again after this handle has
// written.
func remember[K comparable, V any](h *handle, read func(context.Context, K) (V, error)) func(context.Context, K) (V, error) {
	type answer struct {
		value V
		err   error
	}
	var mu sync.Mutex
	known := map[K]answer{}
	h.writes = append(h.writes, func(spec.Op, string) {
		mu.Lock()
		defer mu.Unlock()
		clear(known)
	})
	return func(ctx context.Context, key K) (V, error) {
		mu.Lock()
		defer mu.Unlock()
		a, ok := known[key]
		if !ok {
			a.value, a.err = read(ctx, key)
			known[key] = a
		}
		return a.value, a.err
	}
}

// undoes makes Close undo the last write if it was this operation. Prepare reads the rows
// before the write.
func (h *handle) undoes(op spec.Op, prepare func(ctx context.Context, id string) undo) {
	var mu sync.Mutex
	var last undo
	h.writes = append(h.writes, func(now spec.Op, id string) {
		mu.Lock()
		defer mu.Unlock()
		if last = nil; now == op {
			last = prepare(context.Background(), id)
		}
	})
	closeHandle := h.close
	h.close = func() error {
		mu.Lock()
		defer mu.Unlock()
		if last != nil {
			_ = last(context.Background()) // fails harmlessly if the write has failed
		}
		return closeHandle()
	}
}

// restoreUser returns a function that restores a user and the user's sessions to their
// current state.
func (h *handle) restoreUser(ctx context.Context, id string) undo {
	user, err := h.rows.User(ctx, id)
	list := h.restoreList(ctx, id)
	return func(ctx context.Context) error {
		if err != nil {
			return err
		}
		if err := h.rows.UpdateUser(ctx, id, changeOfAll(user.Attributes)); err == nil {
			return nil
		}
		return errors.Join(h.rows.CreateUser(ctx, user), list(ctx))
	}
}

// restoreSession does the same for a session.
func (h *handle) restoreSession(ctx context.Context, id string) undo {
	session, err := h.rows.Session(ctx, id)
	return func(ctx context.Context) error {
		if err != nil {
			return err
		}
		return errors.Join(h.rows.DeleteSession(ctx, id), h.rows.CreateSession(ctx, session))
	}
}

// restoreList does the same for a user's sessions.
func (h *handle) restoreList(ctx context.Context, userID string) undo {
	list, _ := h.rows.UserSessions(ctx, userID)
	return func(ctx context.Context) error {
		for _, session := range list {
			if err := h.rows.CreateSession(ctx, session); err != nil && !errors.Is(err, spec.ErrSessionExists) {
				return err
			}
		}
		return nil
	}
}
