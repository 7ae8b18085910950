package conformance

import (
	"strings"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// limit is an attribute with a max.
type limit[T any] struct {
	attribute string
	max       int
	bytes     bool // the attribute is a []byte
	set       func(*T, string)
}

var userLimits = []limit[richUser]{
	{"Email", 254, false, func(u *richUser, s string) { u.Email = s }},
	{"Handle", 30, false, func(u *richUser, s string) { u.Handle = &s }},
	{"Name", 40, false, func(u *richUser, s string) { u.Name = s }},
	{"Key", 32, true, func(u *richUser, s string) { u.Key = []byte(s) }},
	{"Blob", 16, true, func(u *richUser, s string) { u.Blob = pointer([]byte(s)) }},
}

var sessionLimits = []limit[richSession]{
	{"Device", 200, false, func(r *richSession, s string) { r.Device = s }},
	{"DeviceID", 64, false, func(r *richSession, s string) { r.DeviceID = s }},
	{"Serial", 16, true, func(r *richSession, s string) { r.Serial = []byte(s) }},
}

// fills are used to fill values: characters of 1 to 4 bytes, which have one or two units in
// UTF-16, and bytes.
var (
	textFills = []string{"x", "é", "€", "😀", "\u0301", " ", "'", "\\", "日", "\n"}
	byteFills = []string{"x", "\xff", "\x00", " ", "'", "\\", "\x80", "\xc3", "\n", "0"}
)

func (l limit[T]) fill(i, n int) string {
	if l.bytes {
		return strings.Repeat(byteFills[i], n)
	}
	return strings.Repeat(textFills[i], n)
}

func richAtMax(t *tester[richUser, richSession]) { atMax(t, userLimits, sessionLimits) }

// atMax fills all attributes that have a max up to their max.
func atMax[U, S any](t *tester[U, S], users []limit[U], sessions []limit[S]) {
	var userVariants []variant[U]
	var sessionVariants []variant[S]
	for i, fill := range textFills {
		name := "every max reached by " + shortenID(fill)
		userVariants = append(userVariants, variant[U]{name: name, change: func(u *U) {
			for _, l := range users {
				l.set(u, l.fill(i, l.max))
			}
		}})
		sessionVariants = append(sessionVariants, variant[S]{name: name, change: func(s *S) {
			for _, l := range sessions {
				l.set(s, l.fill(i, l.max))
			}
		}})
	}
	roundTrip(t, userVariants, sessionVariants)
}

func richOverMax(t *tester[richUser, richSession]) { overMax(t, userLimits, sessionLimits) }

func overMax[U, S any](t *tester[U, S], users []limit[U], sessions []limit[S]) {
	a := t.open()
	w := t.seed(a)
	if t.users {
		eachOver(t, w.userEntity(a), users)
	}
	eachOver(t, w.sessionEntity(a), sessions)
	w.compare(a, "after creates and updates with values that are too long")
}

func eachOver[U, S, T any](t *tester[U, S], e entity[T], limits []limit[T]) {
	for _, l := range limits {
		values := []string{
			l.fill(0, l.max) + " ",  // engines drop spaces at the end to make it fit
			l.fill(0, l.max) + "\n", // but not a line feed
			" " + l.fill(0, l.max),
			l.fill(0, l.max) + strings.Repeat(" ", 100),
			l.fill(0, 70_000),
		}
		for i := range textFills {
			values = append(values, l.fill(i, l.max+1))
		}
		for i, value := range values {
			long := e.sample()
			l.set(&long, value)
			what := "one over its max of"
			if i == 4 {
				what = "far over its max of"
			}
			t.wantConstraint(e.create("newcomer", long), spec.TooLong, l.attribute, "Create%s whose %s is %s %d: %s", e.name, l.attribute, what, l.max, shortenID(value))
			t.wantConstraint(e.update(e.two, long, attr.All[T]()), spec.TooLong, l.attribute, "Update%s of all attributes, whose %s is %s %d: %s", e.name, l.attribute, what, l.max, shortenID(value))
			t.wantConstraint(e.update(e.two, long, fieldMask[T](t, l.attribute)), spec.TooLong, l.attribute, "Update%s of %s alone, which is %s %d: %s", e.name, l.attribute, what, l.max, shortenID(value))
		}
	}
}
