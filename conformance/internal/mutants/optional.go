package mutants

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func optionalMutants() []Mutant {
	return []Mutant{
		{Name: "user_by_compares_without_case", Clause: "OPT-01", Shipped: "MySQL adapters with the default collation",
			Subject: alterRich(func(a *altered) {
				findsToo(a, "Email", func(email, value any) bool { return strings.EqualFold(email.(string), value.(string)) })
			})},
		{Name: "user_by_matches_a_pattern", Clause: "OPT-01",
			Subject: alterRich(func(a *altered) {
				findsToo(a, "Handle", func(handle, value any) bool { return value == "%" && handle != nil && handle != "%" })
			})},
		{Name: "user_by_finds_a_value_that_was_given_up", Clause: "OPT-01", Shipped: "indexes that are kept by hand",
			Subject: alterRich(findsOldValue)},
		{Name: "user_by_takes_null_for_zero", Clause: "OPT-01",
			Subject: alterRich(func(a *altered) {
				findsToo(a, "Number", func(number, value any) bool { return value == int64(0) && number == nil })
			})},
		{Name: "user_by_does_not_find_empty_bytes", Clause: "OPT-01",
			Subject: alterRich(func(a *altered) {
				key, inner := placeOf[richUser]("Key"), a.rows
				a.userBy = func(ctx context.Context, place int, value any) (spec.UserRow, error) {
					if bytes, ok := value.([]byte); ok && place == key && len(bytes) == 0 {
						return spec.UserRow{}, spec.ErrUserNotFound
					}
					return inner.UserBy(ctx, place, value)
				}
			})},
		{Name: "user_by_returns_no_nullable_attributes", Clause: "OPT-01",
			Subject: nested(func(a *altered) {
				inner := a.rows
				a.userBy = func(ctx context.Context, by int, value any) (spec.UserRow, error) {
					u, err := inner.UserBy(ctx, by, value)
					if err == nil {
						u.Attributes[placeOf[nestedUser]("Profile")] = nil
					}
					return u, err
				}
			})},

		{Name: "migrate_starts_afresh", Clause: "OPT-03",
			Subject: subject(migrateAfresh)},
		{Name: "migrate_fails_where_it_has_run", Clause: "OPT-03", Shipped: "adapters without IF NOT EXISTS",
			Subject: subject(migrateOnce)},
		{Name: "migrate_fails_while_another_runs", Clause: "OPT-03", Shipped: "PostgreSQL, where IF NOT EXISTS can fail",
			Subject: subject(migrateAlone)},
		{Name: "check_finds_fault_with_what_migrate_makes", Clause: "OPT-03",
			Subject: subject(checkFails)},

		{Name: "the_version_is_empty", Clause: "OPT-04",
			Subject: subject(noVersion)},
		{Name: "a_slack_without_expiry", Clause: "OPT-04",
			Subject: subject(slackOnly)},
		{Name: "ping_fails", Clause: "OPT-04",
			Subject: subject(pingFails)},
	}
}

// findsToo has UserBy of one field look first for a user who matches.
func findsToo(a *altered, field string, matches func(attribute, value any) bool) {
	broken, inner := placeOf[richUser](field), a.rows
	recorded, c := recordCreated(inner)
	a.createUser = recorded.createUser
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

// findsOldValue finds a user by the e-mail that the user was created with.
func findsOldValue(a *altered) {
	email, inner := placeOf[richUser]("Email"), a.rows
	var first sync.Map // ids, by e-mails
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

// migrating is an adapter with something to migrate.
type migrating struct {
	*altered
	migrate, check func(context.Context) error
}

func (m *migrating) Migrate(ctx context.Context) error { return m.migrate(ctx) }

func (m *migrating) Check(ctx context.Context) error { return m.check(ctx) }

func succeed(context.Context) error { return nil }

func migrateAfresh(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	inner := openHealthy(t, s, columns)
	a, c := recordCreated(inner)
	return &migrating{altered: a, check: succeed, migrate: func(ctx context.Context) error {
		for _, id := range c.Sessions(func(string, string) bool { return true }) {
			if err := inner.DeleteSession(ctx, id); err != nil {
				return err
			}
		}
		for _, id := range c.Users() {
			if err := inner.DeleteUser(ctx, id); err != nil {
				return err
			}
		}
		return nil
	}}
}

func migrateOnce(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := &altered{rows: openHealthy(t, s, columns)}
	var migrated atomic.Bool
	return &migrating{altered: a, check: succeed, migrate: func(context.Context) error {
		if migrated.Swap(true) {
			return spec.ErrFailed
		}
		return nil
	}}
}

func migrateAlone(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := &altered{rows: openHealthy(t, s, columns)}
	racing, both := racesIn(t, "migrate_by_ten_at_once"), newMeeting(t)
	var migrated atomic.Bool
	var running atomic.Int32
	return &migrating{altered: a, check: succeed, migrate: func(ctx context.Context) error {
		if !migrated.Swap(true) {
			return nil // when the store was opened
		}
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

func checkFails(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := &altered{rows: openHealthy(t, s, columns)}
	return &migrating{altered: a, migrate: succeed, check: func(context.Context) error { return spec.ErrFailed }}
}

// describing changes how an adapter describes itself.
func describing(a rows, change func(*spec.Description)) rows {
	return &altered{rows: a, describe: func(ctx context.Context) (spec.Description, error) {
		description, err := a.Describe(ctx)
		change(&description)
		return description, err
	}}
}

func noVersion(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return describing(openHealthy(t, s, columns), func(d *spec.Description) { d.Version = "" })
}

func slackOnly(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return describing(openHealthy(t, s, columns), func(d *spec.Description) { d.Weaknesses.ExpirySlack = time.Minute })
}

func pingFails(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, ping: func(context.Context) error { return spec.ErrUnavailable }}
}
