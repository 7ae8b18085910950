package spec_test

import (
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// If several things are wrong with a call, the one that takes precedence is reported, and
// the adapter is not called.
func TestOrderOfFaults(t *testing.T) {
	t.Parallel()
	const bad = "\xff"
	long := strings.Repeat("x", 21)
	late := time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	all := attr.All[person]()
	ctx := t.Context()
	for name, test := range map[string]struct {
		call  func(s *front) error
		class error // nil if there is nothing to do
	}{
		"create user, id":            {func(s *front) error { return s.CreateUser(ctx, spec.User[person]{ID: bad}) }, spec.ErrInvalid},
		"create user, id before max": {func(s *front) error { return s.CreateUser(ctx, spec.User[person]{Attributes: person{Email: long}}) }, spec.ErrInvalid},
		"create user, value, then max": {func(s *front) error {
			return s.CreateUser(ctx, spec.User[person]{ID: "a", Attributes: person{Email: long, Role: bad}})
		}, spec.ErrInvalid},
		"create user, max": {func(s *front) error {
			return s.CreateUser(ctx, spec.User[person]{ID: "a", Attributes: person{Email: long}})
		}, spec.ErrConstraint},
		"update user, max before id":   {func(s *front) error { return s.UpdateUser(ctx, bad, person{Email: long}, all) }, spec.ErrConstraint},
		"update user, value before id": {func(s *front) error { return s.UpdateUser(ctx, bad, person{Role: bad}, all) }, spec.ErrInvalid},
		"update user, id":              {func(s *front) error { return s.UpdateUser(ctx, bad, person{}, all) }, spec.ErrUserNotFound},
		"user":                         {func(s *front) error { _, err := s.User(ctx, bad); return err }, spec.ErrUserNotFound},
		"user by, field":               {func(s *front) error { _, err := s.UserBy(ctx, "Role", role("x")); return err }, spec.ErrInvalid},
		"user by, type":                {func(s *front) error { _, err := s.UserBy(ctx, "Email", 1); return err }, spec.ErrInvalid},
		"user by, value":               {func(s *front) error { _, err := s.UserBy(ctx, "Email", bad); return err }, spec.ErrUserNotFound},
		"user by, max":                 {func(s *front) error { _, err := s.UserBy(ctx, "Email", long); return err }, spec.ErrUserNotFound},
		"delete user":                  {func(s *front) error { return s.DeleteUser(ctx, bad) }, nil},
		"session":                      {func(s *front) error { _, err := s.Session(ctx, ""); return err }, spec.ErrSessionNotFound},
		"session and user":             {func(s *front) error { _, _, err := s.SessionAndUser(ctx, bad); return err }, spec.ErrSessionNotFound},
		"user sessions":                {func(s *front) error { _, err := s.UserSessions(ctx, ""); return err }, nil},
		"create session, id":           {func(s *front) error { return s.CreateSession(ctx, spec.Session[device]{}) }, spec.ErrInvalid},
		"create session, user":         {func(s *front) error { return s.CreateSession(ctx, spec.Session[device]{ID: "s", UserID: bad}) }, spec.ErrInvalid},
		"create session, time":         {func(s *front) error { return s.CreateSession(ctx, spec.Session[device]{ID: "s", CreatedAt: late}) }, spec.ErrInvalid},
		"create session, lease": {func(s *front) error {
			return s.CreateSession(ctx, spec.Session[device]{ID: "s", Lease: spec.Lease{ExpiresAt: late}})
		}, spec.ErrInvalid},
		"create session, user before max": {func(s *front) error {
			return s.CreateSession(ctx, spec.Session[device]{ID: "s", UserID: bad, Attributes: device{Name: long}})
		}, spec.ErrInvalid},
		"create session, max": {func(s *front) error {
			return s.CreateSession(ctx, spec.Session[device]{ID: "s", Attributes: device{Name: long}})
		}, spec.ErrConstraint},
		"update session, max before id": {func(s *front) error { return s.UpdateSession(ctx, bad, device{Name: long}, attr.All[device]()) }, spec.ErrConstraint},
		"update session, id":            {func(s *front) error { return s.UpdateSession(ctx, bad, device{Name: long}, attr.Mask[device]{}) }, spec.ErrSessionNotFound},
		"swap lease, to before id":      {func(s *front) error { return s.SwapLease(ctx, bad, spec.Lease{}, spec.Lease{Credential: bad}) }, spec.ErrInvalid},
		"swap lease, from":              {func(s *front) error { return s.SwapLease(ctx, "s", spec.Lease{ActiveUntil: late}, spec.Lease{}) }, spec.ErrInvalid},
		"swap lease, id":                {func(s *front) error { return s.SwapLease(ctx, bad, spec.Lease{}, spec.Lease{}) }, spec.ErrSessionNotFound},
		"delete session":                {func(s *front) error { return s.DeleteSession(ctx, bad) }, nil},
		"delete user's, id":             {func(s *front) error { return zero(s.DeleteUserSessions(ctx, "")) }, nil},
		"delete user's, none to keep":   {func(s *front) error { return zero(s.DeleteUserSessionsExcept(ctx, "ann")) }, spec.ErrInvalid},
		"delete user's, keep before id": {func(s *front) error { return zero(s.DeleteUserSessionsExcept(ctx, bad, []string{}...)) }, spec.ErrInvalid},
		"delete user's, keep, id":       {func(s *front) error { return zero(s.DeleteUserSessionsExcept(ctx, bad, "s")) }, nil},
		"sweep, limit before id":        {func(s *front) error { return zero(s.DeleteExpiredSessions(ctx, spec.Sweep{UserID: bad})) }, spec.ErrInvalid},
		"sweep of neither":              {func(s *front) error { return zero(s.DeleteExpiredSessions(ctx, spec.Sweep{Limit: 1})) }, spec.ErrInvalid},
		"sweep of both": {func(s *front) error {
			return zero(s.DeleteExpiredSessions(ctx, spec.Sweep{Limit: 1, UserID: "a", Everyone: true}))
		}, spec.ErrInvalid},
		"sweep, time": {func(s *front) error {
			return zero(s.DeleteExpiredSessions(ctx, spec.Sweep{Limit: math.MaxInt, Now: late, Everyone: true}))
		}, spec.ErrInvalid},
		"sweep, id": {func(s *front) error { return zero(s.DeleteExpiredSessions(ctx, spec.Sweep{Limit: 1, UserID: bad})) }, nil},
	} {
		a := &stub{}
		err := test.call(open(t, a))
		if spec.ClassOf(err) != test.class || (err == nil) != (test.class == nil) || len(a.calls) != 0 {
			t.Errorf("%s: got %v, want %v; calls %q", name, err, test.class, a.calls)
		}
	}
}

// zero checks that a count is 0.
func zero(n int64, err error) error {
	if n != 0 {
		return errors.New("a count of what was not deleted")
	}
	return err
}

// numbered is an adapter whose user ids are digits.
type numbered struct{ stub }

func (*numbered) ValidUserID(id string) bool { return strings.Trim(id, "0123456789") == "" }

func TestUserIDs(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	a := &numbered{}
	s := open(t, a)
	long := device{Name: strings.Repeat("x", 11)}
	for name, test := range map[string]struct{ got, want error }{
		"CreateUser":    {s.CreateUser(ctx, spec.User[person]{ID: "ann"}), spec.ErrInvalid},
		"CreateSession": {s.CreateSession(ctx, spec.Session[device]{ID: "s", UserID: "ann", Attributes: long}), spec.ErrInvalid},
		"UpdateUser":    {s.UpdateUser(ctx, "ann", person{}, attr.All[person]()), spec.ErrUserNotFound},
		"DeleteUser":    {s.DeleteUser(ctx, "ann"), nil},
		"sweep":         {zero(s.DeleteExpiredSessions(ctx, spec.Sweep{Limit: 1, UserID: "ann"})), nil},
		"all":           {zero(s.DeleteUserSessions(ctx, "ann")), nil},
	} {
		if spec.ClassOf(test.got) != test.want {
			t.Errorf("%s: %v", name, test.got)
		}
	}
	if len(a.calls) != 0 {
		t.Errorf("calls %q", a.calls)
	}
	if err := s.CreateSession(ctx, spec.Session[device]{ID: "ann", UserID: "7"}); err != nil || len(a.calls) != 1 {
		t.Errorf("an id that is a number: %v", err)
	}
}

// plain is an adapter without optional interfaces.
type plain struct{ spec.Adapter }

func TestWithoutOptionalInterfaces(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	a := &stub{}
	s := open(t, plain{a})
	if err := errors.Join(s.Migrate(ctx), s.Check(ctx), s.Ping(ctx), s.Close()); err != nil || !slices.Equal(a.calls, []string{"Session"}) {
		t.Errorf("got %v, calls %q", err, a.calls)
	}
	s = open(t, plain{&stub{err: spec.ErrSessionNotFound}})
	if err := s.Ping(ctx); err != nil {
		t.Errorf("Ping: %v", err)
	}
	if d, err := s.Describe(ctx); err != nil || d != (spec.Description{Name: "stub"}) {
		t.Errorf("Describe: %+v, %v", d, err)
	}
	if _, err := s.UserBy(ctx, "Email", "x"); spec.ClassOf(err) != spec.ErrUnsupported {
		t.Errorf("UserBy: %v", err)
	}
	if err := open(t, plain{&stub{err: spec.ErrUnavailable}}).Ping(ctx); spec.ClassOf(err) != spec.ErrUnavailable {
		t.Errorf("Ping of a store that is down: %v", err)
	}
	if _, found := spec.As[spec.UserFinder](s); found {
		t.Error("As finds the adapter's raw methods on a Store")
	}
}

func TestWhatIsRead(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("east", 3600)
	fine := noon.Add(999 * time.Microsecond).In(zone)
	row := func(id string, created time.Time) spec.SessionRow {
		return spec.SessionRow{ID: id, UserID: "ann", CreatedAt: created,
			Lease:      spec.Lease{ActiveUntil: fine, ExpiresAt: fine, Credential: "c"},
			Attributes: []any{"phone", fine, []byte("k")}}
	}
	a := &stub{user: spec.UserRow{ID: "ann", Attributes: []any{"a@b", "admin", fine, int64(-7), `["x"]`}}}
	a.sessions = []spec.SessionRow{row("b", fine), row("a", fine), row("c", noon.Add(-time.Hour))}
	s := open(t, a)
	want := spec.Session[device]{ID: "b", UserID: "ann", CreatedAt: noon,
		Lease:      spec.Lease{ActiveUntil: noon, ExpiresAt: noon, Credential: "c"},
		Attributes: device{"phone", noon, []byte("k")}}
	session, user, err := s.SessionAndUser(t.Context(), "b")
	if err != nil || !equalSessions(session, want) {
		t.Errorf("got %+v, %v, want %+v", session, err, want)
	}
	u := user.Attributes
	if user.ID != "ann" || u.Email != "a@b" || u.Role != "admin" || *u.Born != noon || u.Small != -7 || !slices.Equal(u.Tags, []string{"x"}) {
		t.Errorf("got %+v", user)
	}
	list, err := s.UserSessions(t.Context(), "ann")
	ids := ""
	for _, s := range list {
		ids += s.ID
	}
	if err != nil || ids != "cab" || !equalSessions(list[2], want) {
		t.Errorf("got %q, %v", ids, err)
	}

	year0 := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, bad := range map[string]func(*spec.SessionRow){
		"created":   func(r *spec.SessionRow) { r.CreatedAt = year0 },
		"active":    func(r *spec.SessionRow) { r.ActiveUntil = year0 },
		"expires":   func(r *spec.SessionRow) { r.ExpiresAt = year0 },
		"attribute": func(r *spec.SessionRow) { r.Attributes = nil; setLater = year0 },
	} {
		setLater = time.Time{}
		r := row("a", noon)
		bad(&r)
		a := &lateTimes{stub{sessions: []spec.SessionRow{r}}}
		if got, err := open(t, a).Session(t.Context(), "a"); spec.ClassOf(err) != spec.ErrFailed || !equalSessions(got, spec.Session[device]{}) {
			t.Errorf("%s in the year 0: %+v, %v", name, got, err)
		}
		got, _, err := open(t, a).SessionAndUser(t.Context(), "a")
		if name != "attribute" && (spec.ClassOf(err) != spec.ErrFailed || !equalSessions(got, spec.Session[device]{})) {
			t.Errorf("%s in the year 0, with a user: %+v, %v", name, got, err)
		}
		if _, err := open(t, a).UserSessions(t.Context(), "ann"); name != "attribute" && spec.ClassOf(err) != spec.ErrFailed {
			t.Errorf("%s in the year 0, in a list: %v", name, err)
		}
	}
}

// lateTimes is a stub that writes a time directly into an attribute, without attr.Set, as
// drivers do.
type lateTimes struct{ stub }

var setLater time.Time

func (a *lateTimes) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	err := a.stub.Session(ctx, id, into)
	if !setLater.IsZero() {
		*into.Attributes[1].(*time.Time) = setLater
	}
	return err
}

func equalSessions(a, b spec.Session[device]) bool {
	key := slices.Equal(a.Attributes.Key, b.Attributes.Key)
	a.Attributes.Key, b.Attributes.Key = nil, nil
	return key && a.ID == b.ID && a.UserID == b.UserID && a.CreatedAt == b.CreatedAt && a.Lease == b.Lease &&
		a.Attributes.Name == b.Attributes.Name && a.Attributes.Seen == b.Attributes.Seen
}

func TestAnonymousSessionHasTheZeroUser(t *testing.T) {
	t.Parallel()
	a := &stub{sessions: []spec.SessionRow{{ID: "s"}}, user: spec.UserRow{ID: "ann", Attributes: []any{"a@b", "", nil, int64(1), "null"}}}
	_, user, err := open(t, a).SessionAndUser(t.Context(), "s")
	if err != nil || user.ID != "" || user.Attributes.Email != "" {
		t.Errorf("got %+v, %v", user, err)
	}
}

func TestWhatIsWritten(t *testing.T) {
	t.Parallel()
	a := &stub{}
	s := open(t, a)
	mask, err := attr.Fields[person]("Small", "Email", "Email")
	if err != nil {
		t.Fatal(err)
	}
	var places []*int
	for range 2 {
		if err := s.UpdateUser(t.Context(), "ann", person{Email: "e", Small: 3}, mask); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(a.change.Places, []int{0, 3}) || !slices.Equal(a.change.Values, []any{"e", int64(3)}) {
			t.Errorf("got %v", a.change)
		}
		places = append(places, &a.change.Places[0])
	}
	if places[0] != places[1] {
		t.Error("the places of one mask are not the same slice each time")
	}
	before := []any{"x", "role", nil, int64(1), "[]"}
	if got := a.change.Apply(before); !slices.Equal(got, []any{"e", "role", nil, int64(3), "[]"}) || before[0] != "x" {
		t.Errorf("Apply: got %v of %v", got, before)
	}
	keep := []string{"a", "\xff", "b", ""}
	n, err := s.DeleteUserSessionsExcept(t.Context(), "ann", keep...)
	if err != nil || n != 3 || !slices.Equal(a.kept, []string{"a", "b"}) || !slices.Equal(keep, []string{"a", "\xff", "b", ""}) {
		t.Errorf("got %d, %v, kept %q of %q", n, err, a.kept, keep)
	}
	a.err = io.EOF
	if n, err := s.DeleteUserSessions(t.Context(), "ann"); n != 0 || err == nil {
		t.Errorf("a deletion that failed: %d, %v", n, err)
	}
	// A sweep that was cut short counts.
	if n, err := s.DeleteExpiredSessions(t.Context(), spec.Sweep{Everyone: true, Limit: 5}); n != 2 || err == nil {
		t.Errorf("a sweep that failed: %d, %v", n, err)
	}
}

func TestOpening(t *testing.T) {
	t.Parallel()
	fails := func(spec.Columns) (spec.Adapter, error) { return nil, io.ErrUnexpectedEOF }
	if _, err := spec.NewStore[person, device]("stub", fails); spec.ClassOf(err) != spec.ErrFailed || !strings.HasPrefix(err.Error(), "stub: open: ") {
		t.Errorf("got %v", err)
	}
	type bad struct{ C chan int }
	if _, err := spec.NewStore[bad, device]("stub", fails); spec.ClassOf(err) != spec.ErrInvalid || !strings.Contains(err.Error(), "bad.C") {
		t.Errorf("got %v", err)
	}
	if _, err := spec.NewStore[person, bad]("stub", fails); spec.ClassOf(err) != spec.ErrInvalid {
		t.Errorf("got %v", err)
	}
	if _, err := spec.NewSessionStore[bad]("stub", nil); spec.ClassOf(err) != spec.ErrInvalid {
		t.Errorf("got %v", err)
	}
	var got spec.Columns
	s, err := spec.NewSessionStore[device]("stub", func(c spec.Columns) (spec.SessionAdapter, error) { got = c; return &stub{}, nil })
	if err != nil || got.Users != nil || len(got.Sessions) != 3 || s.Adapter() == nil {
		t.Errorf("got %v, %+v", err, got)
	}
	// Users are kept elsewhere, so any id is accepted.
	if err := s.CreateSession(t.Context(), spec.Session[device]{ID: "s", UserID: "ann"}); err != nil {
		t.Error(err)
	}
}

func TestUsersWithoutAttributesHaveColumns(t *testing.T) {
	t.Parallel()
	_, err := spec.NewStore[struct{}, struct{}]("stub", func(c spec.Columns) (spec.Adapter, error) {
		if c.Users == nil {
			t.Error("Users is nil, which means sessions alone")
		}
		return &stub{}, nil
	})
	if err != nil {
		t.Error(err)
	}
}
