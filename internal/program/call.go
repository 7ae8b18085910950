package program

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/tenon-go/tenon/spec"
)

// each makes calls through two handles in turn.
type each struct {
	t       TB
	ctx     context.Context
	calls   int
	alone   bool   // there is one handle
	note    string // distinguishes the next calls from others with the same name and id
	refused Refusals
	met     map[string]bool // the refusals that calls have met
	limits  map[string]bool // the limits that calls have met; nil: limits are faults, see Judge
}

func newEach(t TB) *each { return &each{t: t, ctx: t.Context(), met: make(map[string]bool)} }

// takeTurn returns the index of the handle whose turn it is.
func (e *each) takeTurn() int {
	e.calls++
	return e.calls % 2
}

// throughBoth calls pass, whose calls change nothing, twice, so that each call goes
// through both handles. If there is one handle, it calls pass once.
func (e *each) throughBoth(pass func()) {
	first := e.takeTurn()
	pass()
	if e.alone {
		return
	}
	if e.takeTurn() == first {
		e.takeTurn()
	}
	pass()
}

// caller has the two handles on which calls are made, and the model.
type caller[A any] struct {
	*each
	handles [2]A
	model   A
}

// call makes a call on the handle whose turn it is. It fails the test unless the result is
// that of the model, or the expected refusal.
func (c *caller[A]) call(name, id string, do func(A) (any, error)) {
	c.t.Helper()
	got, gotErr := do(c.handles[c.takeTurn()])
	key := name
	if id != "" {
		key += " " + id
	}
	key += c.note
	if c.noteLimit(gotErr) {
		return
	}
	want, wantErr := any(nil), c.refused[key]
	if wantErr != nil {
		c.met[key] = true
	} else {
		want, wantErr = do(c.model)
	}
	if g, w := outcome(gotErr), outcome(wantErr); g != w && !c.mayBothBe(gotErr, wantErr) {
		c.t.Errorf("call %d, %s(%q)%s\n  got:  %s (%v)\n  want: %s", c.calls, name, id, c.note, g, cause(gotErr), w)
		return
	}
	if wantErr == nil && !reflect.DeepEqual(got, want) {
		c.t.Errorf("call %d, %s(%q)%s\n  got:  %+v\n  want: %+v", c.calls, name, id, c.note, got, want)
	}
}

// outcome returns the class of an error, and the attribute that a store refused.
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

// cause returns the driver's error, for the output of a test: the text of err hides it.
func cause(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}
