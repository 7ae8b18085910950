package conformance

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// tryOut opens the subject as checks do, and makes the few calls that nearly every check
// makes. If these fail, nearly every check would fail, so tryOut returns one error and no
// check is run. It returns nil if ctx is done.
func (r *runner) tryOut(ctx context.Context, subject Subject) error {
	watchdog, grace := r.limits.remaining(time.Now())
	var v verdict
	rec := record(ctx, "preflight", watchdog, grace, func(t TB) { subject.preflight(r, t.(*recorder), &v) })
	switch {
	case ctx.Err() != nil:
		return nil
	case v.outcome == NotRun && !rec.Failed():
		return errors.New("conformance: the adapter was not judged: " + v.reason)
	case rec.Failed():
		return errors.New("conformance: the adapter was not judged, since it cannot be opened and called as each check does:\n" + rec.output())
	case rec.Skipped():
		return errors.New("conformance: the adapter was not judged, since open skipped:\n" + rec.output())
	}
	return nil
}

// preflight returns the function that tries out the adapters that open returns.
func preflight[U, S any](users bool, open func(TB, Store) front[U, S], s samples[U, S]) func(*runner, *recorder, *verdict) {
	return func(r *runner, rec *recorder, v *verdict) {
		t := &tester[U, S]{recorder: rec, verdict: v, runner: r, openStore: open, samples: s, users: users}
		t.preflight()
	}
}

func (t *tester[U, S]) preflight() {
	s := t.newStore()
	a := t.openNamed(s)
	w := t.emptyWorld()
	if t.users {
		w.users[ann] = w.newUser(ann)
	}
	w.sessions[annPhone] = w.newSession(annPhone, ann)
	w.callNeeded(a)

	const otherName = "through an adapter that open opened under another name, in which there is nothing"
	b := t.open()
	_, err := b.Session(t.ctx(), annPhone)
	t.wantNothing(err, spec.ErrSessionNotFound, fmt.Sprintf("Session(%q)", annPhone), otherName)
	if t.users {
		_, err = b.User(t.ctx(), ann)
		t.wantNothing(err, spec.ErrUserNotFound, fmt.Sprintf("User(%q)", ann), otherName)
	}
	description, err := a.Describe(t.ctx())
	t.must(err, "Describe")
	if !description.Weaknesses.Volatile {
		c := t.openNamed(s)
		if !description.Weaknesses.StaleReads {
			w.wantThere(c, "through another adapter that open opened under the same name",
				"the same Store.Name is the same data, or Describe declares spec.Weaknesses.Volatile")
		}
	}
	if t.runner.options.Describe != nil {
		t.runner.options.Describe(description)
	}
	w.callOthers(a)
}

// wantThere ends the preflight unless the rows that were created exist.
func (w *world[U, S]) wantThere(a front[U, S], when, advice string) {
	check := func(err error, call string) {
		if err != nil {
			w.t.Fatalf("%s %s\n  got:  %s\n  want: no error: %s", call, when, describe(err), advice)
		}
	}
	for id := range w.users {
		_, err := a.User(w.t.ctx(), id)
		check(err, fmt.Sprintf("User(%q)", id))
	}
	for id := range w.sessions {
		_, err := a.Session(w.t.ctx(), id)
		check(err, fmt.Sprintf("Session(%q)", id))
	}
}

// wantNothing ends the preflight unless a call found nothing.
func (t *tester[U, S]) wantNothing(err, class error, call, when string) {
	switch {
	case err == nil:
		t.Fatalf("%s %s\n  got:  what an adapter of the first name was given\n  want: an error of the class %q: open must keep apart what Store.Name tells apart", call, when, class)
	case spec.ClassOf(err) == spec.ErrFailed:
		t.Fatalf("%s %s\n  got:  %s\n  want: an error of the class %q: an adapter returns that for what is not there, and not an error of its driver", call, when, describe(err), class)
	case spec.ClassOf(err) != class:
		t.Fatalf("%s %s\n  got:  %s\n  want: an error of the class %q", call, when, describe(err), class)
	}
}

// wantAdapter ends the check if open returned no adapter.
func wantAdapter(t TB, s Store, a any) {
	if v := reflect.ValueOf(a); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		t.Fatalf("open(%q) returned no adapter", s.Name)
	}
}
