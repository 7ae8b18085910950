package mutants

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tenon-go/tenon/spec"
)

func optionalMutants() []Mutant {
	return slices.Concat([]Mutant{
		{Name: "user_by_compares_without_case", Clause: "OPT-01", Shipped: "MySQL adapters with the default collation",
			Subject: alterRich(findsToo("Email", func(email, value any) bool {
				return strings.EqualFold(email.(string), value.(string))
			}))},
		{Name: "user_by_matches_a_pattern", Clause: "OPT-01", Subject: alterRich(findsToo("Handle", func(handle, value any) bool {
			return value == "%" && handle != nil && handle != "%"
		}))},
		{Name: "user_by_finds_a_value_that_was_given_up", Clause: "OPT-01", Shipped: "indexes that are kept by hand", Subject: alterRich(func(a *altered) {
			// It finds a user by the e-mail with which the user was created.
			email := placeOf[richUser]("Email")
			var first sync.Map // ids by e-mail
			a.after(spec.OpCreateUser, func(c *call) {
				if c.err == nil {
					first.Store(c.user.Attributes[email], c.id)
				}
			})
			a.after(spec.OpUserBy, func(c *call) {
				if c.place != email || !errors.Is(c.err, spec.ErrUserNotFound) {
					return
				}
				if id, ok := first.Load(c.value); ok {
					c.user, c.err = c.rows.User(c.ctx, id.(string))
				}
			})
		})},
		{Name: "user_by_remembers_a_miss_until_an_update", Clause: "OPT-01", Shipped: "caches of absent rows", Subject: alterRich(func(a *altered) {
			var misses sync.Map
			a.around(spec.OpUserBy, func(c *call, do func()) {
				key := fmt.Sprint(c.place, c.value)
				if _, missed := misses.Load(key); missed {
					c.err = spec.ErrUserNotFound
				} else if do(); errors.Is(c.err, spec.ErrUserNotFound) {
					misses.Store(key, true)
				}
			})
			a.after(spec.OpUpdateUser, func(*call) { misses.Clear() })
		})},
		{Name: "user_by_takes_null_for_zero", Clause: "OPT-01",
			Subject: alterRich(findsToo("Number", func(number, value any) bool { return value == int64(0) && number == nil }))},
		{Name: "user_by_does_not_find_empty_bytes", Clause: "OPT-01", Subject: alterRich(before(spec.OpUserBy, func(c *call) {
			if bytes, ok := c.value.([]byte); ok && c.place == placeOf[richUser]("Key") && len(bytes) == 0 {
				c.answer(spec.ErrUserNotFound)
			}
		}))},
		{Name: "user_by_returns_no_nullable_attributes", Clause: "OPT-01", Subject: nested(after(spec.OpUserBy, func(c *call) {
			if c.err == nil {
				c.user.Attributes[placeOf[nestedUser]("Profile")] = nil
			}
		}))},

		{Name: "the_version_is_empty", Clause: "OPT-04", Subject: alterAll(after(spec.OpDescribe, func(c *call) { c.description.Version = "" }))},
		{Name: "a_slack_without_expiry", Clause: "OPT-04",
			Subject: alterAll(after(spec.OpDescribe, func(c *call) { c.description.Weaknesses.ExpirySlack = time.Minute }))},
		{Name: "ping_fails", Clause: "OPT-04", Subject: alterAll(before(spec.OpPing, func(c *call) { c.answer(spec.ErrUnavailable) }))},
	}, migrateMutants())
}

// findsToo makes UserBy for one field first look for a user who matches.
func findsToo(field string, matches func(attribute, value any) bool) func(*altered) {
	return func(a *altered) {
		created := recordCreated(a)
		a.before(spec.OpUserBy, func(c *call) {
			if c.place != placeOf[richUser](field) {
				return
			}
			for _, id := range created.Users() {
				if u, err := c.rows.User(c.ctx, id); err == nil && matches(u.Attributes[c.place], c.value) {
					c.user = u
					c.answer(nil)
					return
				}
			}
		})
	}
}
