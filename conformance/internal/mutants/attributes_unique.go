package mutants

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// uniqueMutants find conflicts where there are none, miss them, or name them
// wrongly.
func uniqueMutants() []Mutant {
	return []Mutant{
		{Name: "the_first_quoted_name_is_taken_for_the_key", Clause: "ATT-06", Shipped: "MySQL adapters that search the error's text",
			Subject: rich(firstQuotedName)},
		{Name: "the_text_is_searched_for_a_column", Clause: "ATT-06", Shipped: "adapters that search the error's text",
			Subject: rich(searchesText)},
		{Name: "not_unique_names_the_column", Clause: "ATT-06",
			Subject: nested(func(a *nestedAltered) {
				changeConstraint(a, func(c spec.ConstraintError) error {
					c.Attribute = strings.ToLower(c.Attribute)
					return &c
				})
			})},
		{Name: "not_unique_names_no_attribute", Clause: "ATT-06",
			Subject: rich(func(a *richAltered) {
				changeConstraint(a, func(c spec.ConstraintError) error {
					if c.Kind == spec.NotUnique {
						c.Attribute = ""
					}
					return &c
				})
			})},
		{Name: "unique_text_is_compared_without_case", Clause: "ATT-06", Shipped: "MySQL adapters with the default collation",
			Subject: rich(func(a *richAltered) { claimEmails(a, strings.ToLower, always) })},
		{Name: "unique_text_is_compared_without_trailing_spaces", Clause: "ATT-06", Shipped: "MySQL adapters with utf8mb4_bin",
			Subject: rich(func(a *richAltered) {
				claimEmails(a, func(email string) string { return strings.TrimRight(email, " ") }, always)
			})},
		{Name: "unique_bytes_are_compared_without_trailing_zeros", Clause: "ATT-06", Shipped: "adapters with BINARY columns",
			Subject: rich(func(a *richAltered) {
				claimValues(a, "Key", func(u richUser) (string, bool) {
					return string(bytes.TrimRight(u.Key, "\x00")), u.Key != nil
				}, always)
			})},
		{Name: "unique_integers_are_compared_as_floats", Clause: "ATT-06",
			Subject: rich(func(a *richAltered) {
				claimValues(a, "Number", func(u richUser) (float64, bool) {
					if u.Number == nil {
						return 0, false
					}
					return float64(*u.Number), true
				}, always)
			})},
		{Name: "one_index_for_all_unique_attributes", Clause: "ATT-06", Shipped: "adapters for key-value stores",
			Subject: rich(func(a *richAltered) {
				inner := a.Store
				finder := inner
				a.createUser = func(ctx context.Context, u spec.User[richUser]) error {
					if handle := u.Attributes.Handle; handle != nil {
						if other, err := finder.UserBy(ctx, "Email", *handle); err == nil && other.ID != u.ID {
							return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Handle"}
						}
					}
					return inner.CreateUser(ctx, u)
				}
			})},
		{Name: "nil_conflicts_with_nil", Clause: "ATT-06", Shipped: "engines that take one null only",
			Subject: rich(func(a *richAltered) {
				claimValues(a, "Handle", func(u richUser) (bool, bool) { return true, u.Handle == nil }, always)
			})},
		{Name: "unique_zeros_do_not_conflict", Clause: "ATT-06", Shipped: "adapters that leave empty values out",
			Subject: rich(func(a *richAltered) {
				inner := a.Store
				a.createUser = func(ctx context.Context, u spec.User[richUser]) error {
					err := inner.CreateUser(ctx, u)
					if n := u.Attributes.Number; n != nil && *n == 0 && isNotUnique(err, "Number") {
						u.Attributes.Number = nil
						return inner.CreateUser(ctx, u)
					}
					return err
				}
			})},
		{Name: "an_update_does_not_look_for_conflicts", Clause: "ATT-06",
			Subject: rich(func(a *richAltered) {
				inner := a.Store
				a.updateSession = func(ctx context.Context, id string, attributes richSession, mask attr.Mask[richSession]) error {
					err := inner.UpdateSession(ctx, id, attributes, mask)
					if isNotUnique(err, "Seat") {
						return nil
					}
					return err
				}
			})},
		{Name: "unique_times_are_compared_with_finer_digits", Clause: "ATT-06",
			Subject: rich(func(a *richAltered) {
				inner := a.Store
				a.createSession = func(ctx context.Context, s spec.Session[richSession]) error {
					err := inner.CreateSession(ctx, s)
					if t := s.Attributes.SeenAt; t != nil && t.Nanosecond()%1e6 != 0 && isNotUnique(err, "SeenAt") {
						return nil
					}
					return err
				}
			})},
		{Name: "a_refused_update_keeps_the_other_attributes", Clause: "ATT-06",
			Subject: rich(func(a *richAltered) {
				inner := a.Store
				a.updateUser = func(ctx context.Context, id string, attributes richUser, mask attr.Mask[richUser]) error {
					err := inner.UpdateUser(ctx, id, attributes, mask)
					if isNotUnique(err, "Email") && len(names(mask)) > 1 {
						score, maskErr := attr.Fields[richUser]("Score")
						return errors.Join(err, maskErr, inner.UpdateUser(ctx, id, attributes, score))
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

// firstQuotedName finds the attribute in a text as MySQL writes it, and takes
// the first that looks like a key.
func firstQuotedName(a *richAltered) {
	inner := a.Store
	a.createUser = func(ctx context.Context, u spec.User[richUser]) error {
		err := inner.CreateUser(ctx, u)
		if !isNotUnique(err, "Email") {
			return err
		}
		text := "Duplicate entry '" + u.Attributes.Email + "' for key 'users.Email'"
		name := quotedKey.FindStringSubmatch(text)[1]
		if name == "PRIMARY" {
			return spec.ErrUserExists
		}
		return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: name}
	}
}

// searchesText looks for the names of columns in a text with the value.
func searchesText(a *richAltered) {
	inner := a.Store
	a.updateUser = func(ctx context.Context, id string, attributes richUser, mask attr.Mask[richUser]) error {
		err := inner.UpdateUser(ctx, id, attributes, mask)
		if isNotUnique(err, "Email") && strings.Contains(attributes.Email, "users.Handle") {
			return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Handle"}
		}
		return err
	}
}

// claims is an index that is kept by hand beside the store's: who has which
// value of an attribute.
type claims[K comparable] struct {
	mu     sync.Mutex
	values map[string]K // by the user's id
}

func (c *claims[K]) taken(id string, value K) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for holder, held := range c.values {
		if holder != id && held == value {
			return true
		}
	}
	return false
}

func (c *claims[K]) set(id string, value K, has bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.values, id)
	if has {
		c.values[id] = value
	}
}

// release says whether the index forgets a value on an event.
type release func(event string) bool

func always(string) bool { return true }

func claimEmails(a *richAltered, fold func(string) string, on release) {
	claimValues(a, "Email", func(u richUser) (string, bool) { return fold(u.Email), true }, on)
}

// claimValues makes users conflict in what value returns, unless that is
// nothing. The index forgets a value when a user is updated or deleted, if on
// says so.
func claimValues[K comparable](a *richAltered, name string, value func(richUser) (K, bool), on release) {
	inner := a.Store
	c := &claims[K]{values: map[string]K{}}
	refusal := &spec.ConstraintError{Kind: spec.NotUnique, Attribute: name}
	a.createUser = func(ctx context.Context, u spec.User[richUser]) error {
		v, has := value(u.Attributes)
		if has && c.taken(u.ID, v) {
			if _, err := inner.User(ctx, u.ID); err == nil {
				return spec.ErrUserExists
			}
			return refusal
		}
		if has && !on("failure") {
			c.set(u.ID+" tried", v, true)
		}
		err := inner.CreateUser(ctx, u)
		if err == nil {
			c.set(u.ID+" tried", v, false)
			c.set(u.ID, v, has)
		}
		return err
	}
	a.updateUser = func(ctx context.Context, id string, attributes richUser, mask attr.Mask[richUser]) error {
		masked := false
		for _, field := range names(mask) {
			masked = masked || field == name
		}
		v, has := value(attributes)
		if masked && has && c.taken(id, v) {
			return refusal
		}
		err := inner.UpdateUser(ctx, id, attributes, mask)
		if err == nil && masked {
			if !on("update") {
				c.mu.Lock()
				c.values[id+" before"] = c.values[id]
				c.mu.Unlock()
			}
			c.set(id, v, has)
		}
		return err
	}
	a.deleteUser = func(ctx context.Context, id string) error {
		err := inner.DeleteUser(ctx, id)
		if err == nil && on("delete") {
			var none K
			c.set(id, none, false)
		}
		return err
	}
}
