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
		{Name: "a_user_is_created_with_a_part_to_come", Clause: "USR-01", Subject: alterRich(around(spec.OpCreateUser, func(c *call, do func()) {
			name, whole := placeOf[richUser]("Name"), c.user.Attributes
			c.user.Attributes = slices.Clone(whole)
			c.user.Attributes[name] = ""
			if do(); c.err != nil {
				return
			}
			gap(c.ctx)
			c.err = c.rows.UpdateUser(context.WithoutCancel(c.ctx), c.id, spec.Change{Places: []int{name}, Values: whole[name : name+1]})
		}))},
		{Name: "an_update_of_a_user_is_two_updates", Clause: "USR-04", Subject: alterAll(around(spec.OpUpdateUser, func(c *call, do func()) {
			whole, last := c.change, len(c.change.Places)-1 // never a unique one, of two or more
			if last >= 1 {
				c.change = spec.Change{Places: whole.Places[:last], Values: whole.Values[:last]}
			}
			if do(); c.err != nil || last < 1 {
				return
			}
			gap(c.ctx)
			c.ctx, c.change = context.WithoutCancel(c.ctx), spec.Change{Places: whole.Places[last:], Values: whole.Values[last:]}
			do()
		}))},
		{Name: "a_user_is_read_in_two_halves", Clause: "USR-04", Subject: alterAll(around(spec.OpUser, readInHalves(gap)))},
		{Name: "the_user_of_a_session_is_read_in_two_halves", Clause: "USR-04", Subject: alterAll(around(spec.OpSessionAndUser, readInHalves(gap)))},
		{Name: "user_by_looks_the_id_up_and_then_reads", Clause: "OPT-01", Subject: alterRich(after(spec.OpUserBy, func(c *call) {
			if c.err == nil {
				gap(c.ctx)
				c.user, c.err = c.rows.User(c.ctx, c.user.ID)
			}
		}))},
		{Name: "user_by_misses_a_user_who_is_being_updated", Clause: "OPT-01", Subject: alterRich(func(a *altered) {
			var updating sync.Map // ids whose keys are removed from the index
			a.around(spec.OpUpdateUser, func(c *call, do func()) {
				updating.Store(c.id, true)
				defer updating.Delete(c.id)
				gap(c.ctx)
				do()
			})
			a.after(spec.OpUserBy, func(c *call) {
				if _, out := updating.Load(c.user.ID); out && c.err == nil {
					c.err = spec.ErrUserNotFound
				}
			})
		})},
		{Name: "user_by_finds_a_user_by_the_value_before_an_update", Clause: "OPT-01", Subject: alterRich(func(a *altered) {
			email := placeOf[richUser]("Email")
			index := newHeld(nil) // without the values that users were created with
			a.around(spec.OpUpdateUser, func(c *call, do func()) {
				old, missing := c.rows.User(c.ctx, c.id)
				do()
				gap(c.ctx)
				if value, ok := valueIn[richUser](c.change, "Email"); ok && c.err == nil && missing == nil {
					index.move(c.id, old.Attributes[email], value)
				}
			})
			a.around(spec.OpUserBy, func(c *call, do func()) {
				if c.place == email {
					if id, held := index.holder(c.value); held {
						if c.user, c.err = c.rows.User(c.ctx, id); c.err == nil {
							return
						}
					}
				}
				do() // another attribute, a value that a user was created with, or a deleted user
			})
		})},
		{Name: "updates_of_a_user_at_once_leave_a_value_taken", Clause: "ATT-07", Subject: alterRich(func(a *altered) {
			email := placeOf[richUser]("Email")
			values := newHeld(func(ctx context.Context, id string) bool { _, err := a.rows.User(ctx, id); return err == nil })
			a.before(spec.OpCreateUser, func(c *call) {
				if values.by(c.ctx, c.user.Attributes[email], c.id) {
					c.answer(&spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"})
				}
			})
			a.around(spec.OpUpdateUser, func(c *call, do func()) {
				old, missing := c.rows.User(c.ctx, c.id)
				gap(c.ctx)
				do()
				if value, ok := valueIn[richUser](c.change, "Email"); ok && c.err == nil && missing == nil {
					values.move(c.id, old.Attributes[email], value)
				}
			})
		})},
		{Name: "updates_of_a_session_at_once_leave_a_value_taken", Clause: "ATT-07", Subject: alterRich(func(a *altered) {
			device := placeOf[richSession]("DeviceID")
			values := newHeld(func(ctx context.Context, id string) bool { _, err := a.rows.Session(ctx, id); return err == nil })
			a.before(spec.OpCreateSession, func(c *call) {
				if values.by(c.ctx, c.session.Attributes[device], c.id) {
					c.answer(&spec.ConstraintError{Kind: spec.NotUnique, Attribute: "DeviceID"})
				}
			})
			a.around(spec.OpUpdateSession, func(c *call, do func()) {
				old, missing := c.rows.Session(c.ctx, c.id)
				gap(c.ctx)
				do()
				if value, ok := valueIn[richSession](c.change, "DeviceID"); ok && c.err == nil && missing == nil {
					values.move(c.id, old.Attributes[device], value)
				}
			})
		})},
	}
}

// readInHalves reads the first half of a user's attributes and then the second one.
func readInHalves(gap between) func(c *call, do func()) {
	return func(c *call, do func()) {
		do()
		first, err := c.user, c.err
		gap(c.ctx)
		if do(); err == nil && c.err == nil {
			c.user = halves(first, c.user)
		}
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
	holder, taken := c.holder(value)
	return taken && holder != id && c.exists(ctx, holder)
}

// holder returns the id of the row that holds the value.
func (c *held) holder(value any) (id string, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id, ok = c.ids[value]
	return id, ok
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
