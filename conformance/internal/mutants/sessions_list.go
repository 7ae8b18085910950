package mutants

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tenon-go/tenon/spec"
)

func sessionListMutants() []Mutant {
	return []Mutant{
		{Name: "the_list_is_written_under_the_wrong_key", Clause: "SES-10", Shipped: "adapters for key-value stores",
			Subject: alterAll(before(spec.OpUserSessions, func(c *call) {
				// The list is written under the session's id and read by the user's.
				session, err := c.rows.Session(c.ctx, c.id)
				if err == nil {
					c.list = []spec.SessionRow{session}
				}
				c.answer(replaceClass(err, spec.ErrSessionNotFound, nil))
			}))},
		{Name: "the_list_leaves_out_expired_sessions", Clause: "SES-10", Subject: alterAll(after(spec.OpUserSessions, func(c *call) {
			c.list = slices.DeleteFunc(c.list, func(s spec.SessionRow) bool { return s.State(time.Unix(0, 0)) == spec.Expired })
		}))},
		{Name: "the_list_ends_at_a_hundred", Clause: "SES-10", Subject: alterAll(after(spec.OpUserSessions, func(c *call) { c.list = c.list[:min(len(c.list), 100)] }))},
		{Name: "the_list_is_stale_after_a_swap", Clause: "SES-10", Subject: alterAll(func(a *altered) {
			// The list has a copy of each row, which SwapLease does not update.
			kept := keepingRows(a)
			a.after(spec.OpUserSessions, func(c *call) {
				for i := range c.list {
					if row, ok := kept.Load(c.list[i].ID); ok {
						if first, err := row.(spec.SessionRow).Normal(); err == nil {
							c.list[i].Lease = first.Lease
						}
					}
				}
			})
		})},
		{Name: "the_list_of_an_unknown_user_is_an_error", Clause: "SES-10",
			Subject: alterAll(before(spec.OpUserSessions, func(c *call) { _, c.err = c.rows.User(c.ctx, c.id) }))},
		{Name: "the_list_is_found_by_joined_ids", Clause: "SES-10", Subject: alterAll(func(a *altered) {
			// The key is the user's id, a slash and the session's id, and the list is of
			// the keys that begin with the user's id and a slash.
			listsToo(a, func(userID, _, owner string) bool { return strings.HasPrefix(owner, userID+"/") })
		})},
		{Name: "session_and_user_mixes_up_the_columns", Clause: "SES-12", Subject: alterRich(after(spec.OpSessionAndUser, func(c *call) {
			// Both tables have a column created_at.
			if c.user.ID != "" {
				c.user.Attributes[placeOf[richUser]("CreatedAt")] = c.session.CreatedAt
			}
		}))},
		{Name: "session_and_user_gives_the_user_of_another", Clause: "SES-12", Subject: alterAll(after(spec.OpSessionAndUser, func(c *call) {
			if other, err := c.rows.User(c.ctx, strings.ToLower(c.session.UserID)); err == nil {
				c.user = other
			}
		}))},
		{Name: "session_and_user_remembers_the_user", Clause: "SES-12", Subject: alterAll(func(a *altered) {
			var users sync.Map
			a.after(spec.OpSessionAndUser, func(c *call) {
				if c.err == nil && c.session.UserID != "" {
					first, _ := users.LoadOrStore(c.session.UserID, c.user)
					c.user = first.(spec.UserRow)
				}
			})
		})},
		{Name: "session_and_user_of_an_absent_session_is_zero", Clause: "SES-12", Shipped: "adapters that lose the error of a scan",
			Subject: alterAll(replaces(spec.OpSessionAndUser, spec.ErrSessionNotFound, nil))},
	}
}

// listsToo makes UserSessions also return the sessions of other users that match.
func listsToo(a *altered, match func(userID, sessionID, owner string) bool) {
	created := recordCreated(a)
	a.after(spec.OpUserSessions, func(c *call) {
		if c.err != nil || c.id == "" {
			return
		}
		for _, id := range created.Sessions(func(id, owner string) bool { return match(c.id, id, owner) }) {
			if session, err := c.rows.Session(c.ctx, id); err == nil {
				c.list = append(c.list, session)
			}
		}
	})
}
