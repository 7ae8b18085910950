package memory

import (
	"testing"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// uniques are the unique attributes of account: how to copy a user's value to another
// user, and the value for UserBy.
var uniques = []struct {
	field string
	give  func(dst, src *account)
	value func(a account) any
}{
	{"Email", func(dst, src *account) { dst.Email = src.Email }, func(a account) any { return a.Email }},
	{"Phone", func(dst, src *account) { dst.Phone = new(*src.Phone) }, func(a account) any { return *a.Phone }},
	{"Key", func(dst, src *account) { dst.Key = append([]byte(nil), src.Key...) }, func(a account) any { return a.Key }},
	{"Number", func(dst, src *account) { dst.Number = src.Number }, func(a account) any { return a.Number }},
	{"Born", func(dst, src *account) {
		// The same time to a store, although in another zone and with finer digits.
		dst.Born = src.Born.Add(999 * time.Microsecond).In(time.FixedZone("", 3600))
	}, func(a account) any { return a.Born.In(time.FixedZone("", -7200)) }},
}

// TestUnique moves a value of each unique attribute from one user to the next. The value
// is refused while it is taken, and free after an update or a delete.
func TestUnique(t *testing.T) {
	for _, u := range uniques {
		t.Run(u.field, func(t *testing.T) {
			t.Parallel()
			a, ctx := open(t), t.Context()
			first, second, third := person(1), person(2), person(3)
			mask := fields[account](t, u.field)
			value := u.value(first.Attributes)
			holder := func(want string) {
				t.Helper()
				got, err := a.UserBy(ctx, u.field, value)
				if want == "" {
					wantClass(t, "user by", err, spec.ErrUserNotFound)
				} else if err != nil || got.ID != want {
					t.Fatalf("UserBy: got %q, %v, want %q", got.ID, err, want)
				}
			}

			holder("")
			must(t, a.CreateUser(ctx, first))
			must(t, a.CreateUser(ctx, second))
			holder(first.ID)

			// Create refuses it and leaves nothing behind.
			clash := third
			u.give(&clash.Attributes, &first.Attributes)
			wantNotUnique(t, a.CreateUser(ctx, clash), u.field)
			_, err := a.User(ctx, third.ID)
			wantClass(t, "refused user", err, spec.ErrUserNotFound)
			must(t, a.CreateUser(ctx, third)) // its other values are still free

			// Update refuses it and changes nothing.
			wantNotUnique(t, a.UpdateUser(ctx, third.ID, clash.Attributes, mask), u.field)
			holder(first.ID)
			got, err := a.UserBy(ctx, u.field, u.value(third.Attributes))
			if err != nil || got.ID != third.ID {
				t.Fatalf("after a refused update: got %q, %v", got.ID, err)
			}

			// A row does not conflict with itself.
			must(t, a.UpdateUser(ctx, first.ID, first.Attributes, attr.All[account]()))
			holder(first.ID)

			// An update frees the old value and takes the new one.
			other := person(9).Attributes
			must(t, a.UpdateUser(ctx, first.ID, other, mask))
			holder("")
			must(t, a.UpdateUser(ctx, third.ID, clash.Attributes, mask))
			holder(third.ID)
			wantNotUnique(t, a.UpdateUser(ctx, second.ID, other, mask), u.field)

			// A delete frees it, so a user with the same id can have it again.
			must(t, a.DeleteUser(ctx, third.ID))
			holder("")
			must(t, a.CreateUser(ctx, clash))
			holder(third.ID)
		})
	}
}

// TestUniqueByRow: an update that is refused because of one attribute does not change the
// others.
func TestUniqueByRow(t *testing.T) {
	t.Parallel()
	a, ctx := open(t), t.Context()
	must(t, a.CreateUser(ctx, person(1)))
	must(t, a.CreateUser(ctx, person(2)))
	change := person(3).Attributes
	change.Number = person(1).Attributes.Number
	wantNotUnique(t, a.UpdateUser(ctx, person(2).ID, change, attr.All[account]()), "Number")
	if _, err := a.UserBy(ctx, "Email", change.Email); spec.ClassOf(err) != spec.ErrUserNotFound {
		t.Errorf("the e-mail of a refused update: got %v", err)
	}
	if got, err := a.UserBy(ctx, "Email", person(2).Attributes.Email); err != nil || got.ID != person(2).ID {
		t.Errorf("the e-mail before it: got %q, %v", got.ID, err)
	}
}

// TestNilIsNeverTaken: any number of rows can have nil as a unique value, and an empty
// value is not nil.
func TestNilIsNeverTaken(t *testing.T) {
	t.Parallel()
	a, ctx := open(t), t.Context()
	for n := range 3 {
		p := person(n)
		p.Attributes.Phone, p.Attributes.Key = nil, nil
		must(t, a.CreateUser(ctx, p))
	}
	mask := fields[account](t, "Key")
	must(t, a.UpdateUser(ctx, person(0).ID, account{Key: []byte{}}, mask))
	wantNotUnique(t, a.UpdateUser(ctx, person(1).ID, account{Key: []byte{}}, mask), "Key")
	must(t, a.UpdateUser(ctx, person(0).ID, account{Key: nil}, mask))
	must(t, a.UpdateUser(ctx, person(1).ID, account{Key: []byte{}}, mask))
}

// TestUserByWrong: UserBy returns ErrInvalid for a field or a type that no unique
// attribute has, and ErrUserNotFound for a value that no user has.
func TestUserByWrong(t *testing.T) {
	t.Parallel()
	a, ctx := open(t), t.Context()
	must(t, a.CreateUser(ctx, person(1)))
	for _, c := range []struct {
		name  string
		field string
		value any
		want  error
	}{
		{"unknown field", "Nickname", "x", spec.ErrInvalid},
		{"column instead of field", "email", "1@example.com", spec.ErrInvalid},
		{"field that is not unique", "Name", "Ann", spec.ErrInvalid},
		{"wrong type", "Number", "1", spec.ErrInvalid},
		{"untyped nil", "Email", nil, spec.ErrInvalid},
		{"pointer", "Phone", new("+491"), spec.ErrInvalid},
		{"NUL", "Email", "a\x00", spec.ErrUserNotFound},
		{"longer than its max", "Phone", "012345678901234567890", spec.ErrUserNotFound},
		{"other case", "Key", []byte("KEY-1"), spec.ErrUserNotFound},
	} {
		_, err := a.UserBy(ctx, c.field, c.value)
		wantClass(t, c.name, err, c.want)
	}
}

// TestUniqueSessions: sessions can have unique attributes too. Every way to delete a
// session frees its values.
func TestUniqueSessions(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	first := visit("first", person(1).ID, time.Hour)
	second := visit("second", "", time.Hour)
	second.Attributes.Serial = first.Attributes.Serial
	for name, remove := range map[string]func(*adapter) error{
		"DeleteSession": func(a *adapter) error { return a.DeleteSession(ctx, first.ID) },
		"DeleteUser":    func(a *adapter) error { return a.DeleteUser(ctx, first.UserID) },
		"DeleteUserSessions": func(a *adapter) error {
			_, err := a.DeleteUserSessions(ctx, first.UserID)
			return err
		},
		"DeleteExpiredSessions": func(a *adapter) error {
			_, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: first.ExpiresAt, Everyone: true, Limit: 1})
			return err
		},
		"UpdateSession": func(a *adapter) error {
			return a.UpdateSession(ctx, first.ID, device{}, fields[device](t, "Serial"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := open(t)
			must(t, a.CreateUser(ctx, person(1)))
			must(t, a.CreateSession(ctx, first))
			wantNotUnique(t, a.CreateSession(ctx, second), "Serial")
			_, err := a.Session(ctx, second.ID)
			wantClass(t, "refused session", err, spec.ErrSessionNotFound)
			must(t, remove(a))
			must(t, a.CreateSession(ctx, second))
		})
	}
}
