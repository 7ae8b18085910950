// Package program has one short program of calls, for everything that can vary around
// an adapter: a setting of a server, a client's mode, a proxy, the form of ids. It calls
// every method of the contract with hostile ids, values of all kinds, masks and times,
// through two handles in turn. It compares every result with that of the same call on
// adapters/memory, which the conformance suite has judged.
//
// Objects around the tables, such as triggers, foreign keys and validators, can refuse
// calls. The caller of the program with plain values, see [Fill], says which. Two ids
// are for such an object, so that it does not affect the rest of the program: [Mute] has
// rows before the object is created, and [Hush] is inserted after that.
//
// The program shows that a variation does not change a result. It does not test what the
// suite tests once for each engine: concurrency, outages, contexts that end.
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

// TB has the methods that the program needs of a *testing.T or a conformance.TB.
type TB interface {
	Context() context.Context
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Helper()
}

// Run runs the program with values of every kind on two handles on the same tables,
// which must be empty. At the end it calls Check, if the handles have it. It leaves the
// tables empty. Run calls t.Errorf for each call whose result differs.
func Run(t TB, first, second typed.Store[User, Session]) {
	t.Helper()
	e, model := newEach(t), newModel[User, Session](t)
	defer closeModel(t, model)
	run(e, richValues(), model, first, second)
}

// RunSessions is [Run] for stores that keep only sessions.
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

// Filled is a pair of tables with one row each, of [Mute], for objects that are created
// around tables with rows.
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

// Refusals maps the calls that an object around the tables refuses to the class, or the
// *spec.ConstraintError, that they return. A key is the call and its id: "UpdateUser
// mute". A call with attributes that are refused anyway names them: "CreateUser
// absent's, email taken". The sweep that deletes the remaining sessions is
// "DeleteExpiredSessions, the last".
type Refusals map[string]error

// Run runs the program with a few ids and attributes on one handle. A refused call must
// change nothing: later calls are compared with a model that did not make it. It is an
// error if a key of refused is not a call of the program.
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

// splitCalls returns the calls for users and the calls for sessions.
func splitCalls[U, S any](e *each, v values[U, S], model, first, second typed.Store[U, S]) (*users[U, S], *sessions[U, S]) {
	return &users[U, S]{caller[typed.Store[U, S]]{e, [2]typed.Store[U, S]{first, second}, model}, v},
		&sessions[U, S]{caller[typed.SessionStore[S]]{e, [2]typed.SessionStore[S]{first, second}, model}, v}
}

// run runs the whole program.
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

// explains reports whether an error says in words what is wrong with a table.
func explains(err error) bool {
	failed, ok := errors.AsType[*spec.Error](err)
	return ok && spec.ClassOf(err) == spec.ErrFailed && strings.Contains(failed.Detail, " ")
}

// migrateAndCheck migrates once more, which changes nothing, and checks.
func (e *each) migrateAndCheck(handles ...spec.Migrator) {
	e.t.Helper()
	if e.alone {
		handles = handles[:1] // both are the same
	}
	for _, m := range handles {
		for _, err := range []error{m.Migrate(e.ctx), m.Check(e.ctx)} {
			if err != nil && (explains(err) || !e.noteLimit(err)) {
				e.t.Errorf("Migrate and Check after the program: %v", err)
			}
		}
	}
}
