package split_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/adapters/split"
	"github.com/tenon-go/tenon/spec"
)

type (
	none   = struct{}
	device struct {
		Name string
		Seen *time.Time
	}
	stores = spec.Store[none, device]
)

// before is a store of users that calls a function before it looks for a user, and fails
// if the function does.
type before struct {
	memory.Adapter
	look  func(context.Context) error
	check error
	weak  *spec.Weaknesses // nil for those of memory
}

func (b *before) Describe(ctx context.Context) (spec.Description, error) {
	return described(ctx, b.Adapter, b.weak)
}

func described(ctx context.Context, a memory.Adapter, weak *spec.Weaknesses) (spec.Description, error) {
	d, err := a.Describe(ctx)
	if weak != nil {
		d.Weaknesses = *weak
	}
	return d, err
}

// UpdateUser is the method by which the adapter looks for a user.
func (b *before) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	if b.look != nil {
		if err := b.look(ctx); err != nil {
			return err
		}
	}
	return b.Adapter.UpdateUser(ctx, id, change)
}

func (b *before) Check(context.Context) error   { return b.check }
func (b *before) Migrate(context.Context) error { return b.check }

// beforeSessions is the same for sessions.
type beforeSessions struct {
	memory.Adapter
	remove, removeAll func(context.Context) error
	created           func() error // called after a session was created
	check             error
	weak              *spec.Weaknesses
}

func (b *beforeSessions) CreateSession(ctx context.Context, s spec.SessionRow) error {
	err := b.Adapter.CreateSession(ctx, s)
	if b.created != nil {
		return b.created()
	}
	return err
}

func (b *beforeSessions) Check(context.Context) error   { return b.check }
func (b *beforeSessions) Migrate(context.Context) error { return b.check }

func (b *beforeSessions) Describe(ctx context.Context) (spec.Description, error) {
	return described(ctx, b.Adapter, b.weak)
}

func (b *beforeSessions) DeleteSession(ctx context.Context, id string) error {
	if b.remove != nil {
		if err := b.remove(ctx); err != nil {
			return err
		}
	}
	return b.Adapter.DeleteSession(ctx, id)
}

func (b *beforeSessions) DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error) {
	if b.removeAll != nil {
		if err := b.removeAll(ctx); err != nil {
			return 0, err
		}
	}
	return b.Adapter.DeleteUserSessions(ctx, userID, keep)
}

// newSplit returns a store with one user, ann, who has one session, phone.
func newSplit(t *testing.T) (*stores, *before, *beforeSessions) {
	t.Helper()
	var users *before
	var sessions *beforeSessions
	s, err := spec.NewStore[none, device]("split", func(columns spec.Columns) (spec.Adapter, error) {
		users = &before{Adapter: memory.NewAdapter(columns)}
		sessions = &beforeSessions{Adapter: memory.NewAdapter(spec.Columns{Sessions: columns.Sessions})}
		return split.NewAdapter(users, sessions, columns)
	})
	ok(t, err)
	ok(t, s.CreateUser(t.Context(), spec.User[none]{ID: "ann"}))
	ok(t, s.CreateSession(t.Context(), session("phone")))
	return s, users, sessions
}

func session(id string) spec.Session[device] {
	noon := time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)
	return spec.Session[device]{
		ID: id, UserID: "ann", CreatedAt: noon, Lease: spec.Lease{ActiveUntil: noon, ExpiresAt: noon},
		Attributes: device{id, &noon},
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantText checks the text of an error, which must name the store that failed.
func wantText(t *testing.T, err error, text, call string) {
	t.Helper()
	if err == nil || err.Error() != text {
		t.Errorf("%s: got %v, want %q", call, err, text)
	}
}

func wantClass(t *testing.T, err, class error, call string) {
	t.Helper()
	if spec.ClassOf(err) != class {
		t.Errorf("%s: got %v, want the class %q", call, err, class)
	}
}

var outage = &spec.Error{Class: spec.ErrUnavailable, Detail: "outage"}

func TestDeleteUserFinishesWhenCalledAgain(t *testing.T) {
	a, _, sessions := newSplit(t)
	sessions.removeAll = func(context.Context) error { return outage }
	wantText(t, a.DeleteUser(t.Context(), "ann"), "split/sessions: delete user: outcome unknown", "DeleteUser during an outage of the sessions' store")
	_, _, err := a.SessionAndUser(t.Context(), "phone")
	wantClass(t, err, spec.ErrSessionNotFound, "SessionAndUser of a session whose user is gone")
	sessions.removeAll = nil
	ok(t, a.DeleteUser(t.Context(), "ann"))
	_, err = a.Session(t.Context(), "phone")
	wantClass(t, err, spec.ErrSessionNotFound, "Session after DeleteUser was called again")
}

func TestDeleteUserGoesOnWhenTheCallerGivesUp(t *testing.T) {
	a, _, sessions := newSplit(t)
	ctx, cancel := context.WithCancel(t.Context())
	sessions.removeAll = func(context.Context) error { cancel(); return nil }
	ok(t, a.DeleteUser(ctx, "ann"))
	_, err := a.Session(t.Context(), "phone")
	wantClass(t, err, spec.ErrSessionNotFound, "Session after DeleteUser")
}

// The later steps of a call continue after its caller has given up, but in total for less
// than a second.
func TestLaterStepsEnd(t *testing.T) {
	for name, call := range map[string]func(context.Context, *stores) error{
		"DeleteUser": func(ctx context.Context, a *stores) error { return a.DeleteUser(ctx, "ann") },
		"CreateSession": func(ctx context.Context, a *stores) error {
			return a.CreateSession(ctx, session("laptop"))
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			a, users, sessions := newSplit(t)
			ctx, cancel := context.WithCancel(t.Context())
			silent := func(ctx context.Context) error { // a store that does not answer
				cancel()
				<-ctx.Done()
				return ctx.Err()
			}
			users.look, sessions.remove, sessions.removeAll = silent, silent, silent
			begun := time.Now() // by the bubble's clock
			wantClass(t, call(ctx, a), spec.ErrIndeterminate, name+" whose later steps get no answer")
			if d := time.Since(begun); d > time.Second {
				t.Errorf("%s waited for %s", name, d)
			}
		})
	}
}

func TestSecondStepIsTriedAgainAfterConflict(t *testing.T) {
	a, _, sessions := newSplit(t)
	conflicts := 0
	sessions.removeAll = func(context.Context) error {
		if conflicts++; conflicts <= 2 {
			return spec.ErrConflict
		}
		return nil
	}
	ok(t, a.DeleteUser(t.Context(), "ann"))
	_, err := a.Session(t.Context(), "phone")
	wantClass(t, err, spec.ErrSessionNotFound, "Session after DeleteUser")
}

// If the user cannot be read, the session does not remain.
func TestCreateSessionTakesBack(t *testing.T) {
	a, users, sessions := newSplit(t)
	users.look = func(context.Context) error { return outage }
	wantText(t, a.CreateSession(t.Context(), session("laptop")), "split/users: create session: store unavailable (outage)", "CreateSession during an outage of the users' store")
	_, err := a.Session(t.Context(), "laptop")
	wantClass(t, err, spec.ErrSessionNotFound, "Session after CreateSession failed")

	sessions.remove = func(context.Context) error { return outage }
	wantText(t, a.CreateSession(t.Context(), session("laptop")), "split/sessions: create session: outcome unknown", "CreateSession that cannot be taken back")
}

// If the answer to an insert is lost and the user does not exist, the session is deleted,
// but not an existing session with its id.
func TestCreateSessionWhoseAnswerIsLost(t *testing.T) {
	a, _, sessions := newSplit(t)
	sessions.created = func() error { return spec.ErrIndeterminate }
	for _, test := range []struct {
		id, userID string
		left       error
	}{
		{"laptop", "ann", nil},
		{"tablet", "unknown", spec.ErrSessionNotFound},
		{"phone", "unknown", nil}, // the existing session is ann's
	} {
		s := session(test.id)
		s.UserID = test.userID
		wantClass(t, a.CreateSession(t.Context(), s), spec.ErrIndeterminate, "CreateSession of "+test.id)
		_, err := a.Session(t.Context(), test.id)
		wantClass(t, err, test.left, "Session of "+test.id+" after its insertion's answer was lost")
	}
}

// The error of Check has one class, even if the errors of the stores have different ones.
func TestCheckHasOneClass(t *testing.T) {
	a, users, sessions := newSplit(t)
	finding := func(detail string) error {
		return &spec.Error{Class: spec.ErrFailed, Detail: detail}
	}
	for _, test := range []struct {
		users, sessions, class error
		texts                  []string
	}{
		{nil, nil, nil, nil},
		{finding("no email"), nil, spec.ErrFailed, []string{"split/users: check: ", "(no email)"}},
		{nil, finding("no index"), spec.ErrFailed, []string{"split/sessions: check: ", "(no index)"}},
		{finding("no email"), finding("no index"), spec.ErrFailed, []string{"split: check: ", "(split/users: no email; split/sessions: no index)"}},
		{errors.New("secret"), finding("no index"), spec.ErrFailed, []string{"(split/users: store failed; split/sessions: no index)"}},
		{finding("no email"), outage, spec.ErrUnavailable, nil},
		{outage, finding("no index"), spec.ErrUnavailable, nil},
	} {
		users.check, sessions.check = test.users, test.sessions
		err := a.Check(t.Context())
		wantClass(t, err, test.class, "Check")
		for _, text := range test.texts {
			if !strings.Contains(err.Error(), text) {
				t.Errorf("got %v, want an error with %q", err, text)
			}
		}
	}
}

// DeleteUser runs between the two steps of CreateSession.
func TestCreateSessionDuringDeleteUser(t *testing.T) {
	a, users, _ := newSplit(t)
	users.look = func(context.Context) error {
		users.look = nil
		return a.DeleteUser(t.Context(), "ann")
	}
	wantClass(t, a.CreateSession(t.Context(), session("laptop")), spec.ErrUserNotFound, "CreateSession during DeleteUser")
	_, err := a.Session(t.Context(), "laptop")
	wantClass(t, err, spec.ErrSessionNotFound, "Session after CreateSession failed")
}

func TestDescribeNamesBoth(t *testing.T) {
	a, users, sessions := newSplit(t)
	d, err := a.Describe(t.Context())
	ok(t, err)
	want := spec.Description{Name: "split", Engine: "Go and Go", Version: d.Version, Weaknesses: spec.Weaknesses{Stepwise: true, Volatile: true}}
	if d != want || !strings.Contains(d.Version, " and ") {
		t.Errorf("got %+v, want %+v", d, want)
	}
	for _, test := range []struct{ users, sessions, want spec.Weaknesses }{
		{spec.Weaknesses{}, spec.Weaknesses{StaleReads: true}, spec.Weaknesses{StaleReads: true, Orphans: true}},
		{spec.Weaknesses{StaleReads: true}, spec.Weaknesses{}, spec.Weaknesses{StaleReads: true, Orphans: true}},
		{spec.Weaknesses{Volatile: true}, spec.Weaknesses{}, spec.Weaknesses{Volatile: true}},
		{spec.Weaknesses{}, spec.Weaknesses{Volatile: true}, spec.Weaknesses{Volatile: true}},
		{spec.Weaknesses{}, spec.Weaknesses{LosesWrites: true}, spec.Weaknesses{LosesWrites: true}},
		{spec.Weaknesses{LosesWrites: true}, spec.Weaknesses{}, spec.Weaknesses{LosesWrites: true}},
		{spec.Weaknesses{}, spec.Weaknesses{Expires: true, ExpirySlack: time.Minute}, spec.Weaknesses{Expires: true, ExpirySlack: time.Minute}},
		{spec.Weaknesses{Expires: true, ExpirySlack: time.Minute}, spec.Weaknesses{}, spec.Weaknesses{}}, // sessions that are not used
	} {
		users.weak, sessions.weak = &test.users, &test.sessions
		test.want.Stepwise = true
		if d, err := a.Describe(t.Context()); err != nil || d.Weaknesses != test.want {
			t.Errorf("%+v and %+v: got %+v, %v, want %+v", test.users, test.sessions, d.Weaknesses, err, test.want)
		}
	}
}
