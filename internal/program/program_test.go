package program_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/internal/testing/scratch"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

type adapter = typed.Store[program.User, program.Session]

func openMemory(t testing.TB) adapter {
	a, err := memory.New[program.User, program.Session]()
	return scratch.Ready(t, a, err)
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(scratch.Dir(t), "tenon.db")
	open := func() *spec.Store[program.User, program.Session] {
		a, err := sqlite.Open[program.User, program.Session](t.Context(), path)
		return scratch.Ready(t, a, err)
	}
	program.Run(t, open(), open())
}

// recorder is a test that must fail.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

// TestFaults checks that the program fails if a handle has a fault of the kinds that
// settings, encodings and proxies cause.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(adapter) adapter{
		"times are shifted to a zone":          func(a adapter) adapter { return shifted{a} },
		"bytes are escaped":                    func(a adapter) adapter { return escaped{a} },
		"ids are written in another encoding":  func(a adapter) adapter { return encoded{a} },
		"an empty text comes back as a null":   func(a adapter) adapter { return emptyIsNull{a} },
		"a swap is sent twice, and told so":    func(a adapter) adapter { return sentTwice{a} },
		"a create is sent twice, and told so":  func(a adapter) adapter { return createdTwice{a} },
		"times are cut to seconds":             func(a adapter) adapter { return seconds{a} },
		"a refusal is of another class":        func(a adapter) adapter { return unavailable{a} },
		"a delete of no rows is taken for one": func(a adapter) adapter { return keeps{a} },
		"a sweep deletes nothing":              func(a adapter) adapter { return neverSweeps{a} },
		"a context that is done is not seen":   func(a adapter) adapter { return ignoresContext{a} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := openMemory(t)
			r := &recorder{TB: t}
			program.Run(r, a, fault(a))
			if len(r.failures) == 0 {
				t.Error("the program passed")
			}
			for _, f := range r.failures {
				if !strings.Contains(f, "want: ") {
					t.Errorf("the program says no more than %s", f)
				}
			}
		})
	}
}

// A handle without a fault passes, so the failures above are due to the faults.
func TestMemory(t *testing.T) {
	t.Parallel()
	a := openMemory(t)
	program.Run(t, a, a)
	sessions, err := memory.NewSessions[program.Session]()
	if err != nil {
		t.Fatal(err)
	}
	program.RunSessions(t, sessions, sessions)
}

// Handles on two stores are not two handles on one.
func TestTwoStores(t *testing.T) {
	t.Parallel()
	r := &recorder{TB: t}
	program.Run(r, openMemory(t), openMemory(t))
	if len(r.failures) == 0 {
		t.Error("the program passed")
	}
}

type shifted struct{ adapter }

func (a shifted) Session(ctx context.Context, id string) (spec.Session[program.Session], error) {
	s, err := a.adapter.Session(ctx, id)
	s.CreatedAt = s.CreatedAt.Add(-3*time.Hour - 30*time.Minute)
	return s, err
}

type escaped struct{ adapter }

func (a escaped) User(ctx context.Context, id string) (spec.User[program.User], error) {
	u, err := a.adapter.User(ctx, id)
	u.Attributes.Photo = bytes.ReplaceAll(u.Attributes.Photo, []byte(`\`), []byte(`\\`))
	return u, err
}

// encoded writes and reads ids as LATIN1. So it reads back its own ids correctly, but
// another handle does not.
type encoded struct{ adapter }

func latin1(id string) string {
	var b strings.Builder
	for _, c := range []byte(id) {
		b.WriteRune(rune(c))
	}
	return b.String()
}

func (a encoded) CreateUser(ctx context.Context, u spec.User[program.User]) error {
	u.ID = latin1(u.ID)
	return a.adapter.CreateUser(ctx, u)
}

func (a encoded) User(ctx context.Context, id string) (spec.User[program.User], error) {
	u, err := a.adapter.User(ctx, latin1(id))
	if err == nil {
		u.ID = id
	}
	return u, err
}

type emptyIsNull struct{ adapter }

func (a emptyIsNull) Session(ctx context.Context, id string) (spec.Session[program.Session], error) {
	s, err := a.adapter.Session(ctx, id)
	if s.Attributes.IP != nil && *s.Attributes.IP == "" {
		s.Attributes.IP = nil
	}
	return s, err
}

type sentTwice struct{ adapter }

func (a sentTwice) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	if err := a.adapter.SwapLease(ctx, id, from, to); err != nil {
		return err
	}
	return a.adapter.SwapLease(ctx, id, from, to)
}

type createdTwice struct{ adapter }

func (a createdTwice) CreateSession(ctx context.Context, s spec.Session[program.Session]) error {
	if err := a.adapter.CreateSession(ctx, s); err != nil {
		return err
	}
	return a.adapter.CreateSession(ctx, s)
}

type seconds struct{ adapter }

func (a seconds) CreateSession(ctx context.Context, s spec.Session[program.Session]) error {
	s.ExpiresAt = s.ExpiresAt.Truncate(time.Second)
	return a.adapter.CreateSession(ctx, s)
}

type unavailable struct{ adapter }

func (a unavailable) CreateUser(ctx context.Context, u spec.User[program.User]) error {
	err := a.adapter.CreateUser(ctx, u)
	if spec.ClassOf(err) == spec.ErrUserExists {
		return &spec.Error{Adapter: "test", Op: spec.OpCreateUser, Class: spec.ErrUnavailable}
	}
	return err
}

type keeps struct{ adapter }

func (a keeps) DeleteUser(ctx context.Context, id string) error { return ctx.Err() }

type neverSweeps struct{ adapter }

func (a neverSweeps) DeleteExpiredSessions(ctx context.Context, s spec.Sweep) (int64, error) {
	s.Now = s.Now.AddDate(-100, 0, 0)
	return a.adapter.DeleteExpiredSessions(ctx, s)
}

type ignoresContext struct{ adapter }

func (a ignoresContext) DeleteSession(ctx context.Context, id string) error {
	return a.adapter.DeleteSession(context.WithoutCancel(ctx), id)
}

// refuser refuses to update Mute.
type refuser struct {
	typed.Store[program.Person, program.Device]
	err error
}

func (a refuser) UpdateUser(ctx context.Context, id string, attributes program.Person, mask attr.Mask[program.Person]) error {
	if id == program.Mute {
		return a.err
	}
	return a.Store.UpdateUser(ctx, id, attributes, mask)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	refused := program.Refusals{"UpdateUser mute": spec.ErrFailed}
	failed := &spec.Error{Adapter: "test", Op: spec.OpUpdateUser, Class: spec.ErrFailed}
	for name, test := range map[string]struct {
		err     error
		refuses program.Refusals
		want    string // in a failure; empty: the program passes
	}{
		"refused, as was said":       {failed, refused, ""},
		"refused":                    {failed, nil, `UpdateUser("mute")`},
		"refused, of another class":  {failed, program.Refusals{"UpdateUser mute": &spec.ConstraintError{Kind: spec.CheckRule}}, `UpdateUser("mute")`},
		"not refused, as was said":   {nil, refused, `UpdateUser("mute")`},
		"not done, and not refused":  {nil, nil, `User("mute")`},
		"a call that is not one":     {failed, program.Refusals{"UpdateUser mute": spec.ErrFailed, "UpdateUser x": spec.ErrFailed}, `no call "UpdateUser x"`},
		"refused, with a constraint": {&spec.ConstraintError{Kind: spec.CheckRule}, program.Refusals{"UpdateUser mute": &spec.ConstraintError{Kind: spec.CheckRule}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := memory.New[program.Person, program.Device]()
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			r := &recorder{TB: t}
			program.Fill(r, a).Run(refuser{a, test.err}, test.refuses)
			if got := strings.Join(r.failures, "\n"); (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
				t.Errorf("the program says:\n%s\nwant it to have %q", got, test.want)
			}
		})
	}
}
