package conformance

import (
	"math"
	"strings"
	"time"

	"github.com/tenon-go/tenon/internal/sample"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// invalid is a value that no store can hold.
type invalid[T any] struct {
	attribute string
	what      string
	change    func(*T)
}

var farTimes = []time.Time{
	time.Date(0, 12, 31, 23, 59, 59, 999999999, time.UTC),
	time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC),
	time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
	time.Unix(1<<62, 0),  // milliseconds overflow
	time.Unix(-1<<62, 0), // milliseconds overflow
}

// badTexts are not valid texts. A NUL can be anywhere in them.
var badTexts = []string{"\xff", "a\xc3", "\xed\xa0\x80", "\xc0\x80", "\x00", "a\x00", "a\x00b", "\x00b"}

func invalidUsers() []invalid[richUser] {
	var list []invalid[richUser]
	add := func(attribute, what string, change func(*richUser)) {
		list = append(list, invalid[richUser]{attribute, what, change})
	}
	for _, text := range badTexts {
		add("Name", "text that is not UTF-8 or has a NUL", func(u *richUser) { u.Name = text })
		add("Email", "text that is not UTF-8 or has a NUL", func(u *richUser) { u.Email = text })
		add("Handle", "text that is not UTF-8 or has a NUL", func(u *richUser) { u.Handle = &text })
		add("Roles", "JSON with text that is not UTF-8 or has a NUL", func(u *richUser) { u.Roles = []string{"editor", text} })
	}
	text := badTexts[0]
	add("Settings", "JSON with a key that is not UTF-8", func(u *richUser) { u.Settings = map[string]string{text: "x"} })
	add("Settings", "JSON with a value that has a NUL", func(u *richUser) { u.Settings = map[string]string{"x": "\x00"} })
	add("Settings", "JSON with a key that has a NUL", func(u *richUser) { u.Settings = map[string]string{"\x00": "x"} })
	add("Address", "JSON with text that has a NUL", func(u *richUser) { u.Address.Lines = []string{"a", "b\x00"} })
	add("Previous", "JSON with text that is not UTF-8", func(u *richUser) { u.Previous = &sample.Address{ID: text} })
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		add("Score", "a float that is not finite", func(u *richUser) { u.Score = x })
		add("Weight", "a float that is not finite", func(u *richUser) { u.Weight = &x })
	}
	for _, far := range farTimes {
		add("CreatedAt", "a time outside years 1 to 9999", func(u *richUser) { u.CreatedAt = far })
		add("Joined", "a time outside years 1 to 9999", func(u *richUser) { u.Joined = &far })
	}
	add("Address", "JSON with a time that JSON cannot hold", func(u *richUser) { u.Address.Since = farTimes[2] })
	return list
}

func invalidSessions() []invalid[richSession] {
	var list []invalid[richSession]
	add := func(attribute, what string, change func(*richSession)) {
		list = append(list, invalid[richSession]{attribute, what, change})
	}
	for _, text := range badTexts {
		add("Device", "text that is not UTF-8 or has a NUL", func(s *richSession) { s.Device = text })
		add("DeviceID", "text that is not UTF-8 or has a NUL", func(s *richSession) { s.DeviceID = text })
		add("IP", "text that is not UTF-8 or has a NUL", func(s *richSession) { s.IP = &text })
		add("Basket", "JSON with a key that is not UTF-8 or has a NUL", func(s *richSession) { s.Basket = map[string]int{"a": 1, text: 2} })
		add("Location", "JSON with text that is not UTF-8 or has a NUL", func(s *richSession) { s.Location.UserID = text })
	}
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		add("Latitude", "a float that is not finite", func(s *richSession) { s.Latitude = x })
	}
	for _, far := range farTimes {
		add("SeenAt", "a time outside years 1 to 9999", func(s *richSession) { s.SeenAt = &far })
		add("SignedIn", "a time outside years 1 to 9999", func(s *richSession) { s.SignedIn = far })
	}
	return list
}

func richInvalid(t *tester[richUser, richSession]) {
	writeInvalid(t, invalidUsers(), invalidSessions())
}

// writeInvalid writes invalid values in every way. Every call must return ErrInvalid.
func writeInvalid[U, S any](t *tester[U, S], users []invalid[U], sessions []invalid[S]) {
	a := t.open()
	w := t.seed(a)
	if t.users {
		writeEachInvalid(t, w.userEntity(a), users)
	}
	writeEachInvalid(t, w.sessionEntity(a), sessions)
	w.compare(a, "after creates and updates with invalid values")
}

func writeEachInvalid[U, S, T any](t *tester[U, S], e entity[T], values []invalid[T]) {
	for _, v := range values {
		bad := e.sample()
		v.change(&bad)
		t.wantClass(e.create("newcomer", bad), spec.ErrInvalid, "Create%s whose %s is %s", e.name, v.attribute, v.what)
		t.wantClass(e.update(e.two, bad, attr.All[T]()), spec.ErrInvalid, "Update%s of all attributes, whose %s is %s", e.name, v.attribute, v.what)
		t.wantClass(e.update(e.two, bad, fieldMask[T](t, v.attribute)), spec.ErrInvalid, "Update%s of %s alone, which is %s", e.name, v.attribute, v.what)
	}
}

func richUnmasked(t *tester[richUser, richSession]) {
	users, sessions := invalidUsers(), invalidSessions()
	for _, l := range userLimits {
		users = append(users, invalid[richUser]{l.attribute, "longer than its max", func(u *richUser) { l.set(u, strings.Repeat("x", l.max+1)) }})
	}
	for _, l := range sessionLimits {
		sessions = append(sessions, invalid[richSession]{l.attribute, "longer than its max", func(s *richSession) { l.set(s, strings.Repeat("x", l.max+1)) }})
	}
	writeInvalidUnmasked(t, users, sessions)
}

// writeInvalidUnmasked updates attributes while others, which the mask does not name, are
// invalid.
func writeInvalidUnmasked[U, S any](t *tester[U, S], users []invalid[U], sessions []invalid[S]) {
	a := t.open()
	w := t.seed(a)
	if t.users {
		writeEachUnmasked(t, w.userEntity(a), users, []string{t.samples.userField, t.samples.userOther})
	}
	writeEachUnmasked(t, w.sessionEntity(a), sessions, []string{t.samples.sessionField, t.samples.sessionOther})
	w.compare(a, "after updates in which unmasked attributes are invalid")
}

func writeEachUnmasked[U, S, T any](t *tester[U, S], e entity[T], values []invalid[T], names []string) {
	for _, v := range values {
		field := names[0]
		if v.attribute == field {
			field = names[1]
		}
		mask, good := fieldMask[T](t, field), e.sample()
		bad := good
		v.change(&bad)
		t.wantSuccess(e.update(e.two, bad, attr.Mask[T]{}), "Update%s with the empty mask, while %s is %s", e.name, v.attribute, v.what)
		if t.wantSuccess(e.update(e.two, bad, mask), "Update%s of %s alone, while %s is %s", e.name, field, v.attribute, v.what) {
			e.set(e.two, merge(t, e.attributes(e.two), good, mask))
		}
	}
}

func richTextsOfValues(t *tester[richUser, richSession]) {
	refusedTexts(t, invalidUsers(), invalidSessions())
}
