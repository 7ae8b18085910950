package conformance

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"sync"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// tester has everything that a check works with: the TB, the function that opens the
// adapter, and attributes for new rows.
type tester[U, S any] struct {
	*recorder
	verdict   *verdict
	runner    *runner
	openStore func(TB, Store) front[U, S]
	samples   samples[U, S]
	users     bool // the adapter keeps users
	raceTime  time.Duration
	partner   *partner // nil unless calls race in rounds
}

// ctx returns the context for the calls of a check. While calls race, it is a [givingWay].
func (t *tester[U, S]) ctx() context.Context {
	if t.races.Load() > 0 {
		return &givingWay{Context: t.Context()}
	}
	return t.Context()
}

// open opens a new store.
func (t *tester[U, S]) open() front[U, S] { return t.openNamed(t.newStore()) }

// newStore returns the description of a new store.
func (t *tester[U, S]) newStore() Store {
	return Store{Name: t.runner.storeName(), Target: t.runner.options.Target}
}

// openNamed opens a store, or another handle on it, and creates its tables. The store is
// closed when the check has ended.
func (t *tester[U, S]) openNamed(s Store) front[U, S] {
	a := t.openUnready(s)
	t.must(a.Migrate(t.ctx()), "Migrate")
	return t.postpone(a)
}

// openMigrated opens a store, or another handle on it, whose tables exist already: Migrate
// costs many times as much as opening.
func (t *tester[U, S]) openMigrated(s Store) front[U, S] { return t.postpone(t.openUnready(s)) }

// postpone puts a [postponed] in front of a store that expires sessions by its own clock.
func (t *tester[U, S]) postpone(a front[U, S]) front[U, S] {
	if t.weaknesses(a).Expires {
		a.Store = &postponed[U, S]{a.Store}
	}
	return a
}

// openUnready is openNamed, but does not create the tables.
func (t *tester[U, S]) openUnready(s Store) front[U, S] {
	a := t.openStore(t, s)
	t.Cleanup(func() {
		t.wantNoneInUse(s)
		if err := a.Close(); err != nil {
			t.Errorf("Close\n  got:  %s\n  want: no error", describe(err))
		}
	})
	return a
}

// notOffered ends the check: the adapter declares a weakness, or lacks an
// optional interface.
func (t *tester[U, S]) notOffered(reason string) { t.end(NotOffered, reason) }

// doesNotApply ends the check: it is about a weakness that the adapter does not
// declare, or a failure that it cannot have.
func (t *tester[U, S]) doesNotApply(reason string) { t.end(NotApplicable, reason) }

// notRun ends the check: a hook of Options that it needs did not work.
func (t *tester[U, S]) notRun(reason string) { t.end(NotRun, reason) }

func (t *tester[U, S]) end(outcome Outcome, reason string) {
	t.verdict.outcome, t.verdict.reason = outcome, reason
	t.SkipNow()
}

// weaknesses returns what the adapter declares.
func (t *tester[U, S]) weaknesses(a front[U, S]) spec.Weaknesses {
	description, err := a.Describe(t.ctx())
	t.must(err, "Describe")
	return description.Weaknesses
}

// must ends the check if err, the error of a call that must succeed, is not nil. The call is
// described as for Sprintf, without ids or values that mean nothing to the reader.
func (t *tester[U, S]) must(err error, call string, args ...any) {
	if err != nil {
		t.Fatalf("%s\n  got:  %s\n  want: no error", fmt.Sprintf(call, args...), describe(err))
	}
}

// wantClass fails the check unless err has exactly this class.
func (t *tester[U, S]) wantClass(err, class error, call string, args ...any) bool {
	if err != nil && spec.ClassOf(err) == class {
		return true
	}
	t.Errorf("%s\n  got:  %s\n  want: an error of the class %q", fmt.Sprintf(call, args...), describe(err), class)
	return false
}

// wantConstraint fails the check unless err is a ConstraintError with this kind and this
// attribute.
func (t *tester[U, S]) wantConstraint(err error, kind spec.ConstraintKind, attribute string, call string, args ...any) {
	if !t.wantClass(err, spec.ErrConstraint, call, args...) {
		return
	}
	var c *spec.ConstraintError
	switch {
	case !errors.As(err, &c):
		t.Errorf("%s\n  got:  %s, in which errors.As finds no *spec.ConstraintError\n  want: one that names the attribute", fmt.Sprintf(call, args...), describe(err))
	case c.Kind != kind || c.Attribute != attribute:
		t.Errorf("%s\n  got:  kind %q on attribute %q\n  want: kind %q on attribute %q", fmt.Sprintf(call, args...), c.Kind, c.Attribute, kind, attribute)
	}
}

// want fails the check unless got equals want, compared by reflect.DeepEqual.
func (t *tester[U, S]) want(got, want any, call string, args ...any) bool {
	diff := difference(got, want)
	if diff == "" {
		return true
	}
	t.Errorf("%s\n%s", fmt.Sprintf(call, args...), diff)
	return false
}

// wantCount ends the check if a call that deletes sessions has failed, and fails the check
// unless the call has returned this count.
func (t *tester[U, S]) wantCount(n int64, err error, want int64, call string, args ...any) {
	t.must(err, call, args...)
	t.want(n, want, "the count of "+call, args...)
}

// describe returns the text of an error with the classes that it matches and its cause. The
// suite uses its own data, so there is nothing to hide.
func describe(err error) string {
	if err == nil {
		return "no error"
	}
	var matches []string
	for _, class := range spec.Classes() {
		if errors.Is(err, class) {
			matches = append(matches, class.Error())
		}
	}
	text := fmt.Sprintf("%q (%T), of the classes %q", err, err, matches)
	if cause := causeOf(err); cause != nil {
		text += fmt.Sprintf(", caused by %T %s", cause, formatValue(reflect.ValueOf(cause.Error())))
	}
	return text
}

// causeOf returns the cause of a failed call, which errors.As finds and the error's text does
// not contain. It returns nil if the error has no cause.
func causeOf(err error) error {
	e, ok := errors.AsType[*spec.Error](err)
	if !ok || e.Cause == nil {
		return nil
	}
	if inner := causeOf(e.Cause); inner != nil {
		return inner
	}
	return e.Cause
}

// runTogether calls f n times concurrently, with 0 to n-1 in any order, and waits for all
// calls. A panic in one is a failure.
func (t *tester[U, S]) runTogether(n int, f func(i int)) {
	t.races.Add(1)
	defer t.races.Add(-1)
	began := make([]uintptr, 16)
	began = began[:runtime.Callers(1, began)]
	t.began.Store(&began)
	line, order := newStartLine(n), rand.Perm(n) // the same call must not begin every time
	took := make([]time.Duration, n)
	var before []time.Duration
	if last := t.took.Load(); last != nil {
		before = (*last)[:min(n, len(*last))]
	}
	var done sync.WaitGroup
	done.Add(n)
	begin := func(calls []int) {
		for _, i := range calls {
			go func() {
				defer done.Done()
				t.guard(func() {
					line.start(longestOther(before, i))
					from := time.Now()
					f(i)
					took[i] = time.Since(from)
				})
			}()
		}
	}
	if p := t.partner; p != nil {
		others := order[:n/2]
		p.start(func() { begin(others) })
		order = order[n/2:]
	}
	begin(order)
	done.Wait()
	t.took.Store(&took)
}

// retry calls f again while it returns ErrConflict, which promises that nothing was applied
// and that trying again can succeed. It is for calls that race others for a row.
func (t *tester[U, S]) retry(f func() error) error {
	var err error
	for range 100 {
		if err = f(); spec.ClassOf(err) != spec.ErrConflict {
			break
		}
	}
	return err
}

// noon is the current time in most checks: a time with milliseconds, in the past and not in a
// leap second.
var noon = time.Date(2024, 5, 17, 12, 34, 56, 789e6, time.UTC)
