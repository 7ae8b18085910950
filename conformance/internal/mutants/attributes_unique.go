package mutants

import (
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
		{Name: "the_first_quoted_name_is_taken_for_the_key", Clause: "ATT-06", Shipped: "MySQL adapters that search the error's text",
			Subject: alterRich(after(spec.OpCreateUser, firstQuotedName))},
		{Name: "the_text_is_searched_for_a_column", Clause: "ATT-06", Shipped: "adapters that search the error's text",
			Subject: alterRich(after(spec.OpUpdateUser, searchesText))},
		{Name: "not_unique_names_the_column", Clause: "ATT-06",
			Subject: nested(changeConstraint(func(c *spec.ConstraintError) { c.Attribute = strings.ToLower(c.Attribute) }))},
		{Name: "not_unique_names_no_attribute", Clause: "ATT-06", Subject: alterRich(changeConstraint(func(c *spec.ConstraintError) {
			if c.Kind == spec.NotUnique {
				c.Attribute = ""
			}
		}))},
		{Name: "unique_text_is_compared_without_case", Clause: "ATT-06", Shipped: "MySQL adapters with the default collation",
			Subject: alterRich(claimEmails(strings.ToLower, always))},
		{Name: "unique_text_is_compared_without_trailing_spaces", Clause: "ATT-06", Shipped: "MySQL adapters with utf8mb4_bin",
			Subject: alterRich(claimEmails(func(email string) string { return strings.TrimRight(email, " ") }, always))},
		{Name: "unique_bytes_are_compared_without_trailing_zeros", Clause: "ATT-06", Shipped: "adapters with BINARY columns",
			Subject: alterRich(claimValues("Key", func(key any) any {
				if bytes, ok := key.([]byte); ok {
					return strings.TrimRight(string(bytes), "\x00")
				}
				return nil
			}, always))},
		{Name: "unique_integers_are_compared_as_floats", Clause: "ATT-06", Subject: alterRich(claimValues("Number", func(number any) any {
			if n, ok := number.(int64); ok {
				return float64(n)
			}
			return nil
		}, always))},
		{Name: "one_index_for_all_unique_attributes", Clause: "ATT-06", Shipped: "adapters for key-value stores", Subject: alterRich(before(spec.OpCreateUser, func(c *call) {
			if value := c.user.Attributes[placeOf[richUser]("Handle")]; value != nil {
				if other, err := c.rows.UserBy(c.ctx, placeOf[richUser]("Email"), value); err == nil && other.ID != c.id {
					c.answer(&spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Handle"})
				}
			}
		}))},
		{Name: "nil_conflicts_with_nil", Clause: "ATT-06", Shipped: "engines that take one null only", Subject: alterRich(claimValues("Handle", func(handle any) any {
			if handle == nil {
				return true
			}
			return nil
		}, always))},
		{Name: "unique_zeros_do_not_conflict", Clause: "ATT-06", Shipped: "adapters that leave empty values out",
			Subject: alterRich(around(spec.OpCreateUser, func(c *call, do func()) {
				number := placeOf[richUser]("Number")
				if do(); c.user.Attributes[number] == int64(0) && isNotUnique(c.err, "Number") {
					c.user.Attributes = slices.Clone(c.user.Attributes)
					c.user.Attributes[number] = nil
					do()
				}
			}))},
		{Name: "an_update_does_not_look_for_conflicts", Clause: "ATT-06", Subject: alterRich(after(spec.OpUpdateSession, func(c *call) {
			if isNotUnique(c.err, "Seat") {
				c.err = nil
			}
		}))},
		{Name: "a_refused_update_keeps_the_other_attributes", Clause: "ATT-06", Subject: alterRich(after(spec.OpUpdateUser, func(c *call) {
			if isNotUnique(c.err, "Email") && len(c.change.Places) > 1 {
				score := dropColumns(c.change, func(p int, _ any) bool { return p != placeOf[richUser]("Score") })
				c.err = errors.Join(c.err, c.rows.UpdateUser(c.ctx, c.id, score))
			}
		}))},
	}
}

func isNotUnique(err error, attribute string) bool {
	var c *spec.ConstraintError
	return errors.As(err, &c) && c.Kind == spec.NotUnique && c.Attribute == attribute
}

var quotedKey = regexp.MustCompile(`for key '(?:\w+\.)?(\w+)'`)

// firstQuotedName finds the attribute in a text in the form of MySQL, and uses the first
// name that looks like a key.
func firstQuotedName(c *call) {
	if !isNotUnique(c.err, "Email") {
		return
	}
	text := "Duplicate entry '" + c.user.Attributes[placeOf[richUser]("Email")].(string) + "' for key 'users.Email'"
	if name := quotedKey.FindStringSubmatch(text)[1]; name == "PRIMARY" {
		c.err = spec.ErrUserExists
	} else {
		c.err = &spec.ConstraintError{Kind: spec.NotUnique, Attribute: name}
	}
}

// searchesText searches for the names of columns in a text that contains the value.
func searchesText(c *call) {
	if !isNotUnique(c.err, "Email") {
		return
	}
	if email, _ := valueIn[richUser](c.change, "Email"); strings.Contains(email.(string), "users.Handle") {
		c.err = &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Handle"}
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

// release reports whether the index removes a value after an operation, which failed if it
// is a create.
type release func(op spec.Op) bool

func always(spec.Op) bool { return true }

func claimEmails(fold func(string) string, on release) func(*altered) {
	return claimValues("Email", func(email any) any { return fold(email.(string)) }, on)
}

// claimValues makes users conflict if key returns the same value for an attribute, unless
// that is nil. When a user is updated or deleted, the index removes the value if on
// returns true for the operation.
func claimValues(name string, key func(value any) any, on release) func(*altered) {
	return func(a *altered) {
		c := &claims{values: map[string]any{}}
		refusal := &spec.ConstraintError{Kind: spec.NotUnique, Attribute: name}
		a.around(spec.OpCreateUser, func(create *call, do func()) {
			v := key(create.user.Attributes[placeOf[richUser](name)])
			if c.taken(create.id, v) {
				create.err = refusal
				if _, err := create.rows.User(create.ctx, create.id); err == nil {
					create.err = spec.ErrUserExists
				}
				return
			}
			if !on(create.op) {
				c.set(create.id+" tried", v)
			}
			if do(); create.err == nil {
				c.set(create.id+" tried", nil)
				c.set(create.id, v)
			}
		})
		a.around(spec.OpUpdateUser, func(update *call, do func()) {
			value, masked := valueIn[richUser](update.change, name)
			if !masked {
				do()
				return
			}
			v := key(value)
			if c.taken(update.id, v) {
				update.err = refusal
				return
			}
			if do(); update.err != nil {
				return
			}
			if !on(update.op) {
				c.mu.Lock()
				c.values[update.id+" before"] = c.values[update.id]
				c.mu.Unlock()
			}
			c.set(update.id, v)
		})
		a.after(spec.OpDeleteUser, func(deletion *call) {
			if deletion.err == nil && on(deletion.op) {
				c.set(deletion.id, nil)
			}
		})
	}
}
