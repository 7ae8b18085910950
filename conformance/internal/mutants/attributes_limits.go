package mutants

import (
	"context"
	"errors"
	"unicode/utf16"

	"github.com/tenon-go/tenon/spec"
)

// maxMutants returns mutants that measure lengths in another way, or cut values.
func maxMutants() []Mutant {
	return []Mutant{
		{Name: "max_counts_bytes", Clause: "ATT-05", Subject: alterRich(func(a *altered) { refuseName(a, func(name string) int { return len(name) }) })},
		{Name: "max_counts_utf16", Clause: "ATT-05", Subject: alterRich(func(a *altered) {
			refuseName(a, func(name string) int { return len(utf16.Encode([]rune(name))) })
		})},
		{Name: "max_of_bytes_counts_characters", Clause: "ATT-05", Subject: nested(func(a *altered) {
			create, digest := a.rows.CreateSession, placeOf[nestedSession]("Digest")
			a.createSession = func(ctx context.Context, s spec.SessionRow) error {
				if bytes, _ := s.Attributes[digest].([]byte); len(bytes) == 64 && bytes[0] == 0xc3 {
					return &spec.ConstraintError{Kind: spec.OutOfRange, Attribute: "Digest"}
				}
				return create(ctx, s)
			}
		})},
	}
}

// refuseName refuses a name as too long if its length by this measure is over 40.
func refuseName(a *altered, length func(string) int) {
	inner := a.rows
	name := placeOf[richUser]("Name")
	a.createUser = func(ctx context.Context, u spec.UserRow) error {
		if length(u.Attributes[name].(string)) > 40 {
			return &spec.ConstraintError{Kind: spec.TooLong, Attribute: "Name"}
		}
		return inner.CreateUser(ctx, u)
	}
}

// changeConstraint changes the constraint errors of every write.
func changeConstraint(a *altered, change func(spec.ConstraintError) error) {
	inner := a.rows
	changed := func(err error) error {
		var c *spec.ConstraintError
		if errors.As(err, &c) {
			return change(*c)
		}
		return err
	}
	a.createUser = func(ctx context.Context, u spec.UserRow) error { return changed(inner.CreateUser(ctx, u)) }
	a.createSession = func(ctx context.Context, s spec.SessionRow) error { return changed(inner.CreateSession(ctx, s)) }
	a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
		return changed(inner.UpdateUser(ctx, id, change))
	}
	a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
		return changed(inner.UpdateSession(ctx, id, change))
	}
}
