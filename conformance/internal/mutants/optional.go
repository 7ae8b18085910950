package mutants

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

func optionalMutants() []Mutant {
	return []Mutant{
		{Name: "user_by_compares_without_case", Clause: "OPT-01", Shipped: "MySQL adapters with the default collation",
			Subject: rich(func(a *richAltered) {
				found := findBy(a, func(u richUser, value any) bool {
					email, ok := value.(string)
					return ok && strings.EqualFold(u.Email, email)
				})
				a.userBy = found("Email")
			})},
		{Name: "user_by_matches_a_pattern", Clause: "OPT-01",
			Subject: rich(func(a *richAltered) {
				found := findBy(a, func(u richUser, value any) bool { return value == "%" && u.Handle != nil && *u.Handle != "%" })
				a.userBy = found("Handle")
			})},
		{Name: "user_by_finds_a_value_that_was_given_up", Clause: "OPT-01", Shipped: "indexes that are kept by hand",
			Subject: rich(findsOldValue)},
		{Name: "user_by_takes_null_for_zero", Clause: "OPT-01",
			Subject: rich(func(a *richAltered) {
				found := findBy(a, func(u richUser, value any) bool { return value == int64(0) && u.Number == nil })
				a.userBy = found("Number")
			})},
		{Name: "user_by_compares_finer_digits", Clause: "OPT-01",
			Subject: rich(func(a *richAltered) {
				instead(a, "Joined", func(value any) (error, bool) {
					t, ok := value.(time.Time)
					return spec.ErrUserNotFound, ok && t.Nanosecond()%1e6 != 0
				})
			})},
		{Name: "user_by_does_not_find_empty_bytes", Clause: "OPT-01",
			Subject: rich(func(a *richAltered) {
				instead(a, "Key", func(value any) (error, bool) {
					b, ok := value.([]byte)
					return spec.ErrUserNotFound, ok && len(b) == 0
				})
			})},
		{Name: "user_by_of_too_long_a_value_is_a_constraint_error", Clause: "OPT-01",
			Subject: rich(func(a *richAltered) {
				instead(a, "Email", func(value any) (error, bool) {
					email, ok := value.(string)
					return &spec.ConstraintError{Kind: spec.TooLong, Attribute: "Email"}, ok && len([]rune(email)) > 254
				})
			})},
		{Name: "user_by_of_bad_text_is_invalid", Clause: "OPT-01",
			Subject: rich(func(a *richAltered) {
				instead(a, "Handle", func(value any) (error, bool) {
					handle, ok := value.(string)
					return spec.ErrInvalid, ok && (!utf8Valid(handle) || strings.Contains(handle, "\x00"))
				})
			})},
		{Name: "user_by_cuts_the_value", Clause: "OPT-01",
			Subject: rich(func(a *richAltered) {
				found := findBy(a, func(u richUser, value any) bool {
					email, ok := value.(string)
					return ok && len(email) > 254 && u.Email == email[:254]
				})
				a.userBy = found("Email")
			})},
		{Name: "user_by_returns_no_nullable_attributes", Clause: "OPT-01",
			Subject: nested(func(a *nestedAltered) {
				finder := a.Store
				a.userBy = func(ctx context.Context, field string, value any) (spec.User[nestedUser], error) {
					u, err := finder.UserBy(ctx, field, value)
					u.Attributes.Profile = nil
					return u, err
				}
			})},
		{Name: "user_by_takes_a_column", Clause: "OPT-02",
			Subject: rich(func(a *richAltered) {
				finder := a.Store
				a.userBy = func(ctx context.Context, field string, value any) (spec.User[richUser], error) {
					if field == "email" {
						field = "Email"
					}
					return finder.UserBy(ctx, field, value)
				}
			})},
		{Name: "user_by_of_an_unknown_field_finds_nobody", Clause: "OPT-02",
			Subject: types(unknownFieldNotFound, unknownFieldNotFound, unknownFieldNotFound)},
		{Name: "user_by_takes_a_pointer", Clause: "OPT-02",
			Subject: rich(func(a *richAltered) {
				finder := a.Store
				a.userBy = func(ctx context.Context, field string, value any) (spec.User[richUser], error) {
					if rv := reflect.ValueOf(value); rv.Kind() == reflect.Pointer && !rv.IsNil() {
						value = rv.Elem().Interface()
					}
					return finder.UserBy(ctx, field, value)
				}
			})},
		{Name: "user_by_converts_the_value", Clause: "OPT-02",
			Subject: rich(func(a *richAltered) {
				finder := a.Store
				a.userBy = func(ctx context.Context, field string, value any) (spec.User[richUser], error) {
					if n, ok := value.(int); ok {
						value = int64(n)
					}
					return finder.UserBy(ctx, field, value)
				}
			})},
		{Name: "user_by_finds_by_an_attribute_that_is_not_unique", Clause: "OPT-02",
			Subject: rich(func(a *richAltered) {
				found := findBy(a, func(u richUser, value any) bool { return u.Name == value })
				a.userBy = found("Name")
			})},

		{Name: "migrate_starts_afresh", Clause: "OPT-03",
			Subject: types(migrateAfresh, migrateAfresh, migrateAfresh)},
		{Name: "migrate_fails_where_it_has_run", Clause: "OPT-03", Shipped: "adapters without IF NOT EXISTS",
			Subject: types(migrateOnce, migrateOnce, migrateOnce)},
		{Name: "migrate_fails_while_another_runs", Clause: "OPT-03", Shipped: "PostgreSQL, where IF NOT EXISTS can fail",
			Subject: types(migrateAlone, migrateAlone, migrateAlone)},
		{Name: "check_finds_fault_with_what_migrate_makes", Clause: "OPT-03",
			Subject: types(checkFails, checkFails, checkFails)},

		{Name: "the_version_is_empty", Clause: "OPT-04",
			Subject: types(noVersion, noVersion, noVersion)},
		{Name: "a_slack_without_expiry", Clause: "OPT-04",
			Subject: types(slackOnly, slackOnly, slackOnly)},
		{Name: "ping_fails", Clause: "OPT-04",
			Subject: types(pingFails, pingFails, pingFails)},
	}
}

// findBy returns a UserBy that for one field first looks for a user who
// matches, and for the rest does what it should.
func findBy(a *richAltered, matches func(u richUser, value any) bool) func(field string) func(context.Context, string, any) (spec.User[richUser], error) {
	inner := a.Store
	finder := inner
	recorded, c := recording(inner)
	a.createUser = recorded.createUser
	return func(broken string) func(context.Context, string, any) (spec.User[richUser], error) {
		return func(ctx context.Context, field string, value any) (spec.User[richUser], error) {
			if field == broken {
				for _, id := range c.allUsers() {
					if u, err := inner.User(ctx, id); err == nil && matches(u.Attributes, value) {
						return u, nil
					}
				}
			}
			return finder.UserBy(ctx, field, value)
		}
	}
}

// instead gives UserBy of one field another error for some values.
func instead(a *richAltered, broken string, answer func(value any) (error, bool)) {
	finder := a.Store
	a.userBy = func(ctx context.Context, field string, value any) (spec.User[richUser], error) {
		if err, other := answer(value); other && field == broken {
			return spec.User[richUser]{}, err
		}
		return finder.UserBy(ctx, field, value)
	}
}

// findsOldValue finds a user by the e-mail that the user was created with.
func findsOldValue(a *richAltered) {
	inner := a.Store
	finder := inner
	first := &aliases{fold: func(email string) string { return email }, first: map[string]string{}}
	a.createUser = func(ctx context.Context, u spec.User[richUser]) error {
		err := inner.CreateUser(ctx, u)
		if err == nil {
			first.mu.Lock()
			defer first.mu.Unlock()
			first.first[u.Attributes.Email] = u.ID
		}
		return err
	}
	a.userBy = func(ctx context.Context, field string, value any) (spec.User[richUser], error) {
		u, err := finder.UserBy(ctx, field, value)
		if email, ok := value.(string); ok && field == "Email" && errors.Is(err, spec.ErrUserNotFound) {
			first.mu.Lock()
			id := first.first[email]
			first.mu.Unlock()
			return inner.User(ctx, id)
		}
		return u, err
	}
}

func unknownFieldNotFound[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	finder := a
	return &altered[U, S]{Store: a, userBy: func(ctx context.Context, field string, value any) (spec.User[U], error) {
		if _, known := reflect.TypeFor[U]().FieldByName(field); !known {
			return spec.User[U]{}, spec.ErrUserNotFound
		}
		return finder.UserBy(ctx, field, value)
	}}
}

// migrating is an adapter with something to migrate.
type migrating[U, S any] struct {
	*altered[U, S]
	migrate, check func(context.Context) error
}

func (m *migrating[U, S]) Migrate(ctx context.Context) error { return m.migrate(ctx) }
func (m *migrating[U, S]) Check(ctx context.Context) error   { return m.check(ctx) }

func succeed(context.Context) error { return nil }

func migrateAfresh[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	inner := healthy[U, S](t, s)
	a, c := recording(inner)
	return &migrating[U, S]{altered: a, check: succeed, migrate: func(ctx context.Context) error {
		for _, id := range c.sessionsWhere(func(string, string) bool { return true }) {
			if err := inner.DeleteSession(ctx, id); err != nil {
				return err
			}
		}
		for _, id := range c.allUsers() {
			if err := inner.DeleteUser(ctx, id); err != nil {
				return err
			}
		}
		return nil
	}}
}

func migrateOnce[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := &altered[U, S]{Store: healthy[U, S](t, s)}
	return &migrating[U, S]{altered: a, check: succeed, migrate: func(context.Context) error { return spec.ErrFailed }}
}

func migrateAlone[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := &altered[U, S]{Store: healthy[U, S](t, s)}
	racing, both := racesIn(t, "migrate_by_ten_at_once"), newMeeting(t)
	var running atomic.Int32
	return &migrating[U, S]{altered: a, check: succeed, migrate: func(ctx context.Context) error {
		defer running.Add(-1)
		first := running.Add(1) == 1
		if racing {
			both.meet(ctx)
		}
		if !first {
			return spec.ErrFailed
		}
		return nil
	}}
}

func checkFails[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := &altered[U, S]{Store: healthy[U, S](t, s)}
	return &migrating[U, S]{altered: a, migrate: succeed, check: func(context.Context) error { return spec.ErrFailed }}
}

// describing changes how an adapter describes itself.
func describing[U, S any](a typed.Store[U, S], change func(*spec.Description)) typed.Store[U, S] {
	return &altered[U, S]{Store: a, describe: func(ctx context.Context) (spec.Description, error) {
		description, err := a.Describe(ctx)
		change(&description)
		return description, err
	}}
}

func noVersion[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return describing(healthy[U, S](t, s), func(d *spec.Description) { d.Version = "" })
}

func slackOnly[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return describing(healthy[U, S](t, s), func(d *spec.Description) { d.Weaknesses.ExpirySlack = time.Minute })
}

func pingFails[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, ping: func(context.Context) error { return spec.ErrUnavailable }}
}

// Having nothing to migrate, it looks at nothing.
func migratesAnyway[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := &altered[U, S]{Store: healthy[U, S](t, s)}
	return &migrating[U, S]{altered: a, check: succeed, migrate: succeed}
}

func migratesAfterClose[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := &altered[U, S]{Store: healthy[U, S](t, s)}
	return &migrating[U, S]{altered: a, check: context.Context.Err, migrate: context.Context.Err}
}
