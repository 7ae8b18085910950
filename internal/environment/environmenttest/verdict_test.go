package environmenttest_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/environment/environmenttest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

type plain = *spec.Store[program.Person, program.Device]

var engine = environmenttest.Engine{
	Reason: func(err error) string { return strings.TrimPrefix(err.Error(), "server: ") },
	Limits: func(err *spec.Error) bool { return err.Class == spec.ErrUnavailable || err.Class == spec.ErrFailed },
	Text: func(err *spec.Error, outcome environment.Outcome) string {
		return string(outcome) + " " + string(err.Op) + ": " + err.Detail
	},
}

// surrounded is an adapter with an object around its tables. It returns these errors.
type surrounded struct {
	memory.Adapter
	migrate, check, create error
	forgets                bool // the users that are created
}

func (s surrounded) Migrate(context.Context) error { return s.migrate }
func (s surrounded) Check(context.Context) error   { return s.check }

func (s surrounded) CreateUser(ctx context.Context, u spec.UserRow) error {
	if s.create != nil {
		return s.create
	}
	if s.forgets {
		return nil
	}
	return s.Adapter.CreateUser(ctx, u)
}

// opens returns openers of two handles on the same tables, and the number of open handles.
func opens(first, second surrounded) (a, b environmenttest.Opener[program.Person, program.Device], open *int) {
	var shared *memory.Adapter
	open = new(int)
	opener := func(s surrounded) environmenttest.Opener[program.Person, program.Device] {
		return func(context.Context) (plain, func(), error) {
			a, err := spec.NewStore[program.Person, program.Device]("test", func(columns spec.Columns) (spec.Adapter, error) {
				if shared == nil {
					shared = new(memory.NewAdapter(columns))
				}
				s.Adapter = *shared
				return s, nil
			})
			*open++
			return a, func() { *open-- }, err
		}
	}
	return opener(first), opener(second), open
}

func failed(class error, detail string) error { return &spec.Error{Class: class, Detail: detail} }

var (
	refuses     = failed(spec.ErrFailed, "table users: is missing")
	invalid     = failed(spec.ErrInvalid, "the session has autocommit off")
	code        = failed(spec.ErrFailed, "1044")
	unavailable = failed(spec.ErrUnavailable, "14")
	wrong       = failed(spec.ErrStale, "7")
)

func TestJudge(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		first, second surrounded
		want          environment.Outcome
		detail        string // what is in it; of a fault too
	}{
		"holds":                                  {want: environment.Holds},
		"Migrate refuses":                        {first: surrounded{migrate: refuses}, want: environment.Refused, detail: "refused migrate: table users: is missing"},
		"Check refuses":                          {first: surrounded{check: refuses}, want: environment.Refused, detail: "refused check: table users: is missing"},
		"Migrate is limited":                     {first: surrounded{migrate: unavailable}, want: environment.Limited, detail: "limited migrate: 14; migrate: store unavailable"},
		"Check is limited":                       {first: surrounded{check: code}, want: environment.Limited, detail: "limited check: 1044; check: store failed"},
		"neither migrates":                       {first: surrounded{migrate: code}, second: surrounded{migrate: unavailable, check: refuses}, want: environment.Limited, detail: "limited migrate: 1044"},
		"neither migrates, and tables fit":       {first: surrounded{migrate: code}, second: surrounded{migrate: unavailable}, want: environment.Limited, detail: "limited migrate: 1044; migrate: store "},
		"the other may not migrate":              {first: surrounded{migrate: code}, second: surrounded{migrate: refuses, check: refuses}, want: environment.Refused, detail: "refused migrate: table"},
		"the other fails otherwise":              {first: surrounded{migrate: code}, second: surrounded{migrate: wrong, check: refuses}, want: environment.Fault, detail: "stale"},
		"Migrate has another class":              {first: surrounded{migrate: wrong}, want: environment.Fault, detail: "stale"},
		"Check has another class":                {first: surrounded{check: wrong}, want: environment.Fault, detail: "stale"},
		"calls are limited":                      {first: surrounded{create: unavailable}, want: environment.Limited, detail: "create user: store unavailable"},
		"calls have another class":               {first: surrounded{create: wrong}, want: environment.Fault, detail: "CreateUser("},
		"calls do nothing":                       {first: surrounded{forgets: true}, want: environment.Fault, detail: "User("},
		"a limit, and then calls that are wrong": {first: surrounded{migrate: code, forgets: true}, want: environment.Fault, detail: "User("},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, second, open := opens(test.first, test.second)
			v := environmenttest.Judge(t.Context(), engine, first, second, program.JudgePlain)
			want(t, v, test.want, test.detail)
			if *open != 0 {
				t.Errorf("%d handles are left open", *open)
			}
		})
	}
}

func TestJudgeOneHandle(t *testing.T) {
	t.Parallel()
	first, _, open := opens(surrounded{create: unavailable}, surrounded{})
	v := environmenttest.Judge(t.Context(), engine, first, nil, program.JudgePlain)
	want(t, v, environment.Limited, "create user: store unavailable")
	if *open != 0 {
		t.Errorf("%d handles are left open", *open)
	}
}

func TestJudgeThatDoesNotOpen(t *testing.T) {
	t.Parallel()
	fails := func(context.Context) (plain, func(), error) { return nil, nil, unavailable }
	opened, _, open := opens(surrounded{}, surrounded{})
	want(t, environmenttest.Judge(t.Context(), engine, fails, opened, program.JudgePlain), environment.Limited, "limited : 14")
	want(t, environmenttest.Judge(t.Context(), engine, opened, fails, program.JudgePlain), environment.Limited, "another handle: limited : 14")
	if *open != 0 {
		t.Errorf("%d handles are left open", *open)
	}
}

// The limits of a program that is cut short do not count.
func TestJudgeThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	first, second, _ := opens(surrounded{}, surrounded{})
	v := environmenttest.Judge(ctx, engine, first, second, func(_ context.Context, _, _ typed.Store[program.Person, program.Device]) program.Report {
		cancel()
		return program.Report{Limits: []string{"user: store unavailable"}}
	})
	want(t, v, environment.Fault, "did not end")
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	const driversOwn = "the driver's own error"
	cause := errors.New("what the driver says")
	only := engine
	only.Refuses = func(err *spec.Error) bool { return err.Cause == nil }
	silent := engine
	silent.Reason = func(error) string { return "" }
	for name, test := range map[string]struct {
		engine environmenttest.Engine
		err    error
		want   environment.Outcome
		detail string
	}{
		"invalid, with a sentence":        {engine, invalid, environment.Refused, "autocommit"},
		"failed, with a sentence":         {engine, refuses, environment.Refused, "is missing"},
		"a code with a sentence":          {engine, failed(spec.ErrFailed, "42501: the role lacks a privilege"), environment.Refused, "42501"},
		"a sentence that refuses nothing": {only, &spec.Error{Class: spec.ErrFailed, Detail: "13: it lacks a privilege", Cause: cause}, environment.Limited, "13"},
		"a sentence that refuses":         {only, refuses, environment.Refused, "is missing"},
		"invalid, without a sentence":     {engine, failed(spec.ErrInvalid, "22023"), environment.Fault, "22023"},
		"a code":                          {engine, code, environment.Limited, "1044"},
		"no code":                         {engine, failed(spec.ErrFailed, ""), environment.Limited, ""},
		"unavailable, with a sentence":    {engine, failed(spec.ErrUnavailable, "the pool is full"), environment.Limited, "the pool is full"},
		"a class that is no limit":        {engine, failed(spec.ErrConflict, "5"), environment.Fault, "conflict"},
		"the driver's own":                {engine, &spec.Error{Class: spec.ErrFailed, Detail: driversOwn, Cause: cause}, environment.Fault, cause.Error()},
		"no class":                        {engine, cause, environment.Fault, cause.Error()},
		"no error":                        {engine, nil, environment.Fault, "no class"},
		"not set":                         {engine, environmenttest.NotSet{Err: errors.New("server: too large")}, environment.CannotBeSet, "too large"},
		"not set, for what is no refusal": {silent, environmenttest.NotSet{Err: cause}, environment.Fault, cause.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want(t, test.engine.Verdict(test.err), test.want, test.detail)
		})
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	few := engine
	few.Limited = func(limits []string) string { return "of " + strings.Join(limits, "+") }
	limited := program.Report{Limits: []string{"b", "c"}}
	faulty := program.Report{Faults: strings.Split("1234567", ""), Limits: []string{"b"}}
	want(t, engine.Report(program.Report{}), environment.Holds, "")
	want(t, engine.Report(program.Report{}, "a"), environment.Limited, "a")
	want(t, engine.Report(limited, "a"), environment.Limited, "a; b; c")
	want(t, few.Report(limited, "a"), environment.Limited, "of a+b+c")
	want(t, few.Report(faulty, "a"), environment.Fault, "1\n2\n3\n4\n5\n6")
	if v := engine.Report(faulty); strings.Contains(v.Detail, "7") {
		t.Errorf("all faults are in %q", v.Detail)
	}
}

func TestJudgeObject(t *testing.T) {
	t.Parallel()
	hush := program.Refusals{"CreateUser " + program.Hush: &spec.ConstraintError{Kind: spec.CheckRule}}
	notSet := environmenttest.NotSet{Err: errors.New("server: no such column")}
	for name, test := range map[string]struct {
		surround error
		object   environmenttest.Object
		want     environment.Outcome
		detail   string
	}{
		"accepted":                          {nil, environmenttest.Object{}, environment.Holds, ""},
		"accepted, of either":               {nil, environmenttest.Object{Either: true}, environment.Holds, ""},
		"accepted, and should not be":       {nil, environmenttest.Object{Refused: "is missing"}, environment.Fault, "is missing"},
		"refused":                           {refuses, environmenttest.Object{Refused: "is missing"}, environment.Refused, "is missing"},
		"refused, of either":                {refuses, environmenttest.Object{Either: true}, environment.Refused, "is missing"},
		"refused, of either, for something": {refuses, environmenttest.Object{Either: true, Refused: "is a view"}, environment.Fault, "is missing"},
		"refused, and should not be":        {refuses, environmenttest.Object{}, environment.Fault, "is missing"},
		"refused for another reason":        {refuses, environmenttest.Object{Refused: "is a view"}, environment.Fault, "is missing"},
		"a limit":                           {code, environmenttest.Object{Refused: "1044"}, environment.Fault, "1044"},
		"refused, of another class":         {invalid, environmenttest.Object{Refused: "autocommit"}, environment.Fault, "autocommit"},
		"not made":                          {notSet, environmenttest.Object{Refused: "is missing"}, environment.CannotBeSet, "no such column"},
		"does not refuse what it should":    {nil, environmenttest.Object{Refuses: hush}, environment.Fault, "CreateUser"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, _, _ := opens(surrounded{}, surrounded{})
			a, closeIt, err := first(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer closeIt()
			v := engine.JudgeObject(t.Context(), a, func() error { return test.surround }, test.object)
			want(t, v, test.want, test.detail)
		})
	}
}

// want checks a verdict. Its detail must contain this text. The detail of Holds must be
// empty.
func want(t *testing.T, v environment.Verdict, outcome environment.Outcome, detail string) {
	t.Helper()
	if v.Outcome != outcome || !strings.Contains(v.Detail, detail) || outcome == environment.Holds && v.Detail != "" {
		t.Errorf("got %s, %q, want %s, %q", v.Outcome, v.Detail, outcome, detail)
	}
}
