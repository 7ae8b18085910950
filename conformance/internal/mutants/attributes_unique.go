package mutants

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/tenon-go/tenon/spec"
)

// uniqueMutants returns mutants that report conflicts that do not exist, miss some, or
// name them wrongly.
func uniqueMutants() []Mutant {
	return []Mutant{
		{Name: "the_first_quoted_name_is_taken_for_the_key", Clause: "ATT-06", Shipped: "MySQL adapters that search the error's text", Subject: alterRich(firstQuotedName)},
		{Name: "the_text_is_searched_for_a_column", Clause: "ATT-06", Shipped: "adapters that search the error's text", Subject: alterRich(searchesText)},
		{Name: "not_unique_names_the_column", Clause: "ATT-06", Subject: nested(func(a *altered) {
			changeConstraint(a, func(c spec.ConstraintError) error {
				c.Attribute = strings.ToLower(c.Attribute)
				return &c
			})
		})},
		{Name: "not_unique_names_no_attribute", Clause: "ATT-06", Subject: alterRich(func(a *altered) {
			changeConstraint(a, func(c spec.ConstraintError) error {
				if c.Kind == spec.NotUnique {
					c.Attribute = ""
				}
				return &c
			})
		})},
		{Name: "unique_text_is_compared_without_case", Clause: "ATT-06", Shipped: "MySQL adapters with the default collation",
			Subject: alterRich(func(a *altered) { claimEmails(a, strings.ToLower, always) })},
		{Name: "unique_text_is_compared_without_trailing_spaces", Clause: "ATT-06", Shipped: "MySQL adapters with utf8mb4_bin", Subject: alterRich(func(a *altered) {
			claimEmails(a, func(email string) string { return strings.TrimRight(email, " ") }, always)
		})},
		{Name: "unique_bytes_are_compared_without_trailing_zeros", Clause: "ATT-06", Shipped: "adapters with BINARY columns", Subject: alterRich(func(a *altered) {
			claimValues(a, "Key", func(key any) any {
				if bytes, ok := key.([]byte); ok {
					return strings.TrimRight(string(bytes), "\x00")
				}
				return nil
			}, always)
		})},
		{Name: "unique_integers_are_compared_as_floats", Clause: "ATT-06", Subject: alterRich(func(a *altered) {
			claimValues(a, "Number", func(number any) any {
				if n, ok := number.(int64); ok {
					return float64(n)
				}
				return nil
			}, always)
		})},
		{Name: "one_index_for_all_unique_attributes", Clause: "ATT-06", Shipped: "adapters for key-value stores", Subject: alterRich(func(a *altered) {
			inner, email, handle := a.rows, placeOf[richUser]("Email"), placeOf[richUser]("Handle")
			a.createUser = func(ctx context.Context, u spec.UserRow) error {
				if value := u.Attributes[handle]; value != nil {
					if other, err := inner.UserBy(ctx, email, value); err == nil && other.ID != u.ID {
						return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Handle"}
					}
				}
				return inner.CreateUser(ctx, u)
			}
		})},
		{Name: "nil_conflicts_with_nil", Clause: "ATT-06", Shipped: "engines that take one null only", Subject: alterRich(func(a *altered) {
			claimValues(a, "Handle", func(handle any) any {
				if handle == nil {
					return true
				}
				return nil
			}, always)
		})},
		{Name: "unique_zeros_do_not_conflict", Clause: "ATT-06", Shipped: "adapters that leave empty values out", Subject: alterRich(func(a *altered) {
			inner, number := a.rows, placeOf[richUser]("Number")
			a.createUser = func(ctx context.Context, u spec.UserRow) error {
				err := inner.CreateUser(ctx, u)
				if u.Attributes[number] == int64(0) && isNotUnique(err, "Number") {
					u.Attributes = slices.Clone(u.Attributes)
					u.Attributes[number] = nil
					return inner.CreateUser(ctx, u)
				}
				return err
			}
		})},
		{Name: "an_update_does_not_look_for_conflicts", Clause: "ATT-06", Subject: alterRich(func(a *altered) {
			inner := a.rows
			a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
				err := inner.UpdateSession(ctx, id, change)
				if isNotUnique(err, "Seat") {
					return nil
				}
				return err
			}
		})},
		{Name: "a_refused_update_keeps_the_other_attributes", Clause: "ATT-06", Subject: alterRich(func(a *altered) {
			inner := a.rows
			a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
				err := inner.UpdateUser(ctx, id, change)
				if isNotUnique(err, "Email") && len(change.Places) > 1 {
					score := dropColumns(change, func(p int, _ any) bool { return p != placeOf[richUser]("Score") })
					return errors.Join(err, inner.UpdateUser(ctx, id, score))
				}
				return err
			}
		})},
	}
}

func isNotUnique(err error, attribute string) bool {
	var c *spec.ConstraintError
	return errors.As(err, &c) && c.Kind == spec.NotUnique && c.Attribute == attribute
}

var quotedKey = regexp.MustCompile(`for key '(?:\w+\.)?(\w+)'`)

// firstQuotedName finds the attribute in a text in the form of MySQL, and uses the first
// name that looks like a key.
func firstQuotedName(a *altered) {
	inner, email := a.rows, placeOf[richUser]("Email")
	a.createUser = func(ctx context.Context, u spec.UserRow) error {
		err := inner.CreateUser(ctx, u)
		if !isNotUnique(err, "Email") {
			return err
		}
		text := "Duplicate entry '" + u.Attributes[email].(string) + "' for key 'users.Email'"
		name := quotedKey.FindStringSubmatch(text)[1]
		if name == "PRIMARY" {
			return spec.ErrUserExists
		}
		return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: name}
	}
}

// searchesText searches for the names of columns in a text that contains the value.
func searchesText(a *altered) {
	inner := a.rows
	a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
		err := inner.UpdateUser(ctx, id, change)
		if !isNotUnique(err, "Email") {
			return err
		}
		if email, _ := valueIn[richUser](change, "Email"); strings.Contains(email.(string), "users.Handle") {
			return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Handle"}
		}
		return err
	}
}

// claims is the mutant's own index of an attribute, in addition to that of the store. Nil
// is not in it.
type claims struct {
	mu     sync.Mutex
	values map[string]any // values by user id
}

func (c *claims) taken(id string, value any) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for holder, held := range c.values {
		if holder != id && held == value && value != nil {
			return true
		}
	}
	return false
}

func (c *claims) set(id string, value any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.values[id] = value
}

// release reports whether the index removes a value on an event.
type release func(event string) bool

func always(string) bool { return true }

func claimEmails(a *altered, fold func(string) string, on release) {
	claimValues(a, "Email", func(email any) any { return fold(email.(string)) }, on)
}

// claimValues makes users conflict if key returns the same value for an attribute, unless
// that is nil. When a user is updated or deleted, the index removes the value if on
// returns true for the event.
func claimValues(a *altered, name string, key func(value any) any, on release) {
	inner, column := a.rows, placeOf[richUser](name)
	c := &claims{values: map[string]any{}}
	refusal := &spec.ConstraintError{Kind: spec.NotUnique, Attribute: name}
	a.createUser = func(ctx context.Context, u spec.UserRow) error {
		v := key(u.Attributes[column])
		if c.taken(u.ID, v) {
			if _, err := inner.User(ctx, u.ID); err == nil {
				return spec.ErrUserExists
			}
			return refusal
		}
		if !on("failure") {
			c.set(u.ID+" tried", v)
		}
		err := inner.CreateUser(ctx, u)
		if err == nil {
			c.set(u.ID+" tried", nil)
			c.set(u.ID, v)
		}
		return err
	}
	a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
		value, masked := valueIn[richUser](change, name)
		if !masked {
			return inner.UpdateUser(ctx, id, change)
		}
		v := key(value)
		if c.taken(id, v) {
			return refusal
		}
		err := inner.UpdateUser(ctx, id, change)
		if err == nil {
			if !on("update") {
				c.mu.Lock()
				c.values[id+" before"] = c.values[id]
				c.mu.Unlock()
			}
			c.set(id, v)
		}
		return err
	}
	a.deleteUser = func(ctx context.Context, id string) error {
		err := inner.DeleteUser(ctx, id)
		if err == nil && on("delete") {
			c.set(id, nil)
		}
		return err
	}
}
