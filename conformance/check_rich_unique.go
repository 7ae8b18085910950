package conformance

import (
	"fmt"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// richUniqueTexts creates rows with values that engines quote in the texts of their
// errors, and then gives the same values to other rows.
func richUniqueTexts(t *tester[richUser, richSession], a front[richUser, richSession], w *world[richUser, richSession]) {
	users, sessions := w.userEntity(a), w.sessionEntity(a)
	userID := func(i int) string { return fmt.Sprint("u", i) }
	sessionID := func(i int) string { return fmt.Sprint("s", i) }
	for i, text := range alike {
		if t.users {
			u := users.sample()
			u.Email, u.Handle = text, &text
			if len(text) <= 32 {
				u.Key = []byte(text)
			}
			t.wantSuccess(users.create(userID(i), u), "CreateUser with the unique values %s, which no row has", shortenID(text))
		}
		s := sessions.sample()
		s.DeviceID = text
		if len(text) <= 16 {
			s.Serial = []byte(text)
		}
		t.wantSuccess(sessions.create(sessionID(i), s), "CreateSession with the unique values %s, which no row has", shortenID(text))
	}
	for i, text := range alike {
		// Try values that look like an error's text in every way.
		from := len(alike) - len(errorTexts)
		if t.users {
			eachDuplicate(t, users, userID(i), []string{"Email", "Handle", "Key"}, i, i >= from, text)
		}
		eachDuplicate(t, sessions, sessionID(i), []string{"DeviceID", "Serial"}, i, i >= from, text)
	}
	w.compare(a, "after creates and updates with unique values that other rows have")
}

// eachDuplicate gives the unique values of a row to another row, by create and by update:
// if all, each of them in each way, otherwise one of them in one way, which i selects.
func eachDuplicate[U, S, T any](t *tester[U, S], e entity[T], id string, names []string, i int, all bool, text string) {
	for n, name := range names {
		mask := fieldMask[T](t, name)
		duplicate := merge(t, e.sample(), e.attributes(id), mask)
		ways := []func(){
			func() {
				err := e.create("newcomer", duplicate)
				t.wantConstraint(err, spec.NotUnique, name, "Create%s with the taken %s %s", e.name, name, shortenID(text))
			},
			func() {
				err := e.update(e.one, duplicate, mask)
				t.wantConstraint(err, spec.NotUnique, name, "Update%s of %s to the taken %s", e.name, name, shortenID(text))
			},
			func() {
				err := e.update(e.one, duplicate, attr.All[T]())
				t.wantConstraint(err, spec.NotUnique, name, "Update%s of all attributes, with the taken %s %s", e.name, name, shortenID(text))
			},
		}
		for way, do := range ways {
			if all || i%(len(names)*len(ways)) == n*len(ways)+way {
				do()
			}
		}
	}
}

func richUniqueEqual(t *tester[richUser, richSession], a front[richUser, richSession], w *world[richUser, richSession]) {
	millis := time.Date(2001, 2, 3, 4, 5, 6, 7e6, time.UTC)
	if t.users {
		equal(t, w.userEntity(a), map[string][]func(*richUser){
			"Email":  {func(u *richUser) { u.Email = "" }, func(u *richUser) { u.Email = "" }},
			"Handle": {func(u *richUser) { u.Handle = pointer("") }, func(u *richUser) { u.Handle = pointer("") }},
			"Number": {func(u *richUser) { u.Number = pointer(int64(0)) }, func(u *richUser) { u.Number = pointer(int64(0)) }},
			"Key":    {func(u *richUser) { u.Key = []byte{} }, func(u *richUser) { u.Key = []byte{} }},
			"Joined": {
				func(u *richUser) { u.Joined = pointer(millis) },
				func(u *richUser) { u.Joined = pointer(millis.Add(999999)) },
				func(u *richUser) { u.Joined = pointer(millis.In(time.FixedZone("", -3*3600-1800))) },
			},
		})
		equal(t, w.userEntity(a), map[string][]func(*richUser){
			"Joined": {func(u *richUser) { u.Joined = &time.Time{} }, func(u *richUser) { u.Joined = &time.Time{} }},
			"Number": {func(u *richUser) { u.Number = pointer(int64(-1 << 63)) }, func(u *richUser) { u.Number = pointer(int64(-1 << 63)) }},
		})
		createDistinct(t, w.userEntity(a), []func(*richUser){
			func(u *richUser) {
				u.Number, u.Joined, u.Key = pointer(int64(1<<53)), pointer(millis.Add(time.Millisecond)), []byte("abc")
			},
			func(u *richUser) {
				u.Number, u.Joined, u.Key = pointer(int64(1<<53+1)), pointer(millis.Add(2*time.Millisecond)), []byte("ABC")
			},
			func(u *richUser) {
				u.Number, u.Joined, u.Key = pointer(int64(1<<63-1)), pointer(endOfTime), []byte("abc ")
			},
			func(u *richUser) {
				u.Number, u.Joined, u.Key = pointer(int64(1<<63-2)), pointer(endOfTime.Add(-time.Millisecond)), []byte{0}
			},
			func(u *richUser) {
				u.Number, u.Joined, u.Key = pointer(int64(-1)), pointer(time.UnixMilli(-1)), []byte{0, 0}
			},
			func(u *richUser) {
				u.Number, u.Joined, u.Key = pointer(int64(1)), pointer(time.UnixMilli(1)), []byte{0x80}
			},
			func(u *richUser) { u.Number, u.Key = pointer(int64(1<<32)), []byte{0xc2, 0x80} },
			func(u *richUser) { u.Number, u.Key = pointer(int64(1<<31)), []byte{0xff} },
			// The value of one attribute can be used for another.
			func(u *richUser) { u.Email, u.Handle = "shared", pointer("other") },
			func(u *richUser) { u.Email, u.Handle, u.Key = "other", pointer("shared"), []byte("shared") },
		})
	}
	equal(t, w.sessionEntity(a), map[string][]func(*richSession){
		"DeviceID": {func(s *richSession) { s.DeviceID = "" }, func(s *richSession) { s.DeviceID = "" }},
		"Seat":     {func(s *richSession) { s.Seat = pointer(int64(0)) }, func(s *richSession) { s.Seat = pointer(int64(0)) }},
		"Serial":   {func(s *richSession) { s.Serial = []byte{} }, func(s *richSession) { s.Serial = []byte{} }},
		"SeenAt": {
			func(s *richSession) { s.SeenAt = pointer(millis) },
			func(s *richSession) { s.SeenAt = pointer(millis.Add(999999)) },
			func(s *richSession) { s.SeenAt = pointer(millis.In(time.FixedZone("", 12*3600+2700))) },
		},
	})
	createDistinct(t, w.sessionEntity(a), []func(*richSession){
		func(s *richSession) { s.DeviceID, s.Seat, s.Serial = "shared", pointer(int64(1<<53)), []byte("abc") },
		func(s *richSession) { s.DeviceID, s.Seat, s.Serial = "Shared", pointer(int64(1<<53+1)), []byte("ABC") },
		func(s *richSession) { s.Serial, s.SeenAt = []byte("shared"), pointer(millis.Add(-time.Millisecond)) },
	})
	w.compare(a, "after writes with unique values that are equal, or nearly")
}

// equal creates a row with the first value of each attribute. It then tries to create
// another row with each of the other values, and to update a row to it.
func equal[U, S, T any](t *tester[U, S], e entity[T], values map[string][]func(*T)) {
	first := e.sample()
	for _, list := range values {
		list[0](&first)
	}
	t.must(e.create("first", first), "Create%s with unique values that no row has", e.name)
	// The store keeps the time in UTC, to the millisecond.
	e.set("first", merge(t, first, first, attr.All[T]()))
	for name, list := range values {
		for _, set := range list[1:] {
			again := e.sample()
			set(&again)
			t.wantConstraint(e.create("newcomer", again), spec.NotUnique, name, "Create%s with an equal %s", e.name, name)
			t.wantConstraint(e.update(e.two, again, fieldMask[T](t, name)), spec.NotUnique, name, "Update%s to an equal %s", e.name, name)
		}
	}
	t.must(e.remove("first"), "Delete%s", e.name)
}

// createDistinct creates a row with each of the values, which must not conflict.
func createDistinct[U, S, T any](t *tester[U, S], e entity[T], values []func(*T)) {
	for i, set := range values {
		v := e.sample()
		set(&v)
		id := fmt.Sprint("different ", i)
		if t.wantSuccess(e.create(id, v), "Create%s with unique values that are like others (%d)", e.name, i) {
			e.set(id, merge(t, v, v, attr.All[T]()))
		}
	}
}

func richUniqueNil(t *tester[richUser, richSession], a front[richUser, richSession], w *world[richUser, richSession]) {
	nilUser := func(u *richUser) { u.Handle, u.Number, u.Joined, u.Key = nil, nil, nil, nil }
	nilSession := func(s *richSession) { s.Seat, s.Serial, s.SeenAt = nil, nil, nil }
	if t.users {
		eachNil(t, w.userEntity(a), nilUser, []string{"Handle", "Number", "Joined", "Key"})
	}
	eachNil(t, w.sessionEntity(a), nilSession, []string{"Seat", "Serial", "SeenAt"})
	w.compare(a, "after creates and updates with nil in unique attributes")
}

func eachNil[U, S, T any](t *tester[U, S], e entity[T], setNil func(*T), names []string) {
	for i := range 3 {
		v := e.sample()
		setNil(&v)
		t.wantSuccess(e.create(fmt.Sprint("nil ", i), v), "Create%s with nil in all unique attributes that may be nil (%d)", e.name, i)
	}
	mask, err := attr.Fields[T](names...)
	t.must(err, "the suite's own mask")
	for _, id := range []string{e.one, e.two, e.two} {
		v := e.attributes(id)
		setNil(&v)
		if t.wantSuccess(e.update(id, v, mask), "Update%s to nil in all unique attributes that may be nil", e.name) {
			e.set(id, v)
		}
	}
	// Change nil to a value, which must conflict again.
	v := e.sample()
	if t.wantSuccess(e.update(e.one, v, attr.All[T]()), "Update%s from nil to values", e.name) {
		e.set(e.one, v)
	}
	for _, name := range names {
		t.wantConstraint(e.update(e.two, v, fieldMask[T](t, name)), spec.NotUnique, name, "Update%s from nil to the %s of another", e.name, name)
	}
}
