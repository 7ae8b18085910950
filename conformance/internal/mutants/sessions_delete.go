package mutants

import (
	"errors"
	"sync"

	"github.com/tenon-go/tenon/spec"
)

func sessionDeleteMutants() []Mutant {
	return []Mutant{
		{Name: "deleting_an_absent_session_fails", Clause: "SES-08", Shipped: "adapters that count deleted rows",
			Subject: alterAll(before(spec.OpDeleteSession, func(c *call) { _, c.err = c.rows.Session(c.ctx, c.id) }))},
		{Name: "delete_session_takes_the_users_others_along", Clause: "SES-08", Subject: alterAll(before(spec.OpDeleteSession, func(c *call) {
			if session, err := c.rows.Session(c.ctx, c.id); err == nil && session.UserID != "" {
				_, err := c.rows.DeleteUserSessions(c.ctx, session.UserID, nil)
				c.answer(err)
			}
		}))},
		{Name: "delete_session_only_marks_it", Clause: "SES-08", Subject: alterAll(func(a *altered) {
			// It marks the row as deleted, which every read checks, so the id stays taken.
			var marked sync.Map
			a.before(spec.OpDeleteSession, func(c *call) {
				if _, err := c.rows.Session(c.ctx, c.id); err == nil {
					marked.Store(c.id, true)
				}
			})
			a.before(spec.OpCreateSession, func(c *call) {
				if _, taken := marked.Load(c.id); taken {
					c.answer(spec.ErrSessionExists)
				}
			})
		})},
		{Name: "delete_session_leaves_it_in_the_list", Clause: "SES-08", Subject: alterAll(func(a *altered) {
			var mu sync.Mutex
			var deleted []spec.SessionRow
			a.around(spec.OpDeleteSession, func(c *call, do func()) {
				mu.Lock()
				defer mu.Unlock()
				if session, err := c.rows.Session(c.ctx, c.id); err == nil && session.UserID != "" {
					deleted = append(deleted, session)
				}
				do()
			})
			a.after(spec.OpUserSessions, func(c *call) {
				mu.Lock()
				defer mu.Unlock()
				for _, session := range deleted {
					if session.UserID == c.id && c.err == nil {
						c.list = append(c.list, session)
					}
				}
			})
		})},
		{Name: "an_anonymous_session_has_no_user_and_is_not_found", Clause: "SES-09", Shipped: "adapters with an inner join",
			Subject: alterAll(after(spec.OpSessionAndUser, func(c *call) {
				if c.err == nil && c.session.UserID == "" {
					c.err = spec.ErrSessionNotFound
				}
			}))},
		{Name: "an_anonymous_session_is_refused", Clause: "SES-09", Shipped: "adapters whose user_id is not null",
			Subject: alterAll(before(spec.OpCreateSession, func(c *call) {
				if c.session.UserID == "" {
					c.answer(spec.ErrInvalid)
				}
			}))},
		{Name: "delete_except_counts_what_it_keeps", Clause: "SES-11", Subject: alterAll(around(spec.OpDeleteUserSessions, func(c *call, do func()) {
			list, _ := c.rows.UserSessions(c.ctx, c.id)
			if do(); c.err == nil {
				c.n = int64(len(list))
			}
		}))},
		{Name: "delete_except_keeps_the_first_only", Clause: "SES-11",
			Subject: alterAll(before(spec.OpDeleteUserSessions, func(c *call) { c.keep = c.keep[:min(len(c.keep), 1)] }))},
		{Name: "delete_user_sessions_deletes_nothing", Clause: "SES-11", Shipped: "adapters that write NOT IN (NULL)",
			Subject: alterAll(before(spec.OpDeleteUserSessions, func(c *call) {
				if len(c.keep) == 0 && c.ctx.Err() == nil {
					c.answer(nil)
				}
			}))},
		{Name: "delete_except_reaches_everyone", Clause: "SES-11", Shipped: "adapters that forgot a condition", Subject: alterAll(func(a *altered) {
			created := recordCreated(a)
			a.after(spec.OpDeleteUserSessions, func(c *call) {
				for _, other := range created.Users() {
					if c.n > 0 && c.err == nil {
						_, c.err = c.rows.DeleteUserSessions(c.ctx, other, c.keep)
					}
				}
			})
		})},
		{Name: "delete_except_leaves_some", Clause: "SES-11", Shipped: "adapters that delete one batch", Subject: alterAll(before(spec.OpDeleteUserSessions, func(c *call) {
			list, _ := c.rows.UserSessions(c.ctx, c.id)
			const batch = 100
			for _, session := range list[min(len(list), batch):] {
				c.keep = append(c.keep, session.ID)
			}
		}))},
		// The count is the number of the user's sessions minus the length of the list.
		{Name: "delete_except_subtracts_what_it_was_to_keep", Clause: "SES-11", Subject: alterAll(around(spec.OpDeleteUserSessions, func(c *call, do func()) {
			list, _ := c.rows.UserSessions(c.ctx, c.id)
			if do(); c.err == nil && c.n > 0 {
				c.n = int64(len(list) - len(c.keep))
			}
		}))},
		{Name: "delete_except_refuses_a_long_list", Clause: "SES-11", Subject: alterAll(before(spec.OpDeleteUserSessions, func(c *call) {
			if len(c.keep) > 999 { // SQLite's limit of parameters, once
				c.answer(spec.ErrFailed)
			}
		}))},
		{Name: "delete_except_of_an_unknown_user_fails", Clause: "SES-11", Subject: alterAll(before(spec.OpDeleteUserSessions, func(c *call) {
			if _, err := c.rows.User(c.ctx, c.id); c.id != "" && errors.Is(err, spec.ErrUserNotFound) {
				c.answer(err)
			}
		}))},
	}
}
