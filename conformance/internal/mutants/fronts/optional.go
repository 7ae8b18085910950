package fronts

import (
	"context"
	"reflect"
	"strings"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

func optionalMutants() []Mutant {
	return []Mutant{
		{Name: "user_by_compares_finer_digits", Clause: "OPT-01", Subject: alterRich(func(a *richAltered) {
			answerInstead(a, "Joined", func(value any) (error, bool) {
				t, ok := value.(time.Time)
				return spec.ErrUserNotFound, ok && t.Nanosecond()%1e6 != 0
			})
		})},
		{Name: "user_by_of_too_long_a_value_is_a_constraint_error", Clause: "OPT-01", Subject: alterRich(func(a *richAltered) {
			answerInstead(a, "Email", func(value any) (error, bool) {
				email, ok := value.(string)
				return &spec.ConstraintError{Kind: spec.TooLong, Attribute: "Email"}, ok && len([]rune(email)) > 254
			})
		})},
		{Name: "user_by_of_bad_text_is_invalid", Clause: "OPT-01", Subject: alterRich(func(a *richAltered) {
			answerInstead(a, "Handle", func(value any) (error, bool) {
				handle, ok := value.(string)
				return spec.ErrInvalid, ok && (!utf8Valid(handle) || strings.Contains(handle, "\x00"))
			})
		})},
		{Name: "user_by_cuts_the_value", Clause: "OPT-01", Subject: alterRich(func(a *richAltered) {
			found := findBy(a, func(u richUser, value any) bool {
				email, ok := value.(string)
				return ok && len(email) > 254 && u.Email == email[:254]
			})
			a.userBy = found("Email")
		})},
		{Name: "user_by_takes_a_column", Clause: "OPT-02", Subject: alterRich(func(a *richAltered) {
			a.userBy = func(ctx context.Context, field string, value any) (spec.User[richUser], error) {
				if field == "email" {
					field = "Email"
				}
				return a.Store.UserBy(ctx, field, value)
			}
		})},
		{Name: "user_by_of_an_unknown_field_is_not_found", Clause: "OPT-02", Subject: alterRich(func(a *richAltered) {
			a.userBy = func(ctx context.Context, field string, value any) (spec.User[richUser], error) {
				if _, known := reflect.TypeFor[richUser]().FieldByName(field); !known {
					return spec.User[richUser]{}, spec.ErrUserNotFound
				}
				return a.Store.UserBy(ctx, field, value)
			}
		})},
		{Name: "user_by_takes_a_pointer", Clause: "OPT-02", Subject: alterRich(func(a *richAltered) {
			a.userBy = func(ctx context.Context, field string, value any) (spec.User[richUser], error) {
				if rv := reflect.ValueOf(value); rv.Kind() == reflect.Pointer && !rv.IsNil() {
					value = rv.Elem().Interface()
				}
				return a.Store.UserBy(ctx, field, value)
			}
		})},
		{Name: "user_by_converts_the_value", Clause: "OPT-02", Subject: alterRich(func(a *richAltered) {
			a.userBy = func(ctx context.Context, field string, value any) (spec.User[richUser], error) {
				if n, ok := value.(int); ok {
					value = int64(n)
				}
				return a.Store.UserBy(ctx, field, value)
			}
		})},
		{Name: "user_by_finds_by_an_attribute_that_is_not_unique", Clause: "OPT-02", Subject: alterRich(func(a *richAltered) {
			found := findBy(a, func(u richUser, value any) bool { return u.Name == value })
			a.userBy = found("Name")
		})},
	}
}

// findBy returns a UserBy that for one field first looks for a user who matches, and
// otherwise is correct.
func findBy(a *richAltered, matches func(u richUser, value any) bool) func(field string) func(context.Context, string, any) (spec.User[richUser], error) {
	inner := a.Store
	recorded, c := recordCreated(inner)
	a.createUser = recorded.createUser
	return func(broken string) func(context.Context, string, any) (spec.User[richUser], error) {
		return func(ctx context.Context, field string, value any) (spec.User[richUser], error) {
			if field == broken {
				for _, id := range c.Users() {
					if u, err := inner.User(ctx, id); err == nil && matches(u.Attributes, value) {
						return u, nil
					}
				}
			}
			return inner.UserBy(ctx, field, value)
		}
	}
}

// answerInstead makes UserBy for one field return another error for some values.
func answerInstead(a *richAltered, broken string, answer func(value any) (error, bool)) {
	a.userBy = func(ctx context.Context, field string, value any) (spec.User[richUser], error) {
		if err, other := answer(value); other && field == broken {
			return spec.User[richUser]{}, err
		}
		return a.Store.UserBy(ctx, field, value)
	}
}

// migrating is an adapter with a Migrator.
type migrating[U, S any] struct {
	*altered[U, S]
	migrate, check func(context.Context) error
}

func (m *migrating[U, S]) Migrate(ctx context.Context) error { return m.migrate(ctx) }

func (m *migrating[U, S]) Check(ctx context.Context) error { return m.check(ctx) }

func succeed(context.Context) error { return nil }

// migratesAnyway has nothing to migrate, and therefore does not check the store or the
// context.
func migratesAnyway[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := &altered[U, S]{Store: openHealthy[U, S](t, s)}
	return &migrating[U, S]{altered: a, check: succeed, migrate: succeed}
}

func migratesAfterClose[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := &altered[U, S]{Store: openHealthy[U, S](t, s)}
	return &migrating[U, S]{altered: a, check: context.Context.Err, migrate: context.Context.Err}
}
