// Package program has one short program of calls, for everything that can be
// varied around an adapter: a setting of a server, a client's mode, a proxy,
// the form of ids. It calls every method of the contract with hostile ids,
// values of all kinds, masks and times, through two handles in turn, and
// compares every answer and every error with what adapters/memory, which the
// conformance suite has judged, returns to the same call.
//
// What surrounds tables, such as triggers, foreign keys and validators, may refuse
// some calls: the program with plain values, see [Fill], is told which. Two ids
// are for such an object, so that it leaves the rest of the program as it is:
// [Mute] has rows before the object is made, and [Hush] is inserted after it.
//
// The program shows that a variation changes no answer. It does not show what the suite
// does once for each engine: concurrency, outages, contexts that end.
package program

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

// TB is what is needed of a *testing.T, and of the conformance suite's.
type TB interface {
	Context() context.Context
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Helper()
}

// Run runs the program with values of every kind on two handles on the same
// tables, which are empty, and ends with Check if there is one. It leaves the
// tables empty. Run tells t of each call whose outcome differs.
func Run(t TB, first, second typed.Store[User, Session]) {
	t.Helper()
	e, model := newEach(t), newModel[User, Session](t)
	defer closeModel(t, model)
	run(e, richValues(), model, first, second)
}

// RunSessions is [Run] for sessions alone.
func RunSessions(t TB, first, second typed.SessionStore[Session]) {
	t.Helper()
	model, err := memory.NewSessions[Session]()
	if err != nil {
		t.Fatal(err)
	}
	defer closeModel(t, model)
	s := &sessions[User, Session]{caller[typed.SessionStore[Session]]{newEach(t), [2]typed.SessionStore[Session]{first, second}, model}, richValues()}
	s.create()
	s.fill()
	s.change()
	s.throughBoth(s.refuse)
	s.throughBoth(s.givenUp)
	s.read()
	s.sweepAll()
	s.migrateAndCheck(first, second)
}

// Filled is a pair of tables with a row each, of [Mute], for what is made around
// tables with rows in them.
type Filled struct {
	*each
	model *spec.Store[Person, Device]
}

// Fill writes the rows to empty tables.
func Fill(t interface {
	TB
	Cleanup(func())
}, a typed.Store[Person, Device]) *Filled {
	t.Helper()
	f := &Filled{newEach(t), newModel[Person, Device](t)}
	t.Cleanup(func() { closeModel(t, f.model) })
	u, s := splitCalls(f.each, plainValues(), f.model, a, a)
	u.fill()
	s.fill()
	return f
}

// Refusals are the calls that what surrounds the tables refuses, and the class
// or the *spec.ConstraintError of what they return, by the call and its id:
// "UpdateUser mute". A call with attributes that are refused anyway names them:
// "CreateUser absent's, email taken". The sweep that deletes what is left is
// "DeleteExpiredSessions, the last".
type Refusals map[string]error

// Run runs the program with a few ids and attributes on one handle. What is
// refused changes nothing: the calls after it are compared with a model that did
// not make it. It is an error if no call of the program is such a refusal.
func (f *Filled) Run(a typed.Store[Person, Device], refused Refusals) {
	f.t.Helper()
	f.refused, f.alone = refused, true
	run(f.each, plainValues(), f.model, a, a)
	for name := range refused {
		if !f.met[name] {
			f.t.Errorf("the program has no call %q", name)
		}
	}
}

func newModel[U, S any](t TB) *spec.Store[U, S] {
	t.Helper()
	model, err := memory.New[U, S]()
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// splitCalls are the calls for users and those for sessions.
func splitCalls[U, S any](e *each, v values[U, S], model, first, second typed.Store[U, S]) (*users[U, S], *sessions[U, S]) {
	return &users[U, S]{caller[typed.Store[U, S]]{e, [2]typed.Store[U, S]{first, second}, model}, v},
		&sessions[U, S]{caller[typed.SessionStore[S]]{e, [2]typed.SessionStore[S]{first, second}, model}, v}
}

// run is all of the program.
func run[U, S any](e *each, v values[U, S], model, first, second typed.Store[U, S]) {
	e.t.Helper()
	users, sessions := splitCalls(e, v, model, first, second)
	users.create()
	sessions.create()
	users.update()
	sessions.change()
	users.throughBoth(users.refuse)
	users.throughBoth(sessions.refuse)
	users.throughBoth(func() { sessions.createSession(sessions.newSession(newNumber, absent, absent)) })
	users.throughBoth(users.givenUp)
	users.throughBoth(sessions.givenUp)
	users.readWithSessions(sessions)
	users.deleteAll()
	users.readWithSessions(sessions)
	sessions.sweepAll()
	e.migrateAndCheck(first, second)
}

func closeModel(t TB, c io.Closer) {
	if err := c.Close(); err != nil {
		t.Errorf("closing the model: %v", err)
	}
}

// explains reports whether an error tells what is wrong with a table, in words.
func explains(err error) bool {
	failed, ok := errors.AsType[*spec.Error](err)
	return ok && spec.ClassOf(err) == spec.ErrFailed && strings.Contains(failed.Detail, " ")
}

// migrateAndCheck migrates once more, which changes nothing, and checks.
func (e *each) migrateAndCheck(handles ...spec.Migrator) {
	e.t.Helper()
	for _, m := range handles {
		for _, err := range []error{m.Migrate(e.ctx), m.Check(e.ctx)} {
			if err != nil && (explains(err) || !e.noteLimit(err)) {
				e.t.Errorf("Migrate and Check after the program: %v", err)
			}
		}
	}
}
