package mutants

import (
	"errors"
	"unicode/utf16"

	"github.com/tenon-go/tenon/spec"
)

// maxMutants returns mutants that measure lengths in another way, or cut values.
func maxMutants() []Mutant {
	return []Mutant{
		{Name: "max_counts_bytes", Clause: "ATT-05", Subject: alterRich(refuseName(func(name string) int { return len(name) }))},
		{Name: "max_counts_utf16", Clause: "ATT-05", Subject: alterRich(refuseName(func(name string) int { return len(utf16.Encode([]rune(name))) }))},
		{Name: "max_of_bytes_counts_characters", Clause: "ATT-05", Subject: nested(before(spec.OpCreateSession, func(c *call) {
			digest := placeOf[nestedSession]("Digest")
			if bytes, _ := c.session.Attributes[digest].([]byte); len(bytes) == 64 && bytes[0] == 0xc3 {
				c.answer(&spec.ConstraintError{Kind: spec.OutOfRange, Attribute: "Digest"})
			}
		}))},
	}
}

// refuseName refuses a name as too long if its length by this measure is over 40.
func refuseName(length func(string) int) func(*altered) {
	return before(spec.OpCreateUser, func(c *call) {
		if length(c.user.Attributes[placeOf[richUser]("Name")].(string)) > 40 {
			c.answer(&spec.ConstraintError{Kind: spec.TooLong, Attribute: "Name"})
		}
	})
}

// changeConstraint changes the constraint errors of every write.
func changeConstraint(change func(*spec.ConstraintError)) func(*altered) {
	return after(everyCall, func(c *call) {
		if constraint, ok := errors.AsType[*spec.ConstraintError](c.err); ok {
			changed := *constraint
			change(&changed)
			c.err = &changed
		}
	})
}
