package mutants

import (
	"context"
	"slices"
	"sync"

	"github.com/tenon-go/tenon/spec"
)

// readRaceMutants returns mutants that are wrong about reads while deletes run.
func readRaceMutants(gap between) []Mutant {
	return []Mutant{
		{Name: "a_read_that_overlaps_a_delete_is_kept", Clause: "CON-03", Subject: alterAll(keepsReads(spec.OpSession, "delete", gap))},
		{Name: "a_read_that_overlaps_a_sweep_is_kept", Clause: "CON-03", Subject: alterAll(keepsReads(spec.OpSession, "sweep", gap))},
		{Name: "a_list_that_overlaps_the_deletion_of_the_others_is_kept", Clause: "CON-03", Subject: alterAll(keepsReads(spec.OpUserSessions, "except", gap))},
		{Name: "a_list_that_overlaps_a_sweep_is_kept", Clause: "CON-03", Subject: alterAll(keepsReads(spec.OpUserSessions, "sweep", gap))},
		{Name: "a_session_with_its_user_that_overlaps_a_delete_is_kept", Clause: "CON-03", Subject: alterAll(keepsReads(spec.OpSessionAndUser, "delete", gap))},
		{Name: "a_delete_blanks_the_row_first", Clause: "CON-03", Subject: alterRich(before(spec.OpDeleteSession, func(c *call) {
			_ = c.rows.UpdateSession(c.ctx, c.id, blank())
			gap(c.ctx)
			c.ctx = context.WithoutCancel(c.ctx)
		}))},
		{Name: "deleting_the_others_blanks_their_rows_first", Clause: "CON-03", Subject: alterRich(before(spec.OpDeleteUserSessions, func(c *call) {
			list, _ := c.rows.UserSessions(c.ctx, c.id)
			for _, s := range list {
				if !slices.Contains(c.keep, s.ID) {
					_ = c.rows.UpdateSession(c.ctx, s.ID, blank())
				}
			}
			gap(c.ctx)
			c.ctx = context.WithoutCancel(c.ctx)
		}))},
		{Name: "a_sweep_blanks_rows_first", Clause: "CON-03", Subject: alterRich(func(a *altered) {
			created := recordCreated(a)
			a.before(spec.OpDeleteExpiredSessions, func(c *call) {
				for _, id := range selectExpired(c.ctx, c.rows, created, c.sweep) {
					_ = c.rows.UpdateSession(c.ctx, id, blank())
				}
				gap(c.ctx)
				c.ctx = context.WithoutCancel(c.ctx)
			})
		})},
		{Name: "a_list_in_pages_skips_a_row_when_another_goes", Clause: "CON-03", Subject: alterAll(around(spec.OpUserSessions, func(c *call, do func()) {
			const page = 2
			var list []spec.SessionRow
			for {
				if do(); c.err != nil || len(c.list) == 0 { // the user is deleted too
					return
				}
				from := min(len(list), len(c.list))
				next := c.list[from:min(from+page, len(c.list))]
				if list = append(list, next...); len(next) < page {
					c.list = list
					return
				}
				gap(c.ctx)
			}
		}))},
		{Name: "a_list_fails_when_one_of_its_rows_goes", Clause: "CON-03", Subject: alterAll(after(spec.OpUserSessions, func(c *call) {
			gap(c.ctx)
			for i := range c.list {
				row, missing := c.rows.Session(c.ctx, c.list[i].ID)
				if missing != nil {
					c.list = nil
					if _, gone := c.rows.User(c.ctx, c.id); gone == nil {
						c.err = spec.ErrFailed
					}
					return
				}
				c.list[i] = row
			}
		}))},
		{Name: "deleting_the_others_hides_their_user", Clause: "CON-03", Subject: alterAll(hidesUser(spec.OpDeleteUserSessions, gap))},
		{Name: "a_sweep_of_a_user_hides_the_user", Clause: "CON-03", Subject: alterAll(hidesUser(spec.OpDeleteExpiredSessions, gap))},
	}
}

// hidesUser makes User not find a user while one operation looks for the user's sessions and
// deletes them. The other reads find the user.
func hidesUser(op spec.Op, gap between) func(*altered) {
	return func(a *altered) {
		var hidden sync.Map // ids of users
		a.around(op, func(c *call, do func()) {
			hidden.Store(c.id, true)
			defer hidden.Delete(c.id)
			_, _ = c.rows.UserSessions(c.ctx, c.id)
			gap(c.ctx)
			do()
		})
		a.after(spec.OpUser, func(c *call) {
			if _, ok := hidden.Load(c.id); ok {
				c.user, c.err = spec.UserRow{}, spec.ErrUserNotFound
			}
		})
	}
}

// blank returns a change that clears an attribute.
func blank() spec.Change {
	return spec.Change{Places: []int{placeOf[richSession]("Visits")}, Values: []any{int64(0)}}
}

// keepsReads makes an adapter cache the results of a read until a write empties the cache.
// The result of a read that overlaps a write is not cached, except for writes of one kind.
func keepsReads(op spec.Op, late string, gap between) func(*altered) {
	return func(a *altered) {
		var mu sync.Mutex
		var writes int
		cache := map[string]call{}
		afterWrites(a, func(event string) {
			mu.Lock()
			defer mu.Unlock()
			clear(cache)
			if event != late {
				writes++
			}
		})
		a.around(op, func(c *call, do func()) {
			mu.Lock()
			before := writes
			kept, cached := cache[c.id]
			mu.Unlock()
			if cached {
				c.returns(kept)
				return
			}
			do()
			gap(c.ctx)
			mu.Lock()
			defer mu.Unlock()
			if c.err == nil && before == writes {
				cache[c.id] = *c
			}
		})
	}
}
