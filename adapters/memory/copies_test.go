package memory

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// TestCopies: the store shares no memory with the values that it was given or returned.
func TestCopies(t *testing.T) {
	t.Parallel()
	a, ctx := open(t), t.Context()
	spoilUser := func(u *spec.User[account]) {
		*u.Attributes.Phone, u.Attributes.Key[0], u.Attributes.Roles[0] = "x", 'x', "x"
	}
	spoilSession := func(s *spec.Session[device]) {
		*s.Attributes.Serial, s.Attributes.Tags["a"] = "x", 2
	}
	check := func(what string, user spec.User[account], session spec.Session[device]) {
		t.Helper()
		if want := person(1); !reflect.DeepEqual(user, want) {
			t.Fatalf("%s: user is %+v, want %+v", what, user, want)
		}
		if want := visit("s", want1, time.Hour); !reflect.DeepEqual(session, want) {
			t.Fatalf("%s: session is %+v, want %+v", what, session, want)
		}
	}

	user, session := person(1), visit("s", want1, time.Hour)
	must(t, a.CreateUser(ctx, user))
	must(t, a.CreateSession(ctx, session))
	spoilUser(&user)
	spoilSession(&session)

	session, user, err := a.SessionAndUser(ctx, "s")
	must(t, err)
	check("after changing what was created", user, session)
	spoilUser(&user)
	spoilSession(&session)

	user, err = a.User(ctx, want1)
	must(t, err)
	session, err = a.Session(ctx, "s")
	must(t, err)
	check("after changing what SessionAndUser returned", user, session)
	spoilUser(&user)
	spoilSession(&session)

	user, err = a.UserBy(ctx, "Number", int64(1))
	must(t, err)
	list, err := a.UserSessions(ctx, want1)
	must(t, err)
	check("after changing what User and Session returned", user, list[0])
	spoilUser(&user)
	spoilSession(&list[0])

	update, change := person(1).Attributes, visit("s", want1, time.Hour).Attributes
	must(t, a.UpdateUser(ctx, want1, update, attr.All[account]()))
	must(t, a.UpdateSession(ctx, "s", change, attr.All[device]()))
	spoilUser(&spec.User[account]{Attributes: update})
	spoilSession(&spec.Session[device]{Attributes: change})
	session, user, err = a.SessionAndUser(ctx, "s")
	must(t, err)
	check("after changing what was updated", user, session)
}

const want1 = "user-1" // the id of person(1)

// note gets a further ! each time that it is written and read.
type note struct{ Text string }

func (n note) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"Text": n.Text + "!"})
}

// unreadable is written as JSON that it cannot read.
type unreadable struct{ Text string }

func (unreadable) MarshalJSON() ([]byte, error) { return []byte("1"), nil }

func (*unreadable) UnmarshalJSON([]byte) error { return errors.New("secret") }

// TestJSONOnce: a value is written and read once, however often it is fetched, and even if
// other attributes are updated.
func TestJSONOnce(t *testing.T) {
	t.Parallel()
	type attributes struct {
		Note note
		N    int
	}
	a, err := NewSessions[attributes]()
	must(t, err)
	ctx := t.Context()
	must(t, a.CreateSession(ctx, spec.Session[attributes]{ID: "s", CreatedAt: epoch, Attributes: attributes{Note: note{"hi"}}}))
	for n := range 3 {
		got, err := a.Session(ctx, "s")
		must(t, err)
		if want := (attributes{note{"hi!"}, n}); got.Attributes != want {
			t.Fatalf("got %v, want %v", got.Attributes, want)
		}
		must(t, a.UpdateSession(ctx, "s", attributes{N: n + 1}, fields[attributes](t, "N")))
	}
}

// TestUnreadable: a value that could not be read again is refused. The text of its own error,
// which may contain a value, is not repeated.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	type attributes struct {
		Odd *unreadable
		N   int
	}
	a, err := NewSessions[attributes]()
	must(t, err)
	ctx := t.Context()
	s := spec.Session[attributes]{ID: "s", CreatedAt: epoch, Attributes: attributes{Odd: &unreadable{}}}
	err = a.CreateSession(ctx, s)
	wantClass(t, "create", err, spec.ErrInvalid)
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the error reads %q", err)
	}
	_, err = a.Session(ctx, "s")
	wantClass(t, "after a refused create", err, spec.ErrSessionNotFound)

	s.Attributes.Odd = nil
	must(t, a.CreateSession(ctx, s))
	bad := attributes{Odd: &unreadable{}, N: 1}
	wantClass(t, "update", a.UpdateSession(ctx, "s", bad, attr.All[attributes]()), spec.ErrInvalid)
	must(t, a.UpdateSession(ctx, "s", bad, attr.Mask[attributes]{}))
	must(t, a.UpdateSession(ctx, "s", bad, fields[attributes](t, "N")))
	got, err := a.Session(ctx, "s")
	if want := (attributes{N: 1}); err != nil || got.Attributes != want {
		t.Errorf("got %v, %v, want %v", got.Attributes, err, want)
	}
}

// caller calls a function while it is written.
type caller struct{ call func() }

func (c caller) MarshalJSON() ([]byte, error) {
	if c.call != nil {
		c.call()
	}
	return []byte("{}"), nil
}

// TestCallback: code of the application never runs under the store's lock, so it can use the
// adapter.
func TestCallback(t *testing.T) {
	t.Parallel()
	type attributes struct{ Caller caller }
	a, err := NewSessions[attributes]()
	must(t, err)
	ctx := t.Context()
	calls := 0
	v := attributes{caller{func() {
		calls++
		must(t, a.DeleteSession(ctx, "other"))
	}}}
	must(t, a.CreateSession(ctx, spec.Session[attributes]{ID: "s", CreatedAt: epoch, Attributes: v}))
	must(t, a.UpdateSession(ctx, "s", v, attr.All[attributes]()))
	if calls != 2 {
		t.Errorf("called back %d times, want 2", calls)
	}
}
