package spec_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

type (
	role   string
	person struct {
		Email string `db:"email,unique,max=20"`
		Role  role
		Born  *time.Time
		Small int8
		Tags  []string
	}
	device struct {
		Name string `db:"name,max=10"`
		Seen time.Time
		Key  []byte
	}
	front = spec.Store[person, device]
)

// stub is an adapter that keeps nothing. It returns the same result for every call.
type stub struct {
	calls    []string
	err      error
	during   func() // called in each method
	sessions []spec.SessionRow
	user     spec.UserRow
	kept     []string
	change   spec.Change
	row      *spec.SessionRow // the last row that was filled
}

func (s *stub) call(name string) error {
	s.calls = append(s.calls, name)
	if s.during != nil {
		s.during()
	}
	return s.err
}

func fillSession(into *spec.SessionRow, from spec.SessionRow) {
	pointers := into.Attributes
	*into = from
	into.Attributes = pointers
	if from.Attributes != nil {
		if err := attr.SetAll(pointers, from.Attributes); err != nil {
			panic(err)
		}
	}
}

func (s *stub) fillUser(into *spec.UserRow) {
	into.ID = s.user.ID
	if s.user.Attributes != nil {
		if err := attr.SetAll(into.Attributes, s.user.Attributes); err != nil {
			panic(err)
		}
	}
}

func (s *stub) CreateUser(context.Context, spec.UserRow) error { return s.call("CreateUser") }
func (s *stub) User(_ context.Context, _ string, into *spec.UserRow) error {
	s.fillUser(into)
	return s.call("User")
}
func (s *stub) UpdateUser(_ context.Context, _ string, change spec.Change) error {
	s.change = change
	return s.call("UpdateUser")
}
func (s *stub) DeleteUser(context.Context, string) error { return s.call("DeleteUser") }
func (s *stub) UserBy(_ context.Context, place int, value any, into *spec.UserRow) error {
	s.fillUser(into)
	return s.call(fmt.Sprintf("UserBy %d", place))
}
func (s *stub) SessionAndUser(_ context.Context, _ string, session *spec.SessionRow, user *spec.UserRow) error {
	if len(s.sessions) > 0 {
		fillSession(session, s.sessions[0])
	}
	s.fillUser(user)
	return s.call("SessionAndUser")
}
func (s *stub) CreateSession(context.Context, spec.SessionRow) error { return s.call("CreateSession") }
func (s *stub) Session(_ context.Context, _ string, into *spec.SessionRow) error {
	if len(s.sessions) > 0 {
		fillSession(into, s.sessions[0])
	}
	s.row = into
	return s.call("Session")
}
func (s *stub) UserSessions(_ context.Context, _ string, next func() *spec.SessionRow) error {
	for _, row := range s.sessions {
		s.row = next()
		fillSession(s.row, row)
	}
	return s.call("UserSessions")
}
func (s *stub) UpdateSession(_ context.Context, _ string, change spec.Change) error {
	s.change = change
	return s.call("UpdateSession")
}
func (s *stub) SwapLease(context.Context, string, spec.Lease, spec.Lease) error {
	return s.call("SwapLease")
}
func (s *stub) DeleteSession(context.Context, string) error { return s.call("DeleteSession") }
func (s *stub) DeleteUserSessions(_ context.Context, _ string, keep []string) (int64, error) {
	s.kept = keep
	return 3, s.call("DeleteUserSessions")
}
func (s *stub) DeleteExpiredSessions(context.Context, spec.Sweep) (int64, error) {
	return 2, s.call("DeleteExpiredSessions")
}
func (s *stub) Migrate(context.Context) error { return s.call("Migrate") }
func (s *stub) Check(context.Context) error   { return s.call("Check") }
func (s *stub) Ping(context.Context) error    { return s.call("Ping") }
func (s *stub) Describe(context.Context) (spec.Description, error) {
	return spec.Description{Engine: "stub"}, s.call("Describe")
}
func (s *stub) Close() error { return s.call("Close") }

// open returns the front of an adapter.
func open(t *testing.T, a spec.Adapter) *front {
	t.Helper()
	s, err := spec.NewStore[person, device]("stub", func(spec.Columns) (spec.Adapter, error) { return a, nil })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var (
	_ typed.Store[person, device] = (*front)(nil)
	_ typed.SessionStore[device]  = (*spec.SessionStore[device])(nil)
	_ interface {
		spec.Migrator
		spec.Pinger
		spec.Describer
		io.Closer
	} = (*spec.SessionStore[device])(nil)
)

var noon = time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)

// methods returns calls of each method of a store with valid arguments.
var methods = map[string]func(ctx context.Context, s *front) error{
	"CreateUser": func(ctx context.Context, s *front) error { return s.CreateUser(ctx, spec.User[person]{ID: "ann"}) },
	"User":       func(ctx context.Context, s *front) error { _, err := s.User(ctx, "ann"); return err },
	"UserBy":     func(ctx context.Context, s *front) error { _, err := s.UserBy(ctx, "Email", "a@b"); return err },
	"UpdateUser": func(ctx context.Context, s *front) error {
		return s.UpdateUser(ctx, "ann", person{}, attr.All[person]())
	},
	"DeleteUser":     func(ctx context.Context, s *front) error { return s.DeleteUser(ctx, "ann") },
	"SessionAndUser": func(ctx context.Context, s *front) error { _, _, err := s.SessionAndUser(ctx, "phone"); return err },
	"CreateSession": func(ctx context.Context, s *front) error {
		return s.CreateSession(ctx, spec.Session[device]{ID: "phone"})
	},
	"Session":      func(ctx context.Context, s *front) error { _, err := s.Session(ctx, "phone"); return err },
	"UserSessions": func(ctx context.Context, s *front) error { _, err := s.UserSessions(ctx, "ann"); return err },
	"UpdateSession": func(ctx context.Context, s *front) error {
		return s.UpdateSession(ctx, "phone", device{}, attr.All[device]())
	},
	"SwapLease": func(ctx context.Context, s *front) error {
		return s.SwapLease(ctx, "phone", spec.Lease{}, spec.Lease{})
	},
	"DeleteSession":      func(ctx context.Context, s *front) error { return s.DeleteSession(ctx, "phone") },
	"DeleteUserSessions": func(ctx context.Context, s *front) error { _, err := s.DeleteUserSessions(ctx, "ann"); return err },
	"DeleteUserSessionsExcept": func(ctx context.Context, s *front) error {
		_, err := s.DeleteUserSessionsExcept(ctx, "ann", "phone")
		return err
	},
	"DeleteExpiredSessions": func(ctx context.Context, s *front) error {
		_, err := s.DeleteExpiredSessions(ctx, spec.Sweep{Now: noon, Everyone: true, Limit: 1})
		return err
	},
	"Migrate":  func(ctx context.Context, s *front) error { return s.Migrate(ctx) },
	"Check":    func(ctx context.Context, s *front) error { return s.Check(ctx) },
	"Ping":     func(ctx context.Context, s *front) error { return s.Ping(ctx) },
	"Describe": func(ctx context.Context, s *front) error { _, err := s.Describe(ctx); return err },
}

func TestMethodsAreAllCalled(t *testing.T) {
	t.Parallel()
	for m := range reflect.TypeFor[*front]().Methods() {
		if _, ok := methods[m.Name]; !ok && m.Name != "Close" && m.Name != "Adapter" {
			t.Errorf("%s is not in the table", m.Name)
		}
	}
	for name, call := range methods {
		a := &stub{}
		if err := call(t.Context(), open(t, a)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(a.calls) != 1 || !strings.HasPrefix(name, strings.Fields(a.calls[0])[0]) {
			t.Errorf("%s calls %q of the adapter", name, a.calls)
		}
	}
}

func TestClosedStore(t *testing.T) {
	t.Parallel()
	done, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range methods {
		a := &stub{}
		s := open(t, a)
		if err := errors.Join(s.Close(), s.Close()); err != nil || !slices.Equal(a.calls, []string{"Close"}) {
			t.Fatalf("Close twice: %v, calls %q", err, a.calls)
		}
		// ErrClosed takes precedence over a done context.
		if err := call(done, s); spec.ClassOf(err) != spec.ErrClosed || len(a.calls) != 1 {
			t.Errorf("%s: %v, calls %q", name, err, a.calls)
		}
	}
}

func TestCloseThatFails(t *testing.T) {
	t.Parallel()
	s := open(t, &stub{err: io.ErrClosedPipe})
	if err := s.Close(); spec.ClassOf(err) != spec.ErrFailed || err.Error() != "stub: close: store failed" {
		t.Errorf("got %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("the second time: %v", err)
	}
}

// lateTimer is a context whose deadline has passed and whose timer has not fired.
type lateTimer struct{ context.Context }

func (lateTimer) Deadline() (time.Time, bool) { return time.Unix(1, 0), true }

func TestContextsThatAreDone(t *testing.T) {
	t.Parallel()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for class, ctx := range map[error]context.Context{
		context.Canceled: canceled, context.DeadlineExceeded: lateTimer{t.Context()},
	} {
		for name, call := range methods {
			a := &stub{}
			if err := call(ctx, open(t, a)); spec.ClassOf(err) != class || len(a.calls) != 0 {
				t.Errorf("%s, %v: %v, calls %q", name, class, err, a.calls)
			}
		}
	}
}

// driverError is an error of a driver with a value in its text.
type answerError struct{ secret string }

func (e *answerError) Error() string { return e.secret }

func TestClassesOfErrors(t *testing.T) {
	t.Parallel()
	const secret = "ann@example.com"
	cause := &answerError{secret}
	unique := &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}
	type test struct {
		err   error
		class error
		text  string // after "stub: user: "
	}
	tests := map[string]test{
		"any other":              {cause, spec.ErrFailed, "store failed"},
		"wraps a class":          {fmt.Errorf("%w: %w", spec.ErrConflict, cause), spec.ErrConflict, "conflict with a concurrent transaction"},
		"wraps two":              {errors.Join(spec.ErrConflict, spec.ErrStale, cause), spec.ErrFailed, "store failed"},
		"a constraint":           {unique, spec.ErrConstraint, "constraint violated: not unique: attribute Email"},
		"wraps a constraint":     {fmt.Errorf("%w: %w", unique, cause), spec.ErrConstraint, "constraint violated: not unique: attribute Email"},
		"a bare ErrConstraint":   {spec.ErrConstraint, spec.ErrConstraint, "constraint violated: check"},
		"full":                   {&spec.Error{Class: spec.ErrUserExists, Detail: "23505", Cause: cause}, spec.ErrUserExists, "user exists (23505)"},
		"full, with another op":  {&spec.Error{Op: spec.OpOpen, Class: spec.ErrUserExists}, spec.ErrUserExists, "user exists"},
		"full, constraint":       {&spec.Error{Class: unique, Detail: "23505", Cause: cause}, spec.ErrConstraint, "constraint violated: not unique: attribute Email (23505)"},
		"full, without a class":  {&spec.Error{Detail: "23505", Cause: cause}, spec.ErrFailed, "store failed (23505)"},
		"full, of no class":      {&spec.Error{Class: cause}, spec.ErrFailed, "store failed"},
		"wraps a full":           {fmt.Errorf("%s: %w", secret, &spec.Error{Class: spec.ErrStale, Detail: "d", Cause: cause}), spec.ErrStale, "stale lease"},
		"a driver's own timeout": {context.DeadlineExceeded, spec.ErrUnavailable, "store unavailable"},
		"a driver's own cancel":  {fmt.Errorf("%s: %w", secret, context.Canceled), spec.ErrUnavailable, "store unavailable"},
	}
	for _, class := range spec.Classes() {
		if class != spec.ErrConstraint && class != context.Canceled && class != context.DeadlineExceeded {
			tests[class.Error()] = test{class, class, class.Error()}
		}
	}
	for name, test := range tests {
		_, err := open(t, &stub{err: test.err}).User(t.Context(), "ann")
		if spec.ClassOf(err) != test.class || err.Error() != "stub: user: "+test.text {
			t.Errorf("%s: got %v, of class %v", name, err, spec.ClassOf(err))
		}
		if _, want := errors.AsType[*answerError](test.err); want {
			if got, ok := errors.AsType[*answerError](err); !ok || got != cause {
				t.Errorf("%s: errors.As does not find the driver's error", name)
			}
		}
		if _, ok := errors.AsType[*spec.ConstraintError](err); ok != (test.class == spec.ErrConstraint) {
			t.Errorf("%s: errors.As finds a *ConstraintError: %t", name, ok)
		}
		if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), secret) {
			t.Errorf("%s: the text holds a value: %#v", name, err)
		}
	}
	_, err := open(t, &stub{err: &spec.Error{Adapter: "users", Class: spec.ErrFailed}}).User(t.Context(), "ann")
	if err.Error() != "users: user: store failed" {
		t.Errorf("an adapter that says which store: %v", err)
	}
}

// Only classes that say nothing about a row are replaced if the store was closed or the
// context has ended.
func TestClassesWhenTheCallIsOvertaken(t *testing.T) {
	t.Parallel()
	for _, class := range spec.Classes() {
		gives := class == spec.ErrUnavailable || class == spec.ErrFailed
		var answer error = class
		if class == spec.ErrConstraint {
			answer = &spec.ConstraintError{Kind: spec.NotUnique}
		}
		isContext := class == context.Canceled || class == context.DeadlineExceeded
		for what, want := range map[string]error{"closed": spec.ErrClosed, "canceled": context.Canceled, "late": context.DeadlineExceeded} {
			ctx, cancel := context.WithCancel(t.Context())
			a := &stub{err: answer}
			s := open(t, a)
			a.during = func() {
				a.during = nil
				switch what {
				case "closed":
					a.err = nil
					if err := s.Close(); err != nil {
						t.Error(err)
					}
					a.err = answer
				case "canceled":
					cancel()
				}
			}
			if what == "late" {
				a.during = nil
				passes := &passing{Context: ctx}
				a.during = func() { passes.passed = true }
				ctx = passes
			}
			if !gives && !isContext {
				want = class
			}
			if _, err := s.User(ctx, "ann"); spec.ClassOf(err) != want {
				t.Errorf("%v, and then %s: got %v, want %v", class, what, err, want)
			}
			cancel()
		}
	}
}

// passing is a context whose deadline passes on command, by the clock only.
type passing struct {
	context.Context
	passed bool
}

func (p *passing) Deadline() (time.Time, bool) { return time.Unix(1, 0), p.passed }
