// Package program has one short program of calls, for everything that can be
// varied around an adapter: a setting of a server, a client's mode, a proxy,
// the form of ids. It calls every method of the contract with hostile ids,
// values of all kinds, masks and times, through two handles in turn, and
// compares every answer and every error with what adapters/memory, which the
// conformance suite has judged, returns to the same call.
//
// It shows that a variation changes no answer. It does not show what the suite
// does once for each engine: concurrency, outages, contexts that end.
package program

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// User and Session are the attribute types: those of the suite that have every
// kind.
type (
	User    = conformance.RichUser
	Session = conformance.RichSession
)

// TB is what is needed of a *testing.T, and of the conformance suite's.
type TB interface {
	Context() context.Context
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Helper()
}

// Run runs the program on two handles on the same tables, which are empty, and
// ends with Check if there is one. It leaves the tables empty. A failure is
// told to t for each call whose outcome differs.
func Run(t TB, first, second spec.Adapter[User, Session]) {
	t.Helper()
	model, err := memory.New[User, Session]()
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, model)
	users := &users{each: &each{t: t, ctx: t.Context()}, handles: [2]spec.Adapter[User, Session]{first, second}, model: model}
	sessions := &sessions{each: users.each, handles: [2]spec.SessionAdapter[Session]{first, second}, model: model}
	users.create()
	sessions.create()
	users.update()
	sessions.change()
	users.throughBoth(users.refuse)
	users.throughBoth(sessions.refuse)
	users.throughBoth(func() { sessions.createSession(newSession(199, absent, absent)) })
	users.throughBoth(users.givenUp)
	users.throughBoth(sessions.givenUp)
	users.readWithSessions(sessions)
	users.delete()
	users.readWithSessions(sessions)
	sessions.sweepAll()
	checked(t, first, second)
}

// RunSessions is [Run] for sessions alone.
func RunSessions(t TB, first, second spec.SessionAdapter[Session]) {
	t.Helper()
	model, err := memory.NewSessions[Session]()
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, model)
	sessions := &sessions{each: &each{t: t, ctx: t.Context()}, handles: [2]spec.SessionAdapter[Session]{first, second}, model: model}
	sessions.create()
	sessions.change()
	sessions.throughBoth(sessions.refuse)
	sessions.throughBoth(sessions.givenUp)
	sessions.read()
	sessions.sweepAll()
	checked(t, first, second)
}

func closed(t TB, c io.Closer) {
	if err := c.Close(); err != nil {
		t.Errorf("closing the model: %v", err)
	}
}

// checked migrates once more, which changes nothing, and checks.
func checked(t TB, handles ...any) {
	t.Helper()
	for _, a := range handles {
		m, ok := spec.As[spec.Migrator](a)
		if !ok {
			continue
		}
		if err := errors.Join(m.Migrate(t.Context()), m.Check(t.Context())); err != nil {
			t.Errorf("Migrate and Check after the program: %v", err)
		}
	}
}

// each makes calls in turn through one handle and the other.
type each struct {
	t     TB
	ctx   context.Context
	calls int
}

// turn says whose turn it is.
func (e *each) turn() int {
	e.calls++
	return e.calls % 2
}

// throughBoth makes calls, which change nothing, twice, so that each goes through
// one handle and then through the other.
func (e *each) throughBoth(pass func()) {
	first := e.turn()
	pass()
	if e.turn() == first {
		e.turn()
	}
	pass()
}

// same fails the test unless a call ended as it did on the model.
func (e *each) same(call, id string, got any, gotErr error, want any, wantErr error) {
	e.t.Helper()
	if g, w := outcome(gotErr), outcome(wantErr); g != w {
		e.t.Errorf("call %d, %s(%q)\n  got:  %s (%v)\n  want: %s", e.calls, call, id, g, cause(gotErr), w)
		return
	}
	if wantErr == nil && !reflect.DeepEqual(got, want) {
		e.t.Errorf("call %d, %s(%q)\n  got:  %+v\n  want: %+v", e.calls, call, id, got, want)
	}
}

// outcome is the class of an error, and the attribute that a store refused.
func outcome(err error) string {
	if err == nil {
		return "no error"
	}
	class := spec.ClassOf(err)
	if class == nil {
		return "an error of no class"
	}
	if c, ok := errors.AsType[*spec.ConstraintError](err); ok {
		return fmt.Sprintf("%v: %s of %s", class, c.Kind, c.Attribute)
	}
	return class.Error()
}

// cause is what a test wants to see of an error: its text hides the driver's.
func cause(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}
