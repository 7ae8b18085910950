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
		{Name: "a_handle_remembers_users", Shipped: "adapters with a cache", Subject: shelved(func(h *handle) { h.remembers(spec.OpUser) })},
		{Name: "a_handle_remembers_sessions", Shipped: "adapters with a cache", Subject: shelved(func(h *handle) { h.remembers(spec.OpSession) })},
		{Name: "a_handle_remembers_sessions_with_their_users", Shipped: "adapters with a cache",
			Subject: shelved(func(h *handle) { h.remembers(spec.OpSessionAndUser) })},
		{Name: "a_handle_remembers_lists", Shipped: "adapters with a cache", Subject: shelved(func(h *handle) { h.remembers(spec.OpUserSessions) })},
		{Name: "a_handle_remembers_users_by_their_values", Shipped: "adapters with a cache", Subject: shelved(func(h *handle) { h.remembers(spec.OpUserBy) })},
		{Name: "a_handle_swaps_from_the_lease_it_remembers", Shipped: "adapters with a cache", Subject: shelved(func(h *handle) {
			var known sync.Map // the leases that were read since the last write, by session id
			h.writes = append(h.writes, func(spec.Op, string) { known.Clear() })
			h.after(spec.OpSession, func(c *call) {
				if c.err == nil {
					known.LoadOrStore(c.id, c.session.Lease)
				}
			})
			h.before(spec.OpSwapLease, func(c *call) {
				lease, read := known.Load(c.id)
				if now, err := c.rows.Session(c.ctx, c.id); read && err == nil && c.from.Equal(lease.(spec.Lease)) {
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
			if slices.Contains(writes, c.op) {
				for _, f := range h.writes {
					f(c.op, c.id)
				}
			}
		})
		h.before(spec.OpClose, func(c *call) {
			store.mu.Lock()
			defer store.mu.Unlock()
			store.handles--
			c.answer(nil)
		})
		alter(h)
		declares(h.altered, func(c *spec.Weaknesses) { c.Volatile = false })
		if h.migrate != nil {
			return &migrating{altered: h.altered, migrated: new(atomic.Bool), migrate: h.migrate}
		}
		return h.altered
	})
}

var writes = []spec.Op{
	spec.OpCreateUser, spec.OpUpdateUser, spec.OpDeleteUser,
	spec.OpCreateSession, spec.OpUpdateSession, spec.OpSwapLease, spec.OpDeleteSession,
	spec.OpDeleteUserSessions, spec.OpDeleteExpiredSessions,
}

// remembers makes an operation read from the store once, and again after this handle has
// written.
func (h *handle) remembers(op spec.Op) {
	var mu sync.Mutex
	known := map[string]call{}
	h.writes = append(h.writes, func(spec.Op, string) {
		mu.Lock()
		defer mu.Unlock()
		clear(known)
	})
	h.around(op, func(c *call, do func()) {
		mu.Lock()
		defer mu.Unlock()
		key := fmt.Sprint(c.id, c.place, c.value)
		if kept, ok := known[key]; ok {
			c.returns(kept)
			return
		}
		do()
		known[key] = *c
	})
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
	h.before(spec.OpClose, func(*call) {
		mu.Lock()
		defer mu.Unlock()
		if last != nil {
			_ = last(context.Background()) // fails harmlessly if the write has failed
		}
	})
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
