package conformance

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"time"

	"github.com/tenon-go/tenon/internal/contract"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// callNeeded calls the methods that every check needs: those that create and read a user and
// a session. CallOthers calls all other required methods. Both call them in the order in
// which an author writes methods. They end the preflight at the first one that is not written
// yet, which returns ErrUnsupported or panics. Other errors of a method that not every check
// needs are left to the checks.
func (w *world[U, S]) callNeeded(a front[U, S]) {
	calls := w.plainCalls(a)
	methods := contract.Methods(w.t.users)
	for i, m := range methods {
		call := calls[m.Name]
		if call.want == "" {
			continue
		}
		unwritten, err := call.try(methods, i)
		if unwritten != "" {
			w.t.notRun(unwritten)
		}
		if err != nil {
			w.t.Fatalf("%s\n  got:  %s\n  want: %s", call.text, describe(err), call.want)
		}
	}
}

func (w *world[U, S]) callOthers(a front[U, S]) {
	calls := w.plainCalls(a)
	found := make(chan string, 1)
	go func() {
		defer close(found)
		methods := contract.Methods(w.t.users)
		for i, m := range methods {
			call := calls[m.Name]
			if call.want != "" {
				continue
			}
			if unwritten, _ := call.try(methods, i); unwritten != "" {
				found <- unwritten
				return
			}
		}
	}()
	watchdog, _ := w.t.runner.limits.remaining(time.Now())
	select {
	case unwritten := <-found:
		if unwritten != "" {
			w.t.notRun(unwritten)
		}
	case <-time.After(watchdog / 10): // a method hangs; the checks will report that
	}
}

// plainCall is a call that succeeds if all methods before it work.
type plainCall struct {
	make       func() error
	text, want string // for an error that every check would have; otherwise empty
}

// plainCalls returns a call for each method, with the user and the session of this world.
// Calls that delete use rows that do not exist.
func (w *world[U, S]) plainCalls(a front[U, S]) map[string]plainCall {
	const succeed, keep = "no error", "no error: the adapter must keep what it was given"
	ctx := w.t.ctx()
	user, session := w.users[ann], w.sessions[annPhone]
	return map[string]plainCall{
		"CreateUser": {func() error { return a.CreateUser(ctx, user) }, `CreateUser("ann")`, succeed},
		"User":       {func() error { return errorOf(a.User(ctx, ann)) }, `User("ann") after CreateUser`, keep},
		"UpdateUser": {make: func() error { return a.UpdateUser(ctx, ann, user.Attributes, attr.All[U]()) }},
		"DeleteUser": {make: func() error { return a.DeleteUser(ctx, annUpper) }},

		"CreateSession": {func() error { return a.CreateSession(ctx, session) }, `CreateSession("s-ann")`, succeed},
		"Session":       {func() error { return errorOf(a.Session(ctx, annPhone)) }, `Session("s-ann") after CreateSession`, keep},
		"SessionAndUser": {make: func() error {
			_, _, err := a.SessionAndUser(ctx, annPhone)
			return err
		}},
		"UserSessions":       {make: func() error { return errorOf(a.UserSessions(ctx, ann)) }},
		"UpdateSession":      {make: func() error { return a.UpdateSession(ctx, annPhone, session.Attributes, attr.All[S]()) }},
		"SwapLease":          {make: func() error { return a.SwapLease(ctx, annPhone, session.Lease, session.Lease) }},
		"DeleteSession":      {make: func() error { return a.DeleteSession(ctx, annLaptop) }},
		"DeleteUserSessions": {make: func() error { return errorOf(a.DeleteUserSessions(ctx, annUpper)) }},
		"DeleteExpiredSessions": {make: func() error {
			return errorOf(a.DeleteExpiredSessions(ctx, spec.Sweep{Now: session.CreatedAt, Everyone: true, Limit: 1}))
		}},
	}
}

func errorOf[T any](_ T, err error) error { return err }

// try makes the call of one of the methods. Unwritten is set if the method is not written
// yet.
func (c plainCall) try(methods []contract.Method, i int) (unwritten string, err error) {
	panicked, err := catch(c.make)
	switch {
	case panicked != "":
		unwritten = nextMethod(methods, i, "panics", panicked)
	case spec.ClassOf(err) == spec.ErrUnsupported:
		unwritten = nextMethod(methods, i, "is not written yet", fmt.Sprintf(" It returned %q.", err))
	}
	return unwritten, err
}

// nextMethod returns a text about the method to write next: why, and what it must do.
func nextMethod(methods []contract.Method, i int, why, more string) string {
	m := methods[i]
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s.%s\n\n", m.Name, why, more)
	fmt.Fprintf(&b, "In the order in which one writes them it is number %d of %d:\n\n", i+1, len(methods))
	for line := range strings.Lines(m.Doc) {
		b.WriteString("  " + line)
	}
	b.WriteString("\n\nThe clauses to read first:\n\n")
	for _, id := range m.Clauses {
		c, _ := clauseByID(id) // a test checks that each exists
		fmt.Fprintf(&b, "  %s  %s\n          Why: %s\n", id, c.Text, c.Reason)
	}
	b.WriteString("\nA method that is not written yet returns spec.ErrUnsupported. When all are written, the checks run.")
	return b.String()
}

// frontPackage is the prefix of the names of package spec's functions.
var frontPackage = reflect.TypeFor[spec.Error]().PkgPath() + "."

// catch calls f. If f panics, it returns the value and the stack as lines of text.
func catch(f func() error) (panicked string, err error) {
	defer func() {
		if p := recover(); p != nil {
			panicked = fmt.Sprintf("\npanic: %v%s", p, panicFrames())
		}
	}()
	return "", f()
}

// panicFrames returns the frames that led to a panic, up to those of package spec.
func panicFrames() string {
	var counters [64]uintptr
	frames := runtime.CallersFrames(counters[:runtime.Callers(2, counters[:])])
	var b strings.Builder
	for inPanic, more := false, true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		switch {
		case strings.HasPrefix(f.Function, "runtime."):
			inPanic = true
		case inPanic && strings.HasPrefix(f.Function, frontPackage):
			return b.String()
		case inPanic:
			fmt.Fprintf(&b, "\n  at %s:%d", filepath.Base(f.File), f.Line)
		}
	}
	return b.String()
}
