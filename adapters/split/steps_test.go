package split_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/adapters/split"
	"github.com/tenon-go/tenon/spec"
)

type none = struct{}

// before are stores that do something before some of their calls, or fail
// instead.
type before struct {
	*spec.Store[none, none]
	user  func(context.Context) error
	check error
}

func (b *before) User(ctx context.Context, id string) (spec.User[none], error) {
	if b.user != nil {
		if err := b.user(ctx); err != nil {
			return spec.User[none]{}, err
		}
	}
	return b.Store.User(ctx, id)
}

func (b *before) Check(context.Context) error   { return b.check }
func (b *before) Migrate(context.Context) error { return b.check }

type beforeSessions struct {
	*spec.SessionStore[none]
	remove, removeAll func(context.Context) error
	created           func() error // after a session was created
	check             error
	stale             bool
}

func (b *beforeSessions) CreateSession(ctx context.Context, s spec.Session[none]) error {
	err := b.SessionStore.CreateSession(ctx, s)
	if b.created != nil {
		return b.created()
	}
	return err
}

func (b *beforeSessions) Check(context.Context) error   { return b.check }
func (b *beforeSessions) Migrate(context.Context) error { return b.check }

func (b *beforeSessions) Describe(ctx context.Context) (spec.Description, error) {
	d, err := b.SessionStore.Describe(ctx)
	d.Weaknesses.StaleReads = b.stale
	return d, err
}

func (b *beforeSessions) DeleteSession(ctx context.Context, id string) error {
	if b.remove != nil {
		if err := b.remove(ctx); err != nil {
			return err
		}
	}
	return b.SessionStore.DeleteSession(ctx, id)
}

func (b *beforeSessions) DeleteUserSessions(ctx context.Context, userID string) (int64, error) {
	if b.removeAll != nil {
		if err := b.removeAll(ctx); err != nil {
			return 0, err
		}
	}
	return b.SessionStore.DeleteUserSessions(ctx, userID)
}

// newSplit returns an adapter with one user, ann, who has one session, phone.
func newSplit(t *testing.T) (*split.Adapter[none, none], *before, *beforeSessions) {
	t.Helper()
	m, err := memory.New[none, none]()
	ok(t, err)
	s, err := memory.NewSessions[none]()
	ok(t, err)
	users, sessions := &before{Store: m}, &beforeSessions{SessionStore: s}
	a, err := split.New[none, none](users, sessions)
	ok(t, err)
	ok(t, a.CreateUser(t.Context(), spec.User[none]{ID: "ann"}))
	ok(t, a.CreateSession(t.Context(), session("phone")))
	return a, users, sessions
}

func session(id string) spec.Session[none] {
	noon := time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)
	return spec.Session[none]{ID: id, UserID: "ann", CreatedAt: noon, Lease: spec.Lease{ActiveUntil: noon, ExpiresAt: noon}}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantClass(t *testing.T, err, class error, call string) {
	t.Helper()
	if spec.ClassOf(err) != class {
		t.Errorf("%s: got %v, want the class %q", call, err, class)
	}
}

var outage = &spec.Error{Adapter: "test", Op: spec.OpDeleteSession, Class: spec.ErrUnavailable}

func TestDeleteUserFinishesWhenCalledAgain(t *testing.T) {
	a, _, sessions := newSplit(t)
	sessions.removeAll = func(context.Context) error { return outage }
	wantClass(t, a.DeleteUser(t.Context(), "ann"), spec.ErrIndeterminate, "DeleteUser during an outage of the sessions' store")
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

// What follows the first step of a call goes on without its caller, but for less
// than a second in all.
func TestLaterStepsEnd(t *testing.T) {
	for name, call := range map[string]func(context.Context, *split.Adapter[none, none]) error{
		"DeleteUser": func(ctx context.Context, a *split.Adapter[none, none]) error { return a.DeleteUser(ctx, "ann") },
		"CreateSession": func(ctx context.Context, a *split.Adapter[none, none]) error {
			return a.CreateSession(ctx, session("laptop"))
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			a, users, sessions := newSplit(t)
			ctx, cancel := context.WithCancel(t.Context())
			silent := func(ctx context.Context) error { // a store that does not answer
				cancel()
				<-ctx.Done()
				return &spec.Error{Adapter: "test", Op: spec.OpUser, Class: ctx.Err()}
			}
			users.user, sessions.remove, sessions.removeAll = silent, silent, silent
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
			return &spec.Error{Adapter: "test", Op: spec.OpDeleteUserSessions, Class: spec.ErrConflict}
		}
		return nil
	}
	ok(t, a.DeleteUser(t.Context(), "ann"))
	_, err := a.Session(t.Context(), "phone")
	wantClass(t, err, spec.ErrSessionNotFound, "Session after DeleteUser")
}

// A session whose user cannot be looked for is not left behind.
func TestCreateSessionTakesBack(t *testing.T) {
	a, users, sessions := newSplit(t)
	users.user = func(context.Context) error { return outage }
	wantClass(t, a.CreateSession(t.Context(), session("laptop")), spec.ErrUnavailable, "CreateSession during an outage of the users' store")
	_, err := a.Session(t.Context(), "laptop")
	wantClass(t, err, spec.ErrSessionNotFound, "Session after CreateSession failed")

	sessions.remove = func(context.Context) error { return outage }
	wantClass(t, a.CreateSession(t.Context(), session("laptop")), spec.ErrIndeterminate, "CreateSession that cannot be taken back")
}

// The answer of an insertion is lost. Without its user the session goes, but not
// one that had its id before.
func TestCreateSessionWhoseAnswerIsLost(t *testing.T) {
	a, _, sessions := newSplit(t)
	lost := &spec.Error{Adapter: "test", Op: spec.OpCreateSession, Class: spec.ErrIndeterminate}
	sessions.created = func() error { return lost }
	for _, test := range []struct {
		id, userID string
		left       error
	}{
		{"laptop", "ann", nil},
		{"tablet", "nobody", spec.ErrSessionNotFound},
		{"phone", "nobody", nil},
	} {
		s := session(test.id)
		s.UserID = test.userID
		wantClass(t, a.CreateSession(t.Context(), s), spec.ErrIndeterminate, "CreateSession of "+test.id)
		_, err := a.Session(t.Context(), test.id)
		wantClass(t, err, test.left, "Session of "+test.id+" after its insertion's answer was lost")
	}
}

// Check has one class, whatever the stores say.
func TestCheckHasOneClass(t *testing.T) {
	a, users, sessions := newSplit(t)
	finding := func(detail string) error {
		return &spec.Error{Adapter: "test", Op: spec.OpCheck, Class: spec.ErrFailed, Detail: detail}
	}
	for _, test := range []struct {
		users, sessions, class error
		texts                  []string
	}{
		{nil, nil, nil, nil},
		{finding("no email"), nil, spec.ErrFailed, []string{"no email"}},
		{nil, finding("no index"), spec.ErrFailed, []string{"no index"}},
		{finding("no email"), finding("no index"), spec.ErrFailed, []string{"no email", "no index"}},
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

// DeleteUser comes between the two steps of CreateSession.
func TestCreateSessionDuringDeleteUser(t *testing.T) {
	a, users, _ := newSplit(t)
	users.user = func(context.Context) error {
		users.user = nil
		return a.DeleteUser(t.Context(), "ann")
	}
	wantClass(t, a.CreateSession(t.Context(), session("laptop")), spec.ErrUserNotFound, "CreateSession during DeleteUser")
	_, err := a.Session(t.Context(), "laptop")
	wantClass(t, err, spec.ErrSessionNotFound, "Session after CreateSession failed")
}

func TestNewRefuses(t *testing.T) {
	users, err := memory.New[none, none]()
	ok(t, err)
	sessions, err := memory.NewSessions[none]()
	ok(t, err)
	others, err := memory.New[struct{ Email string }, none]()
	ok(t, err)
	for _, test := range []struct {
		name     string
		users    spec.UserAdapter[none]
		sessions spec.TypedSessionAdapter[none]
		text     string
	}{
		{"no users", nil, sessions, "missing"},
		{"no sessions", users, nil, "missing"},
		{"sessions that look for users", users, users, "sessions alone"},
		{"sessions that look for users of another type", users, others, "sessions alone"},
	} {
		if _, err := split.New(test.users, test.sessions); err == nil || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s: got %v, want an error with %q", test.name, err, test.text)
		}
	}
}

func TestDescribeNamesBoth(t *testing.T) {
	a, _, sessions := newSplit(t)
	d, err := a.Describe(t.Context())
	ok(t, err)
	if d.Name != "split" || d.Engine != "Go and Go" || !d.Weaknesses.Stepwise || !d.Weaknesses.Volatile || d.Weaknesses.Orphans {
		t.Errorf("got %+v", d)
	}
	sessions.stale = true
	d, err = a.Describe(t.Context())
	ok(t, err)
	if !d.Weaknesses.StaleReads || !d.Weaknesses.Orphans {
		t.Errorf("got %+v for a store with stale reads", d)
	}
}
