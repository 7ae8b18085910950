package fronts

import (
	"github.com/tenon-go/tenon/conformance/internal/mutants/created"
	"github.com/tenon-go/tenon/spec"
)

// recordCreated makes a store record the rows that are created.
func recordCreated[U, S any](a *altered[U, S]) *created.Rows {
	rows := new(created.Rows)
	a.after(spec.OpCreateUser, func(c *call[U, S]) { rows.AddUser(c.id, c.err) })
	a.after(spec.OpCreateSession, func(c *call[U, S]) { rows.AddSession(c.id, c.session.UserID, c.err) })
	return rows
}

func anonymousIDs(rows *created.Rows) []string {
	return rows.Sessions(func(_, userID string) bool { return userID == "" })
}

func emptyListsAnonymous[U, S any](a *altered[U, S]) {
	rows := recordCreated(a)
	a.after(spec.OpUserSessions, func(c *call[U, S]) {
		if c.id != "" || c.err != nil {
			return
		}
		for _, id := range anonymousIDs(rows) {
			if session, err := c.store.Session(c.ctx, id); err == nil {
				c.list = append(c.list, session)
			}
		}
	})
}

func emptyDeletesAnonymous[U, S any](a *altered[U, S]) {
	rows := recordCreated(a)
	deletes := func(c *call[U, S]) {
		if c.id != "" || c.err != nil {
			return
		}
		for _, id := range anonymousIDs(rows) {
			if c.err = c.store.DeleteSession(c.ctx, id); c.err != nil {
				return
			}
			c.n++
		}
	}
	a.after(spec.OpDeleteUserSessions, deletes)
	a.after(spec.OpDeleteUserSessionsExcept, deletes)
}

func emptyUserDeletesAnonymous[U, S any](a *altered[U, S]) {
	rows := recordCreated(a)
	a.before(spec.OpDeleteUser, func(c *call[U, S]) {
		if c.id != "" {
			return
		}
		for _, id := range anonymousIDs(rows) {
			if c.err = c.store.DeleteSession(c.ctx, id); c.err != nil {
				return
			}
		}
		c.answer(nil)
	})
}
