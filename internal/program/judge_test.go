package program_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/internal/testing/scratch"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

// readOnly fails to create users, or creates them and then fails.
type readOnly struct {
	adapter
	class   error
	applies bool
}

func (a readOnly) CreateUser(ctx context.Context, u spec.User[program.User]) error {
	if ctx.Err() != nil || !spec.ValidID(u.ID) {
		return a.adapter.CreateUser(ctx, u)
	}
	if a.applies {
		if err := a.adapter.CreateUser(ctx, u); err != nil {
			return err
		}
	}
	return &spec.Error{Adapter: "test", Op: spec.OpCreateUser, Class: a.class}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		around func(adapter) adapter
		limits []string
		fault  string
	}{
		"healthy":                  {func(a adapter) adapter { return a }, nil, ""},
		"limited":                  {func(a adapter) adapter { return readOnly{a, spec.ErrUnavailable, false} }, []string{"create user: store unavailable"}, ""},
		"failing":                  {func(a adapter) adapter { return readOnly{a, spec.ErrFailed, false} }, []string{"create user: store failed"}, ""},
		"unknown, not applied":     {func(a adapter) adapter { return readOnly{a, spec.ErrIndeterminate, false} }, []string{"create user: outcome unknown"}, ""},
		"unknown, applied":         {func(a adapter) adapter { return readOnly{a, spec.ErrIndeterminate, true} }, nil, `User("ann")`},
		"applied what failed":      {func(a adapter) adapter { return readOnly{a, spec.ErrUnavailable, true} }, nil, `User("ann")`},
		"of a class that is wrong": {func(a adapter) adapter { return readOnly{a, spec.ErrStale, false} }, nil, `CreateUser("ann")`},
		"of a narrow column": {func(a adapter) adapter {
			return readOnly{a, &spec.ConstraintError{Kind: spec.OutOfRange, Attribute: "Logins"}, false}
		}, []string{"create user: constraint violated"}, ""},
		"of a rule of the table's": {func(a adapter) adapter {
			return readOnly{a, &spec.ConstraintError{Kind: spec.CheckRule, Attribute: ""}, false}
		}, []string{"create user: constraint violated"}, ""},
		"of a rule, but applied": {func(a adapter) adapter {
			return readOnly{a, &spec.ConstraintError{Kind: spec.CheckRule, Attribute: ""}, true}
		}, nil, `User("ann")`},
		"not unique, which it is": {func(a adapter) adapter {
			return readOnly{a, &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}, false}
		}, nil, `CreateUser("ann")`},
		"wrong": {func(a adapter) adapter { return shifted{a} }, nil, "Session("},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := openMemory(t)
			around := test.around(a)
			r := program.Judge(t.Context(), around, around)
			if test.fault != "" {
				if !strings.Contains(strings.Join(r.Faults, "\n"), test.fault) {
					t.Errorf("got the faults\n%s\nwant one with %s", r, test.fault)
				}
				return
			}
			if len(r.Faults) > 0 || !slices.Equal(r.Limits, test.limits) {
				t.Errorf("got %d faults and limits\n%s\nwant the limits %q", len(r.Faults), r, test.limits)
			}
		})
	}
}

// The program with plain values finds faults, too.
func TestJudgePlain(t *testing.T) {
	t.Parallel()
	open := func() typed.Store[program.Person, program.Device] {
		a, err := memory.New[program.Person, program.Device]()
		return scratch.Ready(t, a, err)
	}
	one := open()
	if r := program.JudgePlain(t.Context(), one, one); len(r.Faults) > 0 || len(r.Limits) > 0 {
		t.Errorf("got the faults and limits\n%s", r)
	}
	if r := program.JudgePlain(t.Context(), one, open()); len(r.Faults) == 0 {
		t.Error("two stores passed for one")
	}
}

// JudgeObject reports what an object refuses, and whether the object can be created.
func TestJudgeObject(t *testing.T) {
	t.Parallel()
	refused := program.Refusals{"UpdateUser mute": spec.ErrFailed}
	for name, test := range map[string]struct {
		made    error
		refused program.Refusals
		fault   string
	}{
		"healthy":              {},
		"a refusal that is no": {refused: refused, fault: `UpdateUser("mute")`},
		"an unknown call":      {refused: program.Refusals{"Sing": spec.ErrFailed}, fault: `no call "Sing"`},
		"cannot be made":       {made: errors.New("no such trigger"), fault: "no such trigger"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := memory.New[program.Person, program.Device]()
			a = scratch.Ready(t, a, err)
			r := program.JudgeObject(t.Context(), a, func() error { return test.made }, test.refused)
			if (test.fault == "") != (len(r.Faults) == 0) || !strings.Contains(r.String(), test.fault) {
				t.Errorf("got the faults\n%s\nwant %q", r, test.fault)
			}
		})
	}
}
