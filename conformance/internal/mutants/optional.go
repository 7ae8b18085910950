package mutants

import (
	"context"
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
		{Name: "user_by_compares_without_case", Clause: "OPT-01", Shipped: "MySQL adapters with the default collation", Subject: alterRich(func(a *altered) {
			findsToo(a, "Email", func(email, value any) bool { return strings.EqualFold(email.(string), value.(string)) })
		})},
		{Name: "user_by_matches_a_pattern", Clause: "OPT-01", Subject: alterRich(func(a *altered) {
			findsToo(a, "Handle", func(handle, value any) bool { return value == "%" && handle != nil && handle != "%" })
		})},
		{Name: "user_by_finds_a_value_that_was_given_up", Clause: "OPT-01", Shipped: "indexes that are kept by hand", Subject: alterRich(findsOldValue)},
		{Name: "user_by_remembers_a_miss_until_an_update", Clause: "OPT-01", Shipped: "caches of absent rows", Subject: alterRich(func(a *altered) {
			forget := remembersMisses(a)
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				defer forget()
				return a.rows.UpdateUser(ctx, id, change)
			}
		})},
		{Name: "user_by_takes_null_for_zero", Clause: "OPT-01", Subject: alterRich(func(a *altered) {
			findsToo(a, "Number", func(number, value any) bool { return value == int64(0) && number == nil })
		})},
		{Name: "user_by_does_not_find_empty_bytes", Clause: "OPT-01", Subject: alterRich(func(a *altered) {
			key, inner := placeOf[richUser]("Key"), a.rows
			a.userBy = func(ctx context.Context, place int, value any) (spec.UserRow, error) {
				if bytes, ok := value.([]byte); ok && place == key && len(bytes) == 0 {
					return spec.UserRow{}, spec.ErrUserNotFound
				}
				return inner.UserBy(ctx, place, value)
			}
		})},
		{Name: "user_by_returns_no_nullable_attributes", Clause: "OPT-01", Subject: nested(func(a *altered) {
			inner := a.rows
			a.userBy = func(ctx context.Context, by int, value any) (spec.UserRow, error) {
				u, err := inner.UserBy(ctx, by, value)
				if err == nil {
					u.Attributes[placeOf[nestedUser]("Profile")] = nil
				}
				return u, err
			}
		})},

		{Name: "the_version_is_empty", Clause: "OPT-04", Subject: alterAll(func(a *altered) { describing(a, func(d *spec.Description) { d.Version = "" }) })},
		{Name: "a_slack_without_expiry", Clause: "OPT-04",
			Subject: alterAll(func(a *altered) { describing(a, func(d *spec.Description) { d.Weaknesses.ExpirySlack = time.Minute }) })},
		{Name: "ping_fails", Clause: "OPT-04", Subject: alterAll(func(a *altered) { a.ping = func(context.Context) error { return spec.ErrUnavailable } })},
	}, migrateMutants())
}

// findsToo makes UserBy for one field first look for a user who matches.
func findsToo(a *altered, field string, matches func(attribute, value any) bool) {
	broken, inner := placeOf[richUser](field), a.rows
	c := recordCreated(a)
	a.userBy = func(ctx context.Context, place int, value any) (spec.UserRow, error) {
		if place == broken {
			for _, id := range c.Users() {
				if u, err := inner.User(ctx, id); err == nil && matches(u.Attributes[broken], value) {
					return u, nil
				}
			}
		}
		return inner.UserBy(ctx, place, value)
	}
}

// remembersMisses makes UserBy remember values that it did not find, until forget is called.
func remembersMisses(a *altered) (forget func()) {
	var misses sync.Map
	a.userBy = func(ctx context.Context, place int, value any) (spec.UserRow, error) {
		key := fmt.Sprint(place, value)
		if _, missed := misses.Load(key); missed {
			return spec.UserRow{}, spec.ErrUserNotFound
		}
		user, err := a.rows.UserBy(ctx, place, value)
		if errors.Is(err, spec.ErrUserNotFound) {
			misses.Store(key, true)
		}
		return user, err
	}
	return misses.Clear
}

// findsOldValue makes UserBy find a user by the e-mail with which the user was created.
func findsOldValue(a *altered) {
	email, inner := placeOf[richUser]("Email"), a.rows
	var first sync.Map // ids by e-mail
	a.createUser = func(ctx context.Context, u spec.UserRow) error {
		err := inner.CreateUser(ctx, u)
		if err == nil {
			first.Store(u.Attributes[email], u.ID)
		}
		return err
	}
	a.userBy = func(ctx context.Context, place int, value any) (spec.UserRow, error) {
		u, err := inner.UserBy(ctx, place, value)
		if place == email && errors.Is(err, spec.ErrUserNotFound) {
			if id, ok := first.Load(value); ok {
				return inner.User(ctx, id.(string))
			}
		}
		return u, err
	}
}

// describing changes how an adapter describes itself.
func describing(a *altered, change func(*spec.Description)) {
	a.describe = func(ctx context.Context) (spec.Description, error) {
		description, err := a.rows.Describe(ctx)
		change(&description)
		return description, err
	}
}
