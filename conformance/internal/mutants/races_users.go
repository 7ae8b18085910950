package mutants

import (
	"context"
	"slices"
	"sync"

	"github.com/tenon-go/tenon/spec"
)

// userRaceMutants returns mutants that are wrong about users while they are written, or
// about their former values.
func userRaceMutants(gap between) []Mutant {
	return []Mutant{
		{Name: "a_user_is_created_with_a_part_to_come", Clause: "USR-01", Subject: alterRich(func(a *altered) {
			name := placeOf[richUser]("Name")
			a.createUser = func(ctx context.Context, user spec.UserRow) error {
				half := user
				half.Attributes = slices.Clone(user.Attributes)
				half.Attributes[name] = ""
				if err := a.rows.CreateUser(ctx, half); err != nil {
					return err
				}
				gap(ctx)
				return a.rows.UpdateUser(context.WithoutCancel(ctx), user.ID, spec.Change{Places: []int{name}, Values: user.Attributes[name : name+1]})
			}
		})},
		{Name: "an_update_of_a_user_is_two_updates", Clause: "USR-04", Subject: alterAll(func(a *altered) {
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				last := len(change.Places) - 1 // never a unique one, of two or more
				if last < 1 {
					return a.rows.UpdateUser(ctx, id, change)
				}
				if err := a.rows.UpdateUser(ctx, id, spec.Change{Places: change.Places[:last], Values: change.Values[:last]}); err != nil {
					return err
				}
				gap(ctx)
				return a.rows.UpdateUser(context.WithoutCancel(ctx), id, spec.Change{Places: change.Places[last:], Values: change.Values[last:]})
			}
		})},
		{Name: "a_user_is_read_in_two_halves", Clause: "USR-04", Subject: alterAll(func(a *altered) {
			a.user = func(ctx context.Context, id string) (spec.UserRow, error) {
				first, err := a.rows.User(ctx, id)
				gap(ctx)
				second, gone := a.rows.User(ctx, id)
				if err != nil || gone != nil {
					return second, gone
				}
				return halves(first, second), nil
			}
		})},
		{Name: "the_user_of_a_session_is_read_in_two_halves", Clause: "USR-04", Subject: alterAll(func(a *altered) {
			a.sessionAndUser = func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
				_, first, err := a.rows.SessionAndUser(ctx, id)
				gap(ctx)
				session, second, gone := a.rows.SessionAndUser(ctx, id)
				if err != nil || gone != nil {
					return session, second, gone
				}
				return session, halves(first, second), nil
			}
		})},
		{Name: "user_by_looks_the_id_up_and_then_reads", Clause: "OPT-01", Subject: alterRich(func(a *altered) {
			a.userBy = func(ctx context.Context, place int, value any) (spec.UserRow, error) {
				user, err := a.rows.UserBy(ctx, place, value)
				if err != nil {
					return user, err
				}
				gap(ctx)
				return a.rows.User(ctx, user.ID)
			}
		})},
		{Name: "user_by_misses_a_user_who_is_being_updated", Clause: "OPT-01", Subject: alterRich(func(a *altered) {
			var updating sync.Map // ids whose keys are removed from the index
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				updating.Store(id, true)
				defer updating.Delete(id)
				gap(ctx)
				return a.rows.UpdateUser(ctx, id, change)
			}
			a.userBy = func(ctx context.Context, place int, value any) (spec.UserRow, error) {
				user, err := a.rows.UserBy(ctx, place, value)
				if _, out := updating.Load(user.ID); out && err == nil {
					return spec.UserRow{}, spec.ErrUserNotFound
				}
				return user, err
			}
		})},
		{Name: "user_by_finds_a_user_by_the_value_before_an_update", Clause: "OPT-01", Subject: alterRich(func(a *altered) {
			email := placeOf[richUser]("Email")
			var old sync.Map // ids by e-mails that are still in the index
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				if user, err := a.rows.User(ctx, id); err == nil {
					old.Store(user.Attributes[email], id)
					defer old.Delete(user.Attributes[email])
				}
				err := a.rows.UpdateUser(ctx, id, change)
				gap(ctx)
				return err
			}
			a.userBy = func(ctx context.Context, place int, value any) (spec.UserRow, error) {
				user, err := a.rows.UserBy(ctx, place, value)
				if place != email || err == nil {
					return user, err
				}
				if id, stale := old.Load(value); stale {
					return a.rows.User(ctx, id.(string))
				}
				return user, err
			}
		})},
		{Name: "updates_of_a_user_at_once_leave_a_value_taken", Clause: "ATT-07", Subject: alterRich(func(a *altered) {
			email := placeOf[richUser]("Email")
			values := newHeld(func(ctx context.Context, id string) bool { _, err := a.rows.User(ctx, id); return err == nil })
			a.createUser = func(ctx context.Context, user spec.UserRow) error {
				if values.by(ctx, user.Attributes[email], user.ID) {
					return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}
				}
				return a.rows.CreateUser(ctx, user)
			}
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				old, missing := a.rows.User(ctx, id)
				gap(ctx)
				err := a.rows.UpdateUser(ctx, id, change)
				if value, ok := valueIn[richUser](change, "Email"); ok && err == nil && missing == nil {
					values.move(id, old.Attributes[email], value)
				}
				return err
			}
		})},
		{Name: "updates_of_a_session_at_once_leave_a_value_taken", Clause: "ATT-07", Subject: alterRich(func(a *altered) {
			device := placeOf[richSession]("DeviceID")
			values := newHeld(func(ctx context.Context, id string) bool { _, err := a.rows.Session(ctx, id); return err == nil })
			a.createSession = func(ctx context.Context, s spec.SessionRow) error {
				if values.by(ctx, s.Attributes[device], s.ID) {
					return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "DeviceID"}
				}
				return a.rows.CreateSession(ctx, s)
			}
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				old, missing := a.rows.Session(ctx, id)
				gap(ctx)
				err := a.rows.UpdateSession(ctx, id, change)
				if value, ok := valueIn[richSession](change, "DeviceID"); ok && err == nil && missing == nil {
					values.move(id, old.Attributes[device], value)
				}
				return err
			}
		})},
	}
}

// halves returns a row with the first half of the attributes of one row and the second
// half of those of another.
func halves(first, second spec.UserRow) spec.UserRow {
	half := len(second.Attributes) / 2
	if half == 0 {
		return second
	}
	second.Attributes = slices.Concat(first.Attributes[:min(half, len(first.Attributes))], second.Attributes[half:])
	return second
}

// held is an index of a unique attribute. Updates write it after the row.
type held struct {
	mu     sync.Mutex
	ids    map[any]string // ids of rows by the values that updates gave them
	exists func(ctx context.Context, id string) bool
}

func newHeld(exists func(ctx context.Context, id string) bool) *held {
	return &held{ids: map[any]string{}, exists: exists}
}

// by reports whether another existing row holds the value.
func (c *held) by(ctx context.Context, value any, id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	holder, taken := c.ids[value]
	return taken && holder != id && c.exists(ctx, holder)
}

// move lets a row hold a value instead of another.
func (c *held) move(id string, from, to any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ids[from] == id {
		delete(c.ids, from)
	}
	c.ids[to] = id
}
