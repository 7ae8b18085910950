package fronts

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func ownershipMutants() []Mutant {
	return []Mutant{
		{Name: "a_new_users_list_is_the_callers", Clause: "OWN-01", Shipped: "memory stores", Subject: alterRich(func(a *richAltered) {
			keepPassed(a, func(kept *richUser, passed richUser) { kept.Roles = passed.Roles }, keepNothing[richSession])
		})},
		{Name: "a_stored_pointer_is_the_callers", Clause: "OWN-01", Shipped: "memory stores", Subject: alterRich(func(a *richAltered) {
			keepPassed(a, func(kept *richUser, passed richUser) { kept.Handle = passed.Handle }, keepNothing[richSession])
		})},
		{Name: "a_stored_map_is_the_callers", Clause: "OWN-01", Subject: alterRich(func(a *richAltered) {
			keepPassed(a, keepNothing[richUser], func(kept *richSession, passed richSession) { kept.Basket = passed.Basket })
		})},
		{Name: "stored_bytes_are_the_callers", Clause: "OWN-01", Subject: alterRich(func(a *richAltered) {
			keepPassed(a, keepNothing[richUser], func(kept *richSession, passed richSession) { kept.Country = passed.Country })
		})},
		{Name: "a_list_within_json_is_the_callers", Clause: "OWN-01", Subject: alterRich(func(a *richAltered) {
			keepPassed(a, func(kept *richUser, passed richUser) { kept.Address.Lines = passed.Address.Lines }, keepNothing[richSession])
		})},
		{Name: "an_updates_time_is_made_utc_where_it_is", Clause: "OWN-01", Subject: alterRich(func(a *richAltered) {
			alterUpdated(a, func(u *richUser) {
				if u.Joined != nil {
					if t, ok := attr.NormalTime(*u.Joined); ok {
						*u.Joined = t
					}
				}
			}, keepAttributes)
		})},
		{Name: "the_ids_to_keep_are_sorted_where_they_are", Clause: "OWN-01", Subject: alterRich(func(a *richAltered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep ...string) (int64, error) {
				slices.Sort(keep)
				return deleteBut(ctx, a.Store, userID, keep)
			}
		})},

		{Name: "readers_share_a_user", Clause: "OWN-02", Shipped: "memory stores, and caches", Subject: alterRich(func(a *richAltered) {
			shared := &cache[richUser]{}
			readingRows(a, func(u *spec.User[richUser]) {
				shared.share(u.ID, &u.Attributes, func(a, b richUser) bool { return a.Email == b.Email && a.Logins == b.Logins })
			}, func(*spec.Session[richSession]) {})
		})},
		{Name: "readers_share_a_session", Clause: "OWN-02", Subject: nested(func(a *nestedAltered) {
			shared := &cache[nestedSession]{}
			readingRows(a, func(*spec.User[nestedUser]) {}, func(s *spec.Session[nestedSession]) {
				shared.share(s.ID, &s.Attributes, func(a, b nestedSession) bool { return a.Agent == b.Agent })
			})
		})},
		{Name: "finders_share_a_user", Clause: "OWN-02", Subject: alterRich(func(a *richAltered) {
			shared := &cache[richUser]{}
			a.userBy = func(ctx context.Context, field string, value any) (spec.User[richUser], error) {
				u, err := a.Store.UserBy(ctx, field, value)
				if err == nil {
					shared.share(u.ID, &u.Attributes, func(a, b richUser) bool { return a.Email == b.Email && a.Logins == b.Logins })
				}
				return u, err
			}
		})},
		{Name: "lists_share_their_sessions", Clause: "OWN-02", Subject: alterRich(func(a *richAltered) {
			shared := &cache[richSession]{}
			inner := a.Store
			a.userSessions = func(ctx context.Context, userID string) ([]spec.Session[richSession], error) {
				list, err := inner.UserSessions(ctx, userID)
				for i := range list {
					shared.share(list[i].ID, &list[i].Attributes, func(a, b richSession) bool { return a.DeviceID == b.DeviceID && a.Visits == b.Visits })
				}
				return list, err
			}
		})},
		{Name: "an_update_changes_what_was_returned_before", Clause: "OWN-02", Subject: alterRich(func(a *richAltered) {
			inner := a.Store
			var mu sync.Mutex
			returned := map[string][]map[string]string{} // by user id
			a.user = func(ctx context.Context, id string) (spec.User[richUser], error) {
				u, err := inner.User(ctx, id)
				if err == nil {
					mu.Lock()
					defer mu.Unlock()
					returned[id] = append(returned[id], u.Attributes.Settings)
				}
				return u, err
			}
			a.updateUser = func(ctx context.Context, id string, attributes richUser, mask attr.Mask[richUser]) error {
				err := inner.UpdateUser(ctx, id, attributes, mask)
				if err == nil && slices.Contains(names(mask), "Settings") {
					mu.Lock()
					defer mu.Unlock()
					for _, m := range returned[id] {
						clear(m)
						if m != nil {
							maps.Copy(m, attributes.Settings)
						}
					}
					delete(returned, id)
				}
				return err
			}
		})},
	}
}

func keepNothing[T any](*T, T) {}

// keepPassed makes reads return a part of the memory that was passed to a write.
func keepPassed(a *richAltered, user func(kept *richUser, passed richUser), session func(kept *richSession, passed richSession)) {
	inner := a.Store
	var mu sync.Mutex
	users, sessions := map[string]richUser{}, map[string]richSession{}
	readingRows(a, func(u *spec.User[richUser]) {
		mu.Lock()
		defer mu.Unlock()
		if passed, ok := users[u.ID]; ok {
			user(&u.Attributes, passed)
		}
	}, func(s *spec.Session[richSession]) {
		mu.Lock()
		defer mu.Unlock()
		if passed, ok := sessions[s.ID]; ok {
			session(&s.Attributes, passed)
		}
	})
	a.createUser = func(ctx context.Context, u spec.User[richUser]) error {
		err := inner.CreateUser(ctx, u)
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			users[u.ID] = u.Attributes
		}
		return err
	}
	a.createSession = func(ctx context.Context, s spec.Session[richSession]) error {
		err := inner.CreateSession(ctx, s)
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			sessions[s.ID] = s.Attributes
		}
		return err
	}
	// An update is copied correctly.
	a.updateUser = func(ctx context.Context, id string, attributes richUser, mask attr.Mask[richUser]) error {
		mu.Lock()
		defer mu.Unlock()
		delete(users, id)
		return inner.UpdateUser(ctx, id, attributes, mask)
	}
	a.updateSession = func(ctx context.Context, id string, attributes richSession, mask attr.Mask[richSession]) error {
		mu.Lock()
		defer mu.Unlock()
		delete(sessions, id)
		return inner.UpdateSession(ctx, id, attributes, mask)
	}
}

// cache gives all readers of a row the same attributes while the row is unchanged.
type cache[T any] struct {
	mu   sync.Mutex
	rows map[string]T
}

func (c *cache[T]) share(id string, attributes *T, fresh func(a, b T) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if kept, ok := c.rows[id]; ok && fresh(kept, *attributes) {
		*attributes = kept
		return
	}
	if c.rows == nil {
		c.rows = map[string]T{}
	}
	c.rows[id] = *attributes
}
