package conformance

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// cause causes a condition by changing the arguments of a call that would otherwise
// succeed.
type cause[U, S any] struct {
	condition, input string // as in [ErrorRow]

	// changes names the argument that it changes. Two causes that change the same
	// argument cannot be combined.
	changes string

	// needs are the requirements on the arguments.
	needs need

	change func(w *world[U, S], o operation[U, S], c *arguments[U, S])
}

type need int

const (
	nothing   need = iota
	users          // the store keeps users
	richTypes      // the attributes are richUser and richSession
)

// Values that no store can hold.
const (
	badText = mark + "\xff"
	nulText = mark + "\x00"
)

var (
	tooEarly = time.Date(0, 12, 31, 23, 59, 59, 0, time.UTC)
	tooLate  = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
)

// causes returns a cause for each condition and input of the table, except for the
// condition "closed", for which a check closes the adapter.
func causes[U, S any]() []cause[U, S] {
	type (
		args = *arguments[U, S]
		rows = *world[U, S]
		oper = operation[U, S]
	)
	// rich returns a function that changes the attributes that the operation writes.
	rich := func(user func(*richUser), session func(*richSession)) func(rows, oper, args) {
		return func(_ rows, o oper, c args) {
			if o.users {
				user(any(&c.user.Attributes).(*richUser))
			} else {
				session(any(&c.session.Attributes).(*richSession))
			}
		}
	}
	return []cause[U, S]{
		{whenDone, "cancelled", "context", nothing, func(_ rows, _ oper, c args) {
			ctx, cancel := context.WithCancel(c.ctx)
			cancel()
			c.ctx = ctx
		}},
		{whenDone, "past its deadline", "context", nothing, func(w rows, _ oper, c args) {
			ctx, cancel := context.WithDeadline(c.ctx, noon)
			w.t.Cleanup(cancel)
			c.ctx = ctx
		}},

		{whenInvalid, "id", "id", nothing, func(_ rows, _ oper, c args) { c.user.ID, c.session.ID = badText, nulText }},
		{whenInvalid, "user id", "user id", nothing, func(_ rows, _ oper, c args) { c.session.UserID = badText }},
		{whenInvalid, "created at", "created at", nothing, func(_ rows, _ oper, c args) { c.session.CreatedAt = tooLate }},
		{whenInvalid, "active until", "active until", nothing, func(_ rows, _ oper, c args) { c.session.ActiveUntil = tooEarly }},
		{whenInvalid, "expires at", "expires at", nothing, func(_ rows, _ oper, c args) { c.session.ExpiresAt = tooLate }},
		{whenInvalid, "credential", "credential", nothing, func(_ rows, _ oper, c args) { c.session.Credential = nulText }},
		{whenInvalid, "text", "text", richTypes, rich(
			func(u *richUser) { u.Name = badText }, func(s *richSession) { s.IP = pointer(nulText) })},
		{whenInvalid, "float", "float", richTypes, rich(func(u *richUser) { u.Weight = pointer(math.NaN()) }, nil)},
		{whenInvalid, "time", "time", richTypes, rich(
			func(u *richUser) { u.CreatedAt = tooLate }, func(s *richSession) { s.SeenAt = pointer(tooEarly) })},
		{whenInvalid, "text in JSON", "JSON", richTypes, rich(
			func(u *richUser) { u.Roles = []string{badText} }, func(s *richSession) { s.Basket = map[string]int{nulText: 1} })},
		{whenInvalid, "time to swap from", "from", nothing, func(_ rows, _ oper, c args) { c.session.ActiveUntil = tooEarly }},
		{whenInvalid, "credential to swap from", "from", nothing, func(_ rows, _ oper, c args) { c.session.Credential = badText }},
		{whenInvalid, "time to swap to", "to", nothing, func(_ rows, _ oper, c args) { c.to.ExpiresAt = tooLate }},
		{whenInvalid, "credential to swap to", "to", nothing, func(_ rows, _ oper, c args) { c.to.Credential = strings.Repeat(mark, 43) }},
		{whenInvalid, "limit of zero", "limit", nothing, func(_ rows, _ oper, c args) { c.sweep.Limit = 0 }},
		{whenInvalid, "negative limit", "limit", nothing, func(_ rows, _ oper, c args) { c.sweep.Limit = -1 }},
		{whenInvalid, "now", "now", nothing, func(_ rows, _ oper, c args) { c.sweep.Now = tooLate }},
		{whenInvalid, "unknown field", "field", nothing, func(_ rows, _ oper, c args) { c.field = "Nope" }},
		{whenInvalid, "type of the value", "user id", nothing, func(_ rows, _ oper, c args) { c.value = struct{ Secret string }{mark} }},

		{whenTooLong, "", "max", richTypes, rich(
			func(u *richUser) { u.Blob = pointer([]byte(strings.Repeat(mark, 3))) },
			func(s *richSession) { s.Device = strings.Repeat(mark, 34) })},

		// UserBy is given a value in place of the id.
		{whenAbsent, "no such user", "user id", nothing, func(_ rows, o oper, c args) {
			*userID(o, c) = mark + "-unknown"
			c.value = otherValue(c.value, mark+"-unknown@example.com")
		}},
		{whenAbsent, "invalid user id", "user id", nothing, func(_ rows, o oper, c args) {
			*userID(o, c) = nulText
			c.value = otherValue(c.value, badText)
		}},
		{whenAbsent, "no such session", "session id", nothing, func(_ rows, _ oper, c args) { c.session.ID = "s-" + mark + "-none" }},
		{whenAbsent, "invalid session id", "session id", nothing, func(_ rows, _ oper, c args) { c.session.ID = strings.Repeat(mark, 43) }},

		{whenTaken, "", "id", nothing, func(_ rows, _ oper, c args) { c.user.ID, c.session.ID = c.sweep.UserID, c.keep[0] }},
		{whenNoUser, "", "user id", users, func(_ rows, _ oper, c args) { c.session.UserID = mark + "-unknown" }},
		{whenNotUnique, "", "unique", richTypes, func(w rows, o oper, c args) {
			if o.users {
				any(&c.user.Attributes).(*richUser).Email = any(w.anotherUser(c).Attributes).(richUser).Email
			} else {
				any(&c.session.Attributes).(*richSession).DeviceID = any(w.sessions[c.keep[0]].Attributes).(richSession).DeviceID
			}
		}},
		{whenOtherLease, "credential", "from", nothing, func(_ rows, _ oper, c args) { c.session.Credential += "?" }},
		{whenOtherLease, "active until", "from", nothing, func(_ rows, _ oper, c args) {
			c.session.ActiveUntil = c.session.ActiveUntil.Add(time.Millisecond)
		}},
		{whenOtherLease, "expires at", "from", nothing, func(_ rows, _ oper, c args) {
			c.session.ExpiresAt = c.session.ExpiresAt.Add(-time.Millisecond)
		}},
	}
}

// userID returns the argument of an operation that names a user.
func userID[U, S any](o operation[U, S], c *arguments[U, S]) *string {
	if o.op == spec.OpDeleteExpiredSessions {
		return &c.sweep.UserID
	}
	return &c.user.ID
}

// otherValue returns another value for UserBy, of the same type.
func otherValue(value any, text string) any {
	if value == nil {
		return nil
	}
	return text // the unique attributes that the suite searches by are strings
}

// anotherUser returns a user that the arguments do not name.
func (w *world[U, S]) anotherUser(c *arguments[U, S]) spec.User[U] {
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(w.users))) {
		if id != c.user.ID && id != c.sweep.UserID {
			return w.users[id]
		}
	}
	return spec.User[U]{}
}

// fault is a row of the table together with its cause.
type fault[U, S any] struct {
	ErrorRow
	cause cause[U, S]
}

// faults returns the rows of the table, other than those about closing, that an operation
// on this subject can cause.
func (t *tester[U, S]) faults(o operation[U, S]) []fault[U, S] {
	_, isRich := any(*new(U)).(richUser)
	var list []fault[U, S]
	for _, r := range errorTable {
		if r.Op != o.op || o.everyone && r.Condition == whenAbsent {
			continue
		}
		for _, c := range causes[U, S]() {
			can := (c.needs != users || t.users) && (c.needs != richTypes || isRich)
			if c.condition == r.Condition && c.input == r.Input && can {
				list = append(list, fault[U, S]{r, c})
			}
		}
	}
	return list
}

// String returns what is wrong: "invalid input: expires at".
func (f fault[U, S]) String() string {
	if f.Input == "" {
		return f.Condition
	}
	return fmt.Sprintf("%s: %s", f.Condition, f.Input)
}

// combinesWith reports whether two faults can be caused together.
func (f fault[U, S]) combinesWith(g fault[U, S]) bool {
	return f.Condition != g.Condition && f.cause.changes != g.cause.changes
}
