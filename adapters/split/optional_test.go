package split_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/adapters/split"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// plainUsers and plainSessions implement no optional interface.
type (
	plainUsers    struct{ spec.Adapter }
	plainSessions struct{ spec.SessionAdapter }
)

// onlyID accepts only one id of users.
type onlyID string

func (o onlyID) ValidUserID(id string) bool { return id == string(o) }

// migrates is a store that counts calls.
type migrates struct {
	asked []string
	err   error
}

func (m *migrates) call(name string) error {
	m.asked = append(m.asked, name)
	return m.err
}

func (m *migrates) Migrate(context.Context) error { return m.call("migrate") }
func (m *migrates) Check(context.Context) error   { return m.call("check") }
func (m *migrates) Ping(context.Context) error    { return m.call("ping") }
func (m *migrates) Close() error                  { return m.call("close") }

// finds is a store of users that implements UserFinder.
type finds struct{ plainUsers }

func (finds) UserBy(context.Context, int, any, *spec.UserRow) error { return spec.ErrUserNotFound }

// inMemory returns two stores in memory without optional interfaces.
func inMemory() (plainUsers, plainSessions) {
	return plainUsers{memory.NewAdapter(spec.Columns{Users: []attr.Field{}})}, plainSessions{memory.NewAdapter(spec.Columns{})}
}

// adapterOf returns the adapter of two stores.
func adapterOf(t *testing.T, users spec.Adapter, sessions spec.SessionAdapter) *split.Adapter {
	t.Helper()
	a, err := split.NewAdapter(users, sessions, spec.Columns{})
	ok(t, err)
	return a
}

// storeOf returns the front of an adapter of two stores.
func storeOf(t *testing.T, users spec.Adapter, sessions spec.SessionAdapter) *stores {
	t.Helper()
	s, err := spec.NewStore[none, device]("split", func(columns spec.Columns) (spec.Adapter, error) {
		return split.NewAdapter(users, sessions, columns)
	})
	ok(t, err)
	return s
}

// An optional interface is offered if the two stores offer it.
func TestOffers(t *testing.T) {
	t.Parallel()
	users, sessions := inMemory()
	type migratingUsers struct {
		plainUsers
		*migrates
	}
	type migratingSessions struct {
		plainSessions
		*migrates
	}
	type usersOfIDs struct {
		plainUsers
		onlyID
	}
	type sessionsOfIDs struct {
		plainSessions
		onlyID
	}
	for _, test := range []struct {
		name                     string
		users                    spec.Adapter
		sessions                 spec.SessionAdapter
		finder, migrator, userID bool
	}{
		{"nothing", users, sessions, false, false, false},
		{"finder", finds{users}, sessions, true, false, false},
		{"users that migrate", migratingUsers{users, &migrates{}}, sessions, false, true, false},
		{"sessions that migrate", users, migratingSessions{sessions, &migrates{}}, false, true, false},
		{"users of some ids", usersOfIDs{users, "a"}, sessions, false, false, true},
		{"sessions of some ids", users, sessionsOfIDs{sessions, "a"}, false, false, true},
		{"finder and others", struct {
			finds
			*migrates
			onlyID
		}{finds{users}, &migrates{}, "a"}, sessions, true, true, true},
	} {
		a := adapterOf(t, test.users, test.sessions)
		if _, offered := spec.As[spec.UserFinder](a); offered != test.finder {
			t.Errorf("%s: finder %t", test.name, offered)
		}
		if _, offered := spec.As[spec.Migrator](a); offered != test.migrator {
			t.Errorf("%s: migrator %t", test.name, offered)
		}
		if _, offered := spec.As[spec.UserIDs](a); offered != test.userID {
			t.Errorf("%s: user ids %t", test.name, offered)
		}
		if _, offered := any(a).(interface {
			spec.Pinger
			spec.Describer
			io.Closer
		}); !offered {
			t.Errorf("%s: no Pinger, Describer and Closer", test.name)
		}
	}
}

// The id of a user must be one that both stores can keep.
func TestUserIDsOfBoth(t *testing.T) {
	t.Parallel()
	users, sessions := inMemory()
	for name, s := range map[string]*stores{
		"users": storeOf(t, struct {
			plainUsers
			onlyID
		}{users, "7"}, sessions),
		"sessions": storeOf(t, users, struct {
			plainSessions
			onlyID
		}{sessions, "7"}),
	} {
		wantClass(t, s.CreateUser(t.Context(), spec.User[none]{ID: "x"}), spec.ErrInvalid, name+": CreateUser of x")
		phone := session("phone")
		phone.UserID = "x"
		wantClass(t, s.CreateSession(t.Context(), phone), spec.ErrInvalid, name+": CreateSession of x")
		wantClass(t, s.DeleteUser(t.Context(), "7"), nil, name+": DeleteUser of 7")
		wantClass(t, s.CreateUser(t.Context(), spec.User[none]{ID: "7"}), nil, name+": CreateUser of 7")
	}
}

// The users' store is not called with an id that it cannot keep.
func TestSessionOfUserThatCannotBe(t *testing.T) {
	t.Parallel()
	users, sessions := inMemory()
	row := spec.SessionRow{ID: "phone", UserID: "x", Attributes: []any{"", nil}}
	ok(t, sessions.CreateSession(t.Context(), row))
	s := storeOf(t, struct {
		unasked
		onlyID
	}{unasked{users, t}, "7"}, sessions)
	_, _, err := s.SessionAndUser(t.Context(), "phone")
	wantClass(t, err, spec.ErrSessionNotFound, "SessionAndUser")
}

type unasked struct {
	plainUsers
	t *testing.T
}

func (u unasked) User(context.Context, string, *spec.UserRow) error {
	u.t.Error("the users' store was asked")
	return spec.ErrUserNotFound
}

// Migrate, Check, Ping and Close go to both stores.
func TestCallsOfBoth(t *testing.T) {
	t.Parallel()
	users, sessions := inMemory()
	for name, call := range map[string]func(s *stores) error{
		"migrate": func(s *stores) error { return s.Migrate(t.Context()) },
		"check":   func(s *stores) error { return s.Check(t.Context()) },
		"ping":    func(s *stores) error { return s.Ping(t.Context()) },
		"close":   func(s *stores) error { return s.Close() },
	} {
		type asked struct{ users, sessions int }
		for _, test := range []struct {
			users, sessions error
			text            string
			asked           asked
		}{
			{nil, nil, "", asked{1, 1}},
			{spec.ErrUnavailable, nil, "split/users: " + name + ": store unavailable", asked{1, 0}},
			{nil, spec.ErrUnavailable, "split/sessions: " + name + ": store unavailable", asked{1, 1}},
			{errors.New("secret"), nil, "split/users: " + name + ": store failed", asked{1, 0}},
			{&spec.Error{Adapter: "inner", Class: spec.ErrUnavailable}, nil, "inner: " + name + ": store unavailable", asked{1, 0}},
			{nil, outage, "split/sessions: " + name + ": store unavailable (outage)", asked{1, 1}},
		} {
			u, s := &migrates{err: test.users}, &migrates{err: test.sessions}
			err := call(storeOf(t, struct {
				plainUsers
				*migrates
			}{users, u}, struct {
				plainSessions
				*migrates
			}{sessions, s}))
			if test.text == "" && err != nil || test.text != "" && (err == nil || err.Error() != test.text) {
				t.Errorf("%s: got %v, want %q", name, err, test.text)
			}
			want := test.asked
			if name == "close" || name == "check" && spec.ClassOf(err) == spec.ErrFailed {
				want = asked{1, 1} // even if the first fails
			}
			if got := (asked{len(u.asked), len(s.asked)}); got != want {
				t.Errorf("%s: asked %q and %q, want %v", name, u.asked, s.asked, want)
			}
		}
	}
}

// For a store that is not a Pinger, Ping reads a session.
func TestPingWithoutPinger(t *testing.T) {
	t.Parallel()
	users, sessions := inMemory()
	ok(t, storeOf(t, users, sessions).Ping(t.Context()))
	ok(t, sessions.CreateSession(t.Context(), spec.SessionRow{ID: "ping"}))
	ok(t, storeOf(t, users, sessions).Ping(t.Context()))
	err := storeOf(t, plainUsers{away{users}}, sessions).Ping(t.Context())
	wantClass(t, err, spec.ErrUnavailable, "Ping without the users' store")
	err = storeOf(t, users, plainSessions{away{users}}).Ping(t.Context())
	wantClass(t, err, spec.ErrUnavailable, "Ping without the sessions' store")
}

// away is a store that does not answer.
type away struct{ spec.Adapter }

func (away) UpdateSession(context.Context, string, spec.Change) error { return outage }

func TestCloseOfBothFails(t *testing.T) {
	t.Parallel()
	users, sessions := inMemory()
	lost := errors.New("secret")
	err := storeOf(t, struct {
		plainUsers
		*migrates
	}{users, &migrates{err: lost}}, struct {
		plainSessions
		*migrates
	}{sessions, &migrates{err: &spec.Error{Class: spec.ErrFailed, Detail: "busy"}}}).Close()
	const want = "split: close: store failed (split/users: store failed; split/sessions: busy)"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
}

// Weaknesses of the users' store that concern sessions do not count.
func TestDescribeWithoutDescriber(t *testing.T) {
	t.Parallel()
	users, sessions := inMemory()
	d, err := storeOf(t, expires{users}, sessions).Describe(t.Context())
	want := spec.Description{Name: "split", Engine: "cache", Version: "1", Weaknesses: spec.Weaknesses{Stepwise: true}}
	if err != nil || d != want {
		t.Errorf("got %+v, %v, want %+v", d, err, want)
	}
}

// expires is a store that deletes expired sessions itself.
type expires struct{ plainUsers }

func (expires) Describe(context.Context) (spec.Description, error) {
	return spec.Description{Name: "cache", Engine: "cache", Version: "1", Weaknesses: spec.Weaknesses{Expires: true}}, nil
}

// The store owns both stores that New was given.
func TestNewClosesBoth(t *testing.T) {
	t.Parallel()
	users, err := memory.New[none, struct{ Unused string }]()
	ok(t, err)
	sessions, err := memory.NewSessions[none]()
	ok(t, err)
	s, err := split.New(users, sessions)
	ok(t, err)
	ok(t, s.CreateUser(t.Context(), spec.User[none]{ID: "ann"}))
	ok(t, s.Close())
	_, err = s.User(t.Context(), "ann")
	wantClass(t, err, spec.ErrClosed, "User of the closed store")
	_, err = users.User(t.Context(), "ann")
	wantClass(t, err, spec.ErrClosed, "User of the users' store")
	_, err = sessions.Session(t.Context(), "phone")
	wantClass(t, err, spec.ErrClosed, "Session of the sessions' store")
	ok(t, users.Close()) // closed again by its owner
}

func TestMissingStores(t *testing.T) {
	t.Parallel()
	users, err := memory.New[none, none]()
	ok(t, err)
	sessions, err := memory.NewSessions[none]()
	ok(t, err)
	const want = "split: open: invalid input (a store is missing)"
	if _, err := split.New[none, none, none](nil, sessions); err == nil || err.Error() != want {
		t.Errorf("no users: got %v, want %q", err, want)
	}
	if _, err := split.New[none, none](users, nil); err == nil || err.Error() != want {
		t.Errorf("no sessions: got %v, want %q", err, want)
	}
	if _, err := split.NewAdapter(nil, sessions.Adapter(), spec.Columns{}); !errors.Is(err, spec.ErrInvalid) {
		t.Errorf("no users' adapter: got %v", err)
	}
	if _, err := split.NewAdapter(users.Adapter(), nil, spec.Columns{}); !errors.Is(err, spec.ErrInvalid) {
		t.Errorf("no sessions' adapter: got %v", err)
	}
}
