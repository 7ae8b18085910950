package conformance

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"

	"github.com/tenon-go/tenon/internal/sample"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// finds compares the result of UserBy with the user in the world.
func (w *world[U, S]) finds(a front[U, S], field string, value any, id, when string) {
	w.t.Helper()
	got, err := a.UserBy(w.t.ctx(), field, value)
	if w.t.wantSuccess(err, "%s: UserBy of %s %s, which %q has", when, field, brief{value}, id) {
		w.t.want(got, w.users[id], "%s: UserBy of %s %s", when, field, brief{value})
	}
}

// brief formats a value, and only the beginning of a long one.
type brief struct{ value any }

func (b brief) String() string { return formatValue(reflect.ValueOf(b.value)) }

// wantNoUser fails the check if UserBy finds a user.
func (t *tester[U, S]) wantNoUser(a front[U, S], field string, value any, when string) {
	t.Helper()
	got, err := a.UserBy(t.ctx(), field, value)
	if !t.wantClass(err, spec.ErrUserNotFound, "%s: UserBy of %s %s", when, field, brief{value}) && err == nil {
		t.Logf("  the user %q was found", got.ID)
	}
}

func richUserBy(t *tester[richUser, richSession], a front[richUser, richSession], w *world[richUser, richSession]) {
	extremes := []func(*richUser){
		func(u *richUser) { u.Number, u.Joined, u.Key = pointer(int64(math.MinInt64)), &time.Time{}, []byte{} },
		func(u *richUser) {
			u.Number, u.Joined, u.Key, u.Handle = pointer(int64(math.MaxInt64)), pointer(endOfTime), []byte{0}, pointer("")
		},
		func(u *richUser) {
			u.Number, u.Joined, u.Key, u.Email = pointer(int64(1<<53)), pointer(utc(1969, 12, 31, 23, 59, 59, 999e6)), []byte{0, 0}, ""
		},
		func(u *richUser) {
			u.Number, u.Joined, u.Key = pointer(int64(1<<53+1)), pointer(utc(1970, 1, 1, 0, 0, 0, 0)), []byte{0xff, 0xfe}
		},
		func(u *richUser) { u.Number = pointer(int64(0)) },
		func(u *richUser) {
			u.Email, u.Handle = strings.Repeat("é", 254), pointer(strings.Repeat("😀", 30))
			u.Key = []byte(strings.Repeat("\xff", 32))
		},
	}
	for i, change := range extremes {
		u := w.newUser(fmt.Sprint("extreme ", i))
		change(&u.Attributes)
		t.must(a.CreateUser(t.ctx(), u), "CreateUser")
		w.users[u.ID] = u
	}
	for id, u := range w.users {
		v := u.Attributes
		w.finds(a, "Email", v.Email, id, "after create")
		w.finds(a, "Handle", *v.Handle, id, "after create")
		w.finds(a, "Number", *v.Number, id, "after create")
		w.finds(a, "Joined", *v.Joined, id, "after create")
		w.finds(a, "Joined", v.Joined.In(time.FixedZone("", -3*3600-1800)).Add(999_999), id, "the same time in another zone and with finer digits, after create")
		w.finds(a, "Key", v.Key, id, "after create")

		// A search by another attribute must not find it.
		t.wantNoUser(a, "Handle", v.Email+"@", "the value of another attribute")
		t.wantNoUser(a, "Email", *v.Handle+"@", "the value of another attribute")
		t.wantNoUser(a, "Joined", v.Joined.Add(time.Millisecond/2).Add(time.Second), "a second later")
	}
	t.wantNoUser(a, "Email", *w.users[ann].Attributes.Handle, "the handle as an e-mail")
	t.wantNoUser(a, "Handle", w.users[ann].Attributes.UserID, "another attribute's value")
	t.wantNoUser(a, "Email", ann, "the id as an e-mail")
	t.wantNoUser(a, "Number", int64(math.MaxInt64-1), "a number next to a stored one")
	t.wantNoUser(a, "Number", int64(1<<53+2), "a number next to a stored one")
	t.wantNoUser(a, "Key", []byte{0, 0, 0}, "bytes that begin like stored ones")
	t.wantNoUser(a, "Key", []byte{0xff}, "bytes that begin like stored ones")
}

func richUserByAlike(t *tester[richUser, richSession]) {
	a := t.open()
	t.requireFinder(a)
	w := t.emptyWorld()
	id := func(i int) string { return fmt.Sprint("u", i) }
	for i, text := range alike {
		if i%2 == 0 {
			u := w.newUser(id(i))
			u.Attributes.Email, u.Attributes.Handle = text, pointer(text)
			t.must(a.CreateUser(t.ctx(), u), "CreateUser")
			w.users[u.ID] = u
		}
	}
	for i, text := range alike {
		if i%2 == 0 {
			w.finds(a, "Email", text, id(i), "among values that look alike")
			w.finds(a, "Handle", text, id(i), "among values that look alike")
		} else {
			t.wantNoUser(a, "Email", text, "among values that look alike")
			t.wantNoUser(a, "Handle", text, "among values that look alike")
		}
	}
}

func richUserByPresent(t *tester[richUser, richSession], a front[richUser, richSession], w *world[richUser, richSession]) {
	all := func(v richUser) map[string]any {
		return map[string]any{"Email": v.Email, "Handle": *v.Handle, "Number": *v.Number, "Joined": *v.Joined, "Key": v.Key}
	}
	old := w.users[ann].Attributes
	changed := w.newUser(ann)
	t.must(a.UpdateUser(t.ctx(), ann, changed.Attributes, attr.All[richUser]()), "UpdateUser")
	w.users[ann] = changed
	for field, value := range all(old) {
		t.wantNoUser(a, field, value, "after an update from this value")
	}
	for field, value := range all(changed.Attributes) {
		w.finds(a, field, value, ann, "after an update to this value")
	}

	// A freed value must find its next owner. The value of a failed write must find no user.
	heir := w.users[annUpper]
	heir.Attributes.Email = old.Email
	t.must(a.UpdateUser(t.ctx(), annUpper, heir.Attributes, fieldMask[richUser](t, "Email")), "UpdateUser")
	w.users[annUpper] = heir
	w.finds(a, "Email", old.Email, annUpper, "after another user took this value")
	failed := w.newUser(ann)
	t.wantClass(a.CreateUser(t.ctx(), failed), spec.ErrUserExists, "CreateUser with a taken id")
	for field, value := range all(failed.Attributes) {
		t.wantNoUser(a, field, value, "after a create with this value that failed")
	}

	none := w.users[annSpace]
	old = none.Attributes
	none.Attributes.Handle, none.Attributes.Number, none.Attributes.Joined, none.Attributes.Key = nil, nil, nil, nil
	t.must(a.UpdateUser(t.ctx(), annSpace, none.Attributes, attr.All[richUser]()), "UpdateUser to nil")
	w.users[annSpace] = none
	for field, value := range map[string]any{"Handle": "", "Number": int64(0), "Joined": time.Time{}, "Key": []byte{}} {
		t.wantNoUser(a, field, value, "zero, where only a nil is there")
		t.wantNoUser(a, field, all(old)[field], "after an update to nil")
	}

	w.deleteUser(a, ann, "DeleteUser")
	for field, value := range all(changed.Attributes) {
		t.wantNoUser(a, field, value, "after DeleteUser")
	}
	w.compare(a, "after UserBy")
}

// richUserByMissed searches for a value that no user has yet, and again when a user has it.
func richUserByMissed(t *tester[richUser, richSession], a front[richUser, richSession], w *world[richUser, richSession]) {
	created, updated := w.newUser("created").Attributes, w.newUser("updated").Attributes
	look := func(when string) {
		w.holdFinder(a, created, when)
		w.holdFinder(a, updated, when)
	}
	look("before a user has the values")
	users := w.userEntity(a)
	t.must(users.create("newcomer", created), "CreateUser")
	look("after CreateUser with values that were looked for before")
	t.must(users.update("newcomer", updated, attr.All[richUser]()), "UpdateUser")
	users.set("newcomer", updated)
	look("after UpdateUser to values that were looked for before")
	t.must(users.remove("newcomer"), "DeleteUser")
	look("after DeleteUser of the user that had the values")
	t.must(users.create("heir", updated), "CreateUser")
	look("after CreateUser with values that another user had before")
	w.compare(a, "after UserBy of values that no user had before")
}

func richUserByImpossible(t *tester[richUser, richSession], a front[richUser, richSession], w *world[richUser, richSession]) {
	// The values that result if such a value is cut or repaired exist.
	whole := w.newUser("whole")
	whole.Attributes.Email, whole.Attributes.Handle = strings.Repeat("x", 254), pointer("a\ufffd")
	whole.Attributes.Key = []byte(strings.Repeat("x", 32))
	t.must(a.CreateUser(t.ctx(), whole), "CreateUser")
	w.users["whole"] = whole
	cut := w.newUser("cut")
	cut.Attributes.Email, cut.Attributes.Handle = "a", pointer("")
	t.must(a.CreateUser(t.ctx(), cut), "CreateUser")
	w.users["cut"] = cut

	for _, text := range badTexts {
		t.wantNoUser(a, "Email", text, "text that is not UTF-8 or has a NUL")
		t.wantNoUser(a, "Handle", text, "text that is not UTF-8 or has a NUL")
	}
	for _, n := range []int{255, 256, 70_000, 1 << 20} {
		t.wantNoUser(a, "Email", strings.Repeat("x", n), "text over its max")
		t.wantNoUser(a, "Handle", strings.Repeat("x", n), "text over its max")
		t.wantNoUser(a, "Key", []byte(strings.Repeat("x", n)), "bytes over their max")
	}
	for _, far := range farTimes {
		t.wantNoUser(a, "Joined", far, "a time outside years 1 to 9999")
	}
	w.compare(a, "after UserBy of values that no user can have")
}

func richUserByInvalid(t *tester[richUser, richSession], a front[richUser, richSession], w *world[richUser, richSession]) {
	v := w.users[ann].Attributes
	for field, values := range map[string][]any{
		"Email":  {nil, &v.Email, []byte(v.Email), sample.Role(v.Email), 1, []string{v.Email}, struct{}{}, (*string)(nil), fmt.Stringer(nil)},
		"Handle": {nil, v.Handle, &v.Handle, []byte(*v.Handle), sample.Role(*v.Handle), (*string)(nil)},
		"Number": {nil, v.Number, int(*v.Number), int32(*v.Number), uint64(*v.Number), float64(*v.Number), fmt.Sprint(*v.Number), true},
		"Joined": {nil, v.Joined, sample.Day(*v.Joined), v.Joined.UnixMilli(), v.Joined.Format(time.RFC3339Nano), v.Joined.String()},
		"Key":    {nil, &v.Key, string(v.Key), sample.Secret(v.Key), [5]byte(v.Key), any(v.Key[0])},
		"Name":   {v.Name}, "UserID": {v.UserID}, "Admin": {v.Admin}, "Logins": {v.Logins}, "CreatedAt": {v.CreatedAt}, "Photo": {v.Photo}, "Roles": {v.Roles}, "Address": {v.Address},
	} {
		for _, value := range values {
			_, err := a.UserBy(t.ctx(), field, value)
			t.wantClass(err, spec.ErrInvalid, "UserBy of %s with a value of the type %T", field, value)
		}
	}
	w.compare(a, "after UserBy of fields that are not unique and of values of other types")
}

func nestedUserBy(t *tester[nestedUser, nestedSession], a front[nestedUser, nestedSession], w *world[nestedUser, nestedSession]) {
	for id, u := range w.users {
		w.finds(a, "Phone", u.Attributes.Phone, id, "after create")
		w.finds(a, "Since", u.Attributes.Since, id, "after create")
		w.finds(a, "Serial", u.Attributes.Serial, id, "after create")
		w.finds(a, "Joined", u.Attributes.Joined, id, "after create")
		_, err := a.UserBy(t.ctx(), "Since", time.Time(u.Attributes.Since))
		t.wantClass(err, spec.ErrInvalid, "UserBy of Since, which is a Day, with a time.Time")
		_, err = a.UserBy(t.ctx(), "Phone", sample.Role(u.Attributes.Phone))
		t.wantClass(err, spec.ErrInvalid, "UserBy of Phone, which is a string, with a Role")
		for _, field := range []string{"Contact", "Contact.Phone", "Post"} {
			_, err = a.UserBy(t.ctx(), field, u.Attributes.Phone)
			t.wantClass(err, spec.ErrInvalid, "UserBy of %q, which is no unique attribute", field)
		}
	}
	t.wantNoUser(a, "Phone", "+47 555", "the beginning of a value")
	t.wantNoUser(a, "Serial", int64(1<<53), "a number that a float next to a stored one is")
	t.wantNoUser(a, "Joined", w.users[ann].Attributes.Joined.Add(time.Millisecond), "a millisecond later")
}
