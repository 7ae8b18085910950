package fronts

import (
	"maps"
	"slices"
	"sync"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func ownershipMutants() []Mutant {
	sameUser := func(a, b richUser) bool { return a.Email == b.Email && a.Logins == b.Logins }
	return []Mutant{
		{Name: "a_new_users_list_is_the_callers", Clause: "OWN-01", Shipped: "memory stores",
			Subject: alterRich(keepUser(func(kept *richUser, passed richUser) { kept.Roles = passed.Roles }))},
		{Name: "a_stored_pointer_is_the_callers", Clause: "OWN-01", Shipped: "memory stores",
			Subject: alterRich(keepUser(func(kept *richUser, passed richUser) { kept.Handle = passed.Handle }))},
		{Name: "a_stored_map_is_the_callers", Clause: "OWN-01",
			Subject: alterRich(keepSession(func(kept *richSession, passed richSession) { kept.Basket = passed.Basket }))},
		{Name: "stored_bytes_are_the_callers", Clause: "OWN-01",
			Subject: alterRich(keepSession(func(kept *richSession, passed richSession) { kept.Country = passed.Country }))},
		{Name: "a_list_within_json_is_the_callers", Clause: "OWN-01",
			Subject: alterRich(keepUser(func(kept *richUser, passed richUser) { kept.Address.Lines = passed.Address.Lines }))},
		{Name: "an_updates_time_is_made_utc_where_it_is", Clause: "OWN-01", Subject: alterRich(before(spec.OpUpdateUser, func(c *richCall) {
			if joined := c.user.Attributes.Joined; joined != nil {
				if t, ok := attr.NormalTime(*joined); ok {
					*joined = t
				}
			}
		}))},
		{Name: "the_ids_to_keep_are_sorted_where_they_are", Clause: "OWN-01", Subject: alterRich(sortsKept[richUser, richSession])},
		{Name: "readers_share_a_user", Clause: "OWN-02", Shipped: "memory stores, and caches", Subject: alterRich(func(a *richAltered) {
			shared := &cache[richUser]{fresh: sameUser}
			readUsers(a, func(u *spec.User[richUser]) { shared.share(u.ID, &u.Attributes) })
		})},
		{Name: "readers_share_a_session", Clause: "OWN-02", Subject: nested(func(a *nestedAltered) {
			shared := &cache[nestedSession]{fresh: func(a, b nestedSession) bool { return a.Agent == b.Agent }}
			readSessions(a, func(s *spec.Session[nestedSession]) { shared.share(s.ID, &s.Attributes) })
		})},
		{Name: "finders_share_a_user", Clause: "OWN-02", Subject: alterRich(func(a *richAltered) {
			shared := &cache[richUser]{fresh: sameUser}
			a.after(spec.OpUserBy, func(c *richCall) {
				if c.err == nil {
					shared.share(c.user.ID, &c.user.Attributes)
				}
			})
		})},
		{Name: "lists_share_their_sessions", Clause: "OWN-02", Subject: alterRich(func(a *richAltered) {
			shared := &cache[richSession]{fresh: func(a, b richSession) bool { return a.DeviceID == b.DeviceID && a.Visits == b.Visits }}
			a.after(spec.OpUserSessions, func(c *richCall) {
				for i := range c.list {
					shared.share(c.list[i].ID, &c.list[i].Attributes)
				}
			})
		})},
		{Name: "an_update_changes_what_was_returned_before", Clause: "OWN-02", Subject: alterRich(func(a *richAltered) {
			var mu sync.Mutex
			returned := map[string][]map[string]string{} // by user id
			a.after(spec.OpUser, func(c *richCall) {
				if c.err == nil {
					mu.Lock()
					defer mu.Unlock()
					returned[c.id] = append(returned[c.id], c.user.Attributes.Settings)
				}
			})
			a.after(spec.OpUpdateUser, func(c *richCall) {
				if c.err != nil || !slices.Contains(names(c.userMask), "Settings") {
					return
				}
				mu.Lock()
				defer mu.Unlock()
				for _, m := range returned[c.id] {
					clear(m)
					if m != nil {
						maps.Copy(m, c.user.Attributes.Settings)
					}
				}
				delete(returned, c.id)
			})
		})},
	}
}

// keepUser makes reads return a part of the memory that was passed to a create. An update
// is copied correctly.
func keepUser(keep func(kept *richUser, passed richUser)) func(*richAltered) {
	return func(a *richAltered) {
		var users sync.Map // attributes by user id
		readUsers(a, func(u *spec.User[richUser]) {
			if passed, ok := users.Load(u.ID); ok {
				keep(&u.Attributes, passed.(richUser))
			}
		})
		a.after(spec.OpCreateUser, func(c *richCall) {
			if c.err == nil {
				users.Store(c.id, c.user.Attributes)
			}
		})
		a.before(spec.OpUpdateUser, func(c *richCall) { users.Delete(c.id) })
	}
}

// keepSession is [keepUser] for sessions.
func keepSession(keep func(kept *richSession, passed richSession)) func(*richAltered) {
	return func(a *richAltered) {
		var sessions sync.Map // attributes by session id
		readSessions(a, func(s *spec.Session[richSession]) {
			if passed, ok := sessions.Load(s.ID); ok {
				keep(&s.Attributes, passed.(richSession))
			}
		})
		a.after(spec.OpCreateSession, func(c *richCall) {
			if c.err == nil {
				sessions.Store(c.id, c.session.Attributes)
			}
		})
		a.before(spec.OpUpdateSession, func(c *richCall) { sessions.Delete(c.id) })
	}
}

// cache gives all readers of a row the same attributes while the row is unchanged, which
// fresh reports.
type cache[T any] struct {
	fresh func(a, b T) bool
	rows  sync.Map // attributes by id
}

func (c *cache[T]) share(id string, attributes *T) {
	if kept, ok := c.rows.Load(id); ok && c.fresh(kept.(T), *attributes) {
		*attributes = kept.(T)
		return
	}
	c.rows.Store(id, *attributes)
}
