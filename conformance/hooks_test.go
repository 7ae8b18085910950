package conformance_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// judge returns the results of the checks of one clause with the rich types.
func judge(t *testing.T, subject conformance.Subject, options conformance.Options, clause string) []conformance.Result {
	t.Helper()
	options.Match = func(name string) bool {
		return strings.HasPrefix(name, clause) && strings.HasSuffix(name, "/rich")
	}
	results, err := conformance.Judge(t.Context(), subject, options)
	if err != nil {
		t.Fatal(err)
	}
	var list []conformance.Result
	for r := range results {
		if r.Outcome != conformance.LeftOut {
			list = append(list, r)
		}
	}
	if len(list) == 0 {
		t.Fatalf("no check of %s", clause)
	}
	return list
}

// wantOutcome fails t unless all results have this outcome, with a reason that contains text.
func wantOutcome(t *testing.T, results []conformance.Result, outcome conformance.Outcome, text string) {
	t.Helper()
	for _, r := range results {
		if r.Outcome != outcome || !strings.Contains(r.Output, text) {
			t.Errorf("%s: %s: %q; want %s, with %q", r.Name(), r.Outcome, r.Output, outcome, text)
		}
	}
}

// A hook that does not work counts as missing.
func TestHookThatDoesNothing(t *testing.T) {
	t.Parallel()
	cut := func(conformance.TB, conformance.Store) func() { return func() {} }
	for _, test := range []struct {
		name, clause, want string
		options            conformance.Options
	}{
		{"an answer that is not lost", "ERR-06", "LoseAnswer lost no answer to CreateUser", conformance.Options{
			LoseAnswer: func(conformance.TB, conformance.Store) func() bool { return func() bool { return false } }}},
		{"a loss that is not reported", "ERR-06", "LoseAnswer lost no answer", conformance.Options{
			LoseAnswer: func(conformance.TB, conformance.Store) func() bool { return nil }}},
		{"every error is the driver's", "ERR-03/errors_as", "DriverError", conformance.Options{
			Cut: cut, DriverError: func(error) bool { return true }}},
		{"a cut for ever", "ERR-03/errors_as", "Cut returned no function", conformance.Options{
			Cut:         func(conformance.TB, conformance.Store) func() { return nil },
			DriverError: func(error) bool { return false }}},
		{"connections that are never counted", "STO-03/no_failure", "InUse counted no connection during 1000 calls", conformance.Options{
			InUse: func(conformance.TB, conformance.Store) int { return 0 }}},
		{"half of what ERR-03 needs", "ERR-03/errors_as", "needs Options.Cut", conformance.Options{
			DriverError: func(error) bool { return false }}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			wantOutcome(t, judge(t, conformance.NewSubject(open), test.options, test.clause), conformance.NotRun, test.want)
		})
	}
}

// migrator has something to migrate.
type migrator struct {
	spec.Adapter
	missing *atomic.Bool
}

func (m migrator) Unwrap() any { return m.Adapter }

func (m migrator) Migrate(context.Context) error {
	m.missing.Store(false)
	return nil
}

func (m migrator) Check(context.Context) error {
	if m.missing.Load() {
		return spec.ErrFailed
	}
	return nil
}

// Without Damage the check does not run. If Damage removes nothing, the check fails.
func TestDamage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		damage func(*atomic.Bool)
		want   conformance.Outcome
		text   string
	}{
		{"no hook", nil, conformance.NotRun, "needs Options.Damage"},
		{"nothing is missing", func(*atomic.Bool) {}, conformance.Failed, "Check of a store from which Options.Damage took a part"},
		{"something is missing", func(missing *atomic.Bool) { missing.Store(true) }, conformance.Passed, ""},
	} {
		var missing atomic.Bool
		subject := conformance.NewSubject(func(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.Adapter {
			return migrator{memory.NewAdapter(columns), &missing}
		})
		var options conformance.Options
		if test.damage != nil {
			options.Damage = func(conformance.TB, conformance.Store) { test.damage(&missing) }
		}
		wantOutcome(t, judge(t, subject, options, "OPT-03/check_finds_what"), test.want, test.text)
	}
}

// A check of ERR-04, which takes no waiver, needs Damage too. It does not apply to an adapter
// that makes no tables, or that has a waiver for the other check that needs the hook, or if
// no call fails because of the damage.
func TestDamageOfErrors(t *testing.T) {
	t.Parallel()
	tables := func(columns spec.Columns) spec.Adapter { return migrator{memory.NewAdapter(columns), new(atomic.Bool)} }
	for _, test := range []struct {
		name    string
		open    func(spec.Columns) spec.Adapter
		options conformance.Options
		want    conformance.Outcome
		text    string
	}{
		{"no hook", tables, conformance.Options{}, conformance.NotRun, "needs Options.Damage, or a waiver of OPT-03/check_finds_what_is_missing"},
		{"no tables", func(columns spec.Columns) spec.Adapter { return memory.NewAdapter(columns) }, conformance.Options{}, conformance.NotApplicable, "makes no tables"},
		{"waived", tables, conformance.Options{Waivers: []conformance.Waiver{{Clause: "OPT-03/check_finds_what_is_missing", Reason: "one file"}}}, conformance.NotApplicable, "one file"},
		{"no call fails", tables, conformance.Options{Damage: func(conformance.TB, conformance.Store) {}}, conformance.NotApplicable, "no call fails"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			subject := conformance.NewSubject(func(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.Adapter {
				return test.open(columns)
			})
			wantOutcome(t, judge(t, subject, test.options, "ERR-04/no_text_about_a_missing"), test.want, test.text)
		})
	}
}

// cutOff is a store that itself finds out that an id is taken, and whose driver returns
// errors only in an outage.
type cutOff struct {
	spec.Adapter
	out *atomic.Bool
	err error // error of the driver
}

func (c cutOff) Unwrap() any { return c.Adapter }

// try calls f unless the store is cut off.
func (c cutOff) try(f func() error) error {
	if c.out.Load() {
		return &spec.Error{Class: spec.ErrUnavailable, Cause: c.err}
	}
	return f()
}

func (c cutOff) CreateSession(ctx context.Context, s spec.SessionRow) error {
	return c.try(func() error { return c.Adapter.CreateSession(ctx, s) })
}

func (c cutOff) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	return c.try(func() error { return c.Adapter.Session(ctx, id, into) })
}

func (c cutOff) UserSessions(ctx context.Context, id string, next func() *spec.SessionRow) error {
	return c.try(func() error { return c.Adapter.UserSessions(ctx, id, next) })
}

func (c cutOff) DeleteSession(ctx context.Context, id string) error {
	return c.try(func() error { return c.Adapter.DeleteSession(ctx, id) })
}

func (c cutOff) CreateUser(ctx context.Context, u spec.UserRow) error {
	return c.try(func() error { return c.Adapter.CreateUser(ctx, u) })
}

func (c cutOff) User(ctx context.Context, id string, into *spec.UserRow) error {
	return c.try(func() error { return c.Adapter.User(ctx, id, into) })
}

// The check expects a driver's error in an outage, but not if the store itself finds out
// that an id is taken.
func TestDriversErrorOfAnOutage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		cause error
		want  conformance.Outcome
		text  string
	}{
		{io.EOF, conformance.Passed, ""},
		{io.ErrNoProgress, conformance.Failed, "errors.As finds no error of the driver"},
		{nil, conformance.Failed, "errors.As finds no error of the driver"},
	} {
		var out atomic.Bool
		subject := conformance.NewSubject(func(_ conformance.TB, _ conformance.Store, columns spec.Columns) spec.Adapter {
			return cutOff{memory.NewAdapter(columns), &out, test.cause}
		})
		options := conformance.Options{
			DriverError: func(err error) bool { return errors.Is(err, io.EOF) },
			Cut: func(conformance.TB, conformance.Store) func() {
				out.Store(true)
				return func() { out.Store(false) }
			},
		}
		wantOutcome(t, judge(t, subject, options, "ERR-03/errors_as"), test.want, test.text)
	}
}

func TestWaivers(t *testing.T) {
	t.Parallel()
	const single = "ERR-03/errors_as_finds_the_drivers_error"
	results := judge(t, conformance.NewSubject(open), conformance.Options{Waivers: []conformance.Waiver{{Clause: single, Reason: "no driver"}}}, "ERR-03")
	if len(results) < 2 {
		t.Fatalf("ERR-03 has %d checks", len(results))
	}
	for _, r := range results {
		want := conformance.Passed
		if r.Clause+"/"+r.Check == single {
			want = conformance.Waived
		}
		if r.Outcome != want {
			t.Errorf("%s: %s, want %s", r.Name(), r.Outcome, want)
		}
	}
	for _, test := range []struct{ waiver, reason, want string }{
		{"ZZZ-99", "a reason", "there is no such clause"},
		{"ERR-03/nope", "a reason", "ERR-03 has no such check"},
		{single + "/rich", "a reason", "ERR-03 has no such check"},
		{single, "", "no reason given"},
		{"USR-02", "a reason", "takes none"},
		{"USR-02/taken_id_is_exists_and_untouched", "a reason", "takes none"},
	} {
		_, err := conformance.Judge(t.Context(), conformance.NewSubject(open), conformance.Options{Waivers: []conformance.Waiver{{Clause: test.waiver, Reason: test.reason}}})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("waiver of %q: %v, want %q", test.waiver, err, test.want)
		}
	}
}

// A kept promise is not a gap, but a declared weakness is.
func TestDoesNotApply(t *testing.T) {
	t.Parallel()
	volatile := conformance.NewSubject(open)
	wantOutcome(t, judge(t, volatile, conformance.Options{}, "STO-01/what_was_written"), conformance.NotOffered, "declares that it is volatile")
	wantOutcome(t, judge(t, volatile, conformance.Options{}, "TIM-05/a_store_that_expires"), conformance.NotApplicable, "does not declare")
}
