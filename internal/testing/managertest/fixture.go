package managertest

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// User is the attribute type of users.
type User struct {
	Email string `db:"email,unique,max=254"`
	Name  string
}

// Device is the attribute type of sessions.
type Device struct {
	Name   string  `db:"name,max=40"`
	Serial *string `db:"serial,unique,max=40"`
	Cart   []string
	Labels map[string]int
}

type (
	manager     = session.Manager[User, Device]
	deviceOf    = session.Session[Device]
	storeOfUser = *spec.Store[User, Device]
)

// start is the first moment of every fixture. It has more digits than stores keep.
var start = time.Date(2026, 3, 4, 5, 6, 7, 89_876_543, time.UTC)

// fixture is one store with two users, ann and bob, and a clock.
type fixture struct {
	store storeOfUser // past the hook

	Recorder // of the operations that reach the store with the hook
	hooks    storeOfUser

	mu  sync.Mutex
	now time.Time
}

func newFixture(t *testing.T, store storeOfUser) *fixture {
	f := &fixture{store: store, now: start}
	f.hooks = Intercept(t, store, f.Do)
	for _, id := range []string{"ann", "bob"} {
		must(t, store.CreateUser(t.Context(), spec.User[User]{ID: id, Attributes: User{Email: id + "@example.com", Name: id}}))
	}
	return f
}

func (f *fixture) manager(t *testing.T, config session.Config) *manager {
	t.Helper()
	config.Now = f.clock
	config.Logger = slog.New(slog.DiscardHandler)
	m, err := session.NewManager(f.hooks, config)
	must(t, err)
	return m
}

func (f *fixture) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fixture) wait(d time.Duration) { f.set(f.clock().Add(d)) }

func (f *fixture) set(now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = now
}

// forget clears the recorded operations. Calls returns only later ones.
func (f *fixture) forget() { f.Calls() }

// runDuring sets hook while do runs.
func (f *fixture) runDuring(hook Hook, do func()) {
	f.SetHook(hook)
	defer f.SetHook(nil)
	do()
}

// refuse returns a hook that does not perform op, and returns the class. The empty op
// stands for every operation.
func refuse(class error, only spec.Op) Hook {
	return func(_ context.Context, op spec.Op, call func() error) error {
		if only != "" && op != only {
			return call()
		}
		return &spec.Error{Adapter: "test", Op: op, Class: class}
	}
}

// loseAnswer returns a hook that performs op and loses the answer.
func loseAnswer(only spec.Op) Hook {
	return func(_ context.Context, op spec.Op, call func() error) error {
		if op != only {
			return call()
		}
		if err := call(); err != nil {
			return err
		}
		return &spec.Error{Adapter: "test", Op: op, Class: spec.ErrIndeterminate}
	}
}

// create creates a session of ann.
func (f *fixture) create(t *testing.T, m *manager, options ...session.CreateOption) deviceOf {
	t.Helper()
	s, err := m.Create(t.Context(), "ann", Device{Name: "phone"}, options...)
	must(t, err)
	return s
}

// rows returns the number of a user's sessions in the store.
func (f *fixture) rows(t *testing.T, userID string) int {
	t.Helper()
	rows, err := f.store.UserSessions(t.Context(), userID)
	must(t, err)
	return len(rows)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantError(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got error %v, want %v", what, err, want)
	}
}

func wantCalls(t *testing.T, f *fixture, what string, want ...spec.Op) {
	t.Helper()
	if got := f.Calls(); !slices.Equal(got, want) {
		t.Errorf("%s: called the store for %q, want %q", what, got, want)
	}
}

// wantValid fails the test unless the token is valid.
func wantValid(t *testing.T, m *manager, token session.Token, options ...session.ValidateOption) deviceOf {
	t.Helper()
	s, _, err := m.Validate(t.Context(), token, options...)
	if err != nil {
		t.Fatalf("Validate: %v", err)
	}
	return s
}

// wantInvalid fails the test if the token is valid.
func wantInvalid(t *testing.T, what string, m *manager, token session.Token) {
	t.Helper()
	_, _, err := m.Validate(t.Context(), token)
	wantError(t, "Validate "+what, err, session.ErrNoSession)
}
