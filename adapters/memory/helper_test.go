package memory

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// account has a unique attribute of each kind that can be unique.
type account struct {
	Email  string    `db:"email,unique,max=254"`
	Phone  *string   `db:"phone,unique,max=20"`
	Key    []byte    `db:"key,unique,max=16"`
	Number int64     `db:"number,unique"`
	Born   time.Time `db:"born,unique"`
	Name   string
	Roles  []string
}

// device has one unique attribute, which can be nil.
type device struct {
	Serial *string `db:"serial,unique,max=20"`
	Tags   map[string]int
}

type adapter = spec.Store[account, device]

var epoch = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)

func open(t testing.TB) *adapter {
	t.Helper()
	a, err := New[account, device]()
	must(t, err)
	return a
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantClass fails unless err has this class and no other.
func wantClass(t testing.TB, what string, err, class error) {
	t.Helper()
	if class == nil && err == nil {
		return
	}
	var e *spec.Error
	if !errors.As(err, &e) || spec.ClassOf(err) != class {
		t.Fatalf("%s: got %v, want %v", what, err, class)
	}
}

// wantNotUnique fails unless err says that this attribute is not unique.
func wantNotUnique(t testing.TB, err error, attribute string) {
	t.Helper()
	wantClass(t, attribute, err, spec.ErrConstraint)
	var c *spec.ConstraintError
	if !errors.As(err, &c) || *c != (spec.ConstraintError{Kind: spec.NotUnique, Attribute: attribute}) {
		t.Fatalf("got %#v, want not unique, of %s", c, attribute)
	}
}

// person returns a user whose unique attributes depend on n.
func person(n int) spec.User[account] {
	return spec.User[account]{ID: fmt.Sprintf("user-%d", n), Attributes: account{
		Email:  fmt.Sprintf("%d@example.com", n),
		Phone:  new(fmt.Sprint("+49", n)),
		Key:    fmt.Appendf(nil, "key-%d", n),
		Number: int64(n),
		Born:   epoch.AddDate(0, 0, n),
		Name:   "Ann",
		Roles:  []string{"admin"},
	}}
}

// visit returns a session of this user that expires at epoch plus after.
func visit(id, userID string, after time.Duration) spec.Session[device] {
	return spec.Session[device]{
		ID: id, UserID: userID, CreatedAt: epoch,
		Lease:      spec.Lease{ActiveUntil: epoch, ExpiresAt: epoch.Add(after), Credential: "digest"},
		Attributes: device{Serial: new("serial " + id), Tags: map[string]int{"a": 1}},
	}
}

func fields[T any](t testing.TB, names ...string) attr.Mask[T] {
	t.Helper()
	mask, err := attr.Fields[T](names...)
	must(t, err)
	return mask
}

// inside returns the internal store of a front.
func inside(a interface{ Adapter() spec.Adapter }) *store { return a.Adapter().(Adapter).store }

// insideSessions returns the internal store of a front that keeps only sessions.
func insideSessions(a interface{ Adapter() spec.SessionAdapter }) *store {
	return a.Adapter().(Adapter).store
}
