package conformance_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// faulty is the memory adapter with those methods replaced that are not nil.
type faulty struct {
	spec.Adapter
	createUser func(context.Context, spec.UserRow) error
	user       func(context.Context, string, *spec.UserRow) error
	updateUser func(context.Context, string, spec.Change) error
	deleteUser func(context.Context, string) error
}

func (f *faulty) Unwrap() any { return f.Adapter }

func (f *faulty) CreateUser(ctx context.Context, u spec.UserRow) error {
	if f.createUser != nil {
		return f.createUser(ctx, u)
	}
	return f.Adapter.CreateUser(ctx, u)
}

func (f *faulty) User(ctx context.Context, id string, into *spec.UserRow) error {
	if f.user != nil {
		return f.user(ctx, id, into)
	}
	return f.Adapter.User(ctx, id, into)
}

func (f *faulty) UpdateUser(ctx context.Context, id string, c spec.Change) error {
	if f.updateUser != nil {
		return f.updateUser(ctx, id, c)
	}
	return f.Adapter.UpdateUser(ctx, id, c)
}

func (f *faulty) DeleteUser(ctx context.Context, id string) error {
	if f.deleteUser != nil {
		return f.deleteUser(ctx, id)
	}
	return f.Adapter.DeleteUser(ctx, id)
}

// broken returns the memory adapter, changed by breakIt, as a subject.
func broken(breakIt func(*faulty)) conformance.Subject {
	return conformance.NewSubject(func(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.Adapter {
		f := &faulty{Adapter: memory.NewAdapter(columns)}
		breakIt(f)
		return f
	})
}

// returnsRaw returns a driver's error for users that do not exist, except one.
func returnsRaw(f *faulty) {
	f.user = func(ctx context.Context, id string, into *spec.UserRow) error {
		err := f.Adapter.User(ctx, id, into)
		if err != nil && id != "ann" {
			return errors.New("no row of " + id)
		}
		return err
	}
}

// wantText fails t unless text has these parts in this order.
func wantText(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := text
	for _, part := range parts {
		_, after, ok := strings.Cut(rest, part)
		if !ok {
			t.Errorf("no %q, or not in its place, in:\n%s", part, text)
			return
		}
		rest = after
	}
}

func TestFailureText(t *testing.T) {
	t.Parallel()
	subject := broken(returnsRaw)
	again := func(name string) string { return "try " + name }
	failed := judge(t, subject, conformance.Options{Again: again}, "USR-03/absent")[0]
	wantText(t, failed.Output,
		"USR-03 MUST: ", "\nWhy: ", "\nSee: https://github.com/tenon-go/tenon/blob/main/docs/spec.md#usr-03\n", "Run it again: try USR-03/absent",
		"\n  got:  ", `"store failed"`, `caused by *errors.errorString "no row of unknown"`, "\n  want: ", `"user not found"`,
		"\n  at conformance/check_users.go:")
	if n := strings.Count(failed.Output, "\n  got:"); n > 3 {
		t.Errorf("a check went on after %d failures", n)
	}
}

// A failure in a goroutine that is not in the check's file has the line of the check that
// began it.
func TestFailureInRace(t *testing.T) {
	t.Parallel()
	failed := judge(t, broken(returnsRaw), conformance.Options{}, "USR-01/create_is_never")[0]
	wantText(t, failed.Output, "a read during CreateUser\n", "caused by *errors.errorString \"no row of new 0\"", "\n  at conformance/check_users_half.go:")
}

// A failure includes what the check had done before.
func TestFailureAfterOthers(t *testing.T) {
	t.Parallel()
	subject := broken(func(f *faulty) {
		var refused atomic.Bool
		f.createUser = func(ctx context.Context, u spec.UserRow) error {
			if refused.Load() {
				return errors.New("connection lost")
			}
			err := f.Adapter.CreateUser(ctx, u)
			refused.Store(errors.Is(err, spec.ErrConstraint))
			return err
		}
	})
	failed := judge(t, subject, conformance.Options{}, "ERR-01/each_condition_has")[0]
	if !regexp.MustCompile(`(?m)^CreateUser\n  got: .*connection lost.*\n  want: no error\n  after the \d+ calls of CreateUser that had to fail\n  at conformance/check_errors.go:\d+$`).MatchString(failed.Output) {
		t.Errorf("what was done before is not said:\n%s", failed.Output)
	}
}

func TestFailureNamesAllMaskedFields(t *testing.T) {
	t.Parallel()
	subject := broken(func(f *faulty) {
		f.updateUser = func(ctx context.Context, id string, c spec.Change) error {
			if len(c.Places) == 2 {
				return nil
			}
			return f.Adapter.UpdateUser(ctx, id, c)
		}
	})
	for _, failed := range judge(t, subject, conformance.Options{}, "ATT-") {
		if strings.HasPrefix(failed.Check, "each_attribute_alone") || strings.Contains(failed.Output, "after UpdateUser of [") {
			if !regexp.MustCompile(`after UpdateUser of \[\w+ \w+\]`).MatchString(failed.Output) {
				t.Errorf("%s: no two fields in:\n%s", failed.Name(), failed.Output)
			}
			return
		}
	}
	t.Error("no check found the fault")
}

// Failures with one cause have the same kind for all rows. Failures with other causes
// have other kinds.
func TestFailureKinds(t *testing.T) {
	t.Parallel()
	kinds := map[string]int{}
	checks := 0
	for _, r := range judge(t, broken(returnsRaw), conformance.Options{}, "") {
		if r.Outcome != conformance.Failed {
			if r.Kind != "" {
				t.Errorf("%s %s has the kind %q", r.Name(), r.Outcome, r.Kind)
			}
			continue
		}
		checks++
		kinds[r.Kind]++
	}
	if checks < 10 || checks < 10*len(kinds) { // several calls meet the fault
		t.Errorf("%d checks failed, in %d kinds: %v", checks, len(kinds), kinds)
	}
	other := judge(t, broken(func(f *faulty) {
		f.deleteUser = func(context.Context, string) error { return nil }
	}), conformance.Options{}, "USR-06")
	for _, r := range other {
		if r.Kind == "" || kinds[r.Kind] > 0 {
			t.Errorf("%s: the kind of another fault is %q", r.Name(), r.Kind)
		}
	}
}

// hangs never returns.
func hangs(context.Context, string) error { select {} }

// The failure names the call, and the adapter's line comes first.
func TestHang(t *testing.T) {
	t.Parallel()
	synctest.Test(t, testHang) // in its time a check that does not hang takes none, on a busy machine too
}

func testHang(t *testing.T) {
	end := make(chan struct{})
	defer close(end)
	subject := broken(func(f *faulty) { f.deleteUser = hanging(end).deleteUser })
	r := judge(t, subject, conformance.Options{Watchdog: time.Second}, "USR-06/delete_takes")[0]
	wantText(t, r.Output, "hung: in DeleteUser, not done after 1s (the suite's watchdog)\n  a goroutine in DeleteUser:\n    github.com/tenon-go/tenon/conformance_test.hanging.deleteUser\n", "failure_test.go:", "a goroutine of the check:\n")
	if strings.Contains(r.Output, "testHang") {
		t.Errorf("goroutines without the adapter are shown:\n%s", r.Output)
	}
}

// hanging has a method that does not return before the channel is closed.
type hanging chan struct{}

func (h hanging) deleteUser(context.Context, string) error { <-h; return nil }
