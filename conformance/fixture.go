package conformance

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// mark is part of every id, credential and text that fixture makes, so that it can be found
// in the text of an error.
const mark = "quagga"

// dusk is a time at which the sessions of a fixture have expired, and no others.
var dusk = noon.Add(-time.Hour)

// fixture creates a user with two expired sessions, and returns arguments with which this
// operation succeeds. Every call of fixture creates new rows, so a check can call one
// operation many times and need not track its rows.
func (w *world[U, S]) fixture(a front[U, S], o operation[U, S]) arguments[U, S] {
	w.t.Helper()
	n := w.next
	name := fmt.Sprintf("%s-%d", mark, n)
	user := w.newMarkedUser(name)
	w.t.must(a.CreateUser(w.t.ctx(), user), "CreateUser")
	w.users[user.ID] = user
	session := w.newMarkedSession("s-"+name+"-phone", user.ID)
	other := w.newMarkedSession("s-"+name+"-laptop", user.ID)
	for _, s := range []spec.Session[S]{session, other} {
		w.t.must(a.CreateSession(w.t.ctx(), s), "CreateSession")
		w.sessions[s.ID] = s
	}
	c := arguments[U, S]{ctx: w.t.ctx(), user: user, session: session,
		to:    spec.Lease{ActiveUntil: noon.Add(time.Hour), ExpiresAt: noon.Add(48 * time.Hour), Credential: "renewed " + mark},
		keep:  []string{other.ID},
		sweep: spec.Sweep{Now: dusk, UserID: user.ID, Limit: 1000},
	}
	if fields := uniqueNames[U](w.t); len(fields) > 0 {
		c.field, c.value = fields[0], attribute(user.Attributes, fields[0])
	}
	switch o.op {
	case spec.OpCreateUser:
		c.user = w.newMarkedUser(name + "-new")
	case spec.OpUpdateUser:
		c.user.Attributes = w.newMarkedUser(user.ID).Attributes
	case spec.OpCreateSession:
		c.session = w.newMarkedSession("s-"+name+"-new", user.ID)
	case spec.OpUpdateSession:
		c.session.Attributes = w.newMarkedSession(session.ID, user.ID).Attributes
	}
	return c
}

// newMarkedUser returns a new user whose attributes contain the mark.
func (w *world[U, S]) newMarkedUser(id string) spec.User[U] {
	u := w.newUser(id)
	markUser(&u.Attributes, w.next)
	return u
}

// newMarkedSession returns a new session, expired at dusk, whose attributes and credential
// contain the mark.
func (w *world[U, S]) newMarkedSession(id, userID string) spec.Session[S] {
	s := w.newSession(id, userID)
	s.ActiveUntil, s.ExpiresAt = dusk.Add(-time.Hour), dusk.Add(-time.Millisecond)
	s.Credential = fmt.Sprintf("%s %d", mark, w.next)
	markSession(&s.Attributes, w.next)
	return s
}

// rowsOf returns the ids of a fixture's rows and of the rows that a call with these
// arguments would create.
func (w *world[U, S]) rowsOf(c arguments[U, S]) (users, sessions []string) {
	owner := c.sweep.UserID
	users = slices.Compact([]string{owner, c.user.ID})
	sessions = []string{c.session.ID}
	for _, s := range w.sessionsOf(owner) {
		if s.ID != c.session.ID {
			sessions = append(sessions, s.ID)
		}
	}
	return users, sessions
}

// attribute returns the value of a field, without its pointer.
func attribute[T any](v T, field string) any {
	return reflect.Indirect(reflect.ValueOf(v).FieldByName(field)).Interface()
}

// attributeIfAny is attribute, and returns false if the value is nil.
func attributeIfAny[T any](v T, field string) (any, bool) {
	f := reflect.ValueOf(v).FieldByName(field)
	if (f.Kind() == reflect.Pointer || f.Kind() == reflect.Slice) && f.IsNil() {
		return nil, false
	}
	return reflect.Indirect(f).Interface(), true
}
