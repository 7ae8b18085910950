package conformance

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/tenon-go/tenon/internal/sample"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// variant is a change to sample attributes. A store must return them unchanged unless a
// second change says otherwise.
type variant[T any] struct {
	name   string
	change func(*T)
	want   func(*T)
}

// put returns the attributes to write and those that must be read.
func (v variant[T]) put(sample T) (put, want T) {
	v.change(&sample)
	put, want = sample, sample
	if v.want != nil {
		v.want(&want)
	}
	return put, want
}

// roundTrip writes variants of users and of sessions, by create and then by update, and reads
// them by every method.
func roundTrip[U, S any](t *tester[U, S], users []variant[U], sessions []variant[S]) {
	a := t.open()
	w := t.emptyWorld()
	for _, v := range users {
		u := w.newUser("user with " + v.name)
		put, want := v.put(u.Attributes)
		if t.wantSuccess(a.CreateUser(t.ctx(), spec.User[U]{ID: u.ID, Attributes: put}), "CreateUser of a %s", u.ID) {
			u.Attributes = want
			w.users[u.ID] = u
			w.createSession(a, "of a "+u.ID, u.ID) // so that SessionAndUser reads the user too
		}
	}
	owner := w.createUser(a, ann)
	for _, v := range sessions {
		s := w.newSession("session with "+v.name, owner.ID)
		put, want := v.put(s.Attributes)
		s.Attributes = put
		if t.wantSuccess(a.CreateSession(t.ctx(), s), "CreateSession of a %s", s.ID) {
			s.Attributes = want
			w.sessions[s.ID] = s
		}
	}
	w.compare(a, "after create")
	if t.users {
		updateVariants(t, w.userEntity(a), users, "user with ")
	}
	updateVariants(t, w.sessionEntity(a), sessions, "session with ")
	w.compare(a, "after updates to other values and back")
}

// updateVariants updates each row to a sample and then back to its variant.
func updateVariants[U, S, T any](t *tester[U, S], e entity[T], variants []variant[T], prefix string) {
	for _, v := range variants {
		id := prefix + v.name
		if t.wantSuccess(e.update(id, e.sample(), attr.All[T]()), "Update%s of the %s to other values", e.name, id) {
			put, want := v.put(e.sample())
			t.wantSuccess(e.update(id, put, attr.All[T]()), "Update%s of the %s back", e.name, id)
			e.set(id, want)
		}
	}
}

func richNumbers(t *tester[richUser, richSession]) {
	roundTrip(t, []variant[richUser]{
		{name: "the least numbers", change: func(u *richUser) {
			u.Number, u.Logins = pointer(int64(-9223372036854775808)), -9223372036854775808
			u.Tiny, u.Small, u.Wide = -128, 0, 0
			u.Score, u.Weight = -1.7976931348623157e308, pointer(-1.7976931348623157e308)
		}},
		{name: "the greatest numbers", change: func(u *richUser) {
			u.Number, u.Logins = pointer(int64(9223372036854775807)), 9223372036854775807
			u.Tiny, u.Small, u.Wide = 127, 65535, 4294967295
			u.Score, u.Weight = 1.7976931348623157e308, pointer(1.7976931348623157e308)
		}},
		{name: "integers that no float has", change: func(u *richUser) {
			u.Number, u.Logins = pointer(int64(9007199254740993)), -9007199254740993
			u.Tiny, u.Small, u.Wide = -1, 32768, 16777217
			u.Score, u.Weight = 9007199254740992, pointer(-9007199254740994.0)
		}},
		{name: "integers next to a limit", change: func(u *richUser) {
			u.Number, u.Logins = pointer(int64(9223372036854775806)), -9223372036854775807
			u.Tiny, u.Small, u.Wide = -127, 65534, 2147483648
			u.Score, u.Weight = 1.7976931348623155e308, pointer(2147483648.5)
		}},
		{name: "the smallest floats", change: func(u *richUser) {
			u.Score, u.Weight = 5e-324, pointer(-5e-324)
		}},
		{name: "floats on either side of the normal ones", change: func(u *richUser) {
			u.Score, u.Weight = 2.2250738585072009e-308, pointer(2.2250738585072014e-308)
		}},
		{name: "floats of 17 digits", change: func(u *richUser) {
			u.Score, u.Weight = 0.1, pointer(0.30000000000000004)
		}},
		{name: "floats that have long decimals", change: func(u *richUser) {
			u.Score, u.Weight = 1.0/3, pointer(123456789.12345679)
		}},
		{name: "floats that are written with an exponent", change: func(u *richUser) {
			u.Score, u.Weight = 1e21, pointer(1e-7)
		}},
		{name: "a negative zero, which may become zero", change: func(u *richUser) {
			u.Score, u.Weight = math.Copysign(0, -1), pointer(math.Copysign(0, -1))
		}},
		{name: "a false", change: func(u *richUser) { u.Admin, u.Verified = false, pointer(true) }},
		{name: "a true", change: func(u *richUser) { u.Admin, u.Verified = true, pointer(false) }},
	}, []variant[richSession]{
		{name: "the least numbers", change: func(s *richSession) {
			s.Visits, s.Seat, s.Latitude = -9223372036854775808, pointer(int64(-9223372036854775808)), -1.7976931348623157e308
		}},
		{name: "the greatest numbers", change: func(s *richSession) {
			s.Visits, s.Seat, s.Latitude = 9223372036854775807, pointer(int64(9223372036854775807)), 1.7976931348623157e308
		}},
		{name: "numbers that no float has", change: func(s *richSession) {
			s.Visits, s.Seat, s.Latitude = 9007199254740993, pointer(int64(-9007199254740993)), 5e-324
			s.Basket = map[string]int{"9007199254740993": 9007199254740993}
		}},
		{name: "a long decimal", change: func(s *richSession) { s.Latitude = 0.1 }},
		{name: "a false", change: func(s *richSession) { s.Trusted = false }},
	})
}

func richNulls(t *tester[richUser, richSession]) {
	roundTrip(t, []variant[richUser]{
		{name: "nothing but zero values", change: func(u *richUser) { *u = richUser{} }},
		{name: "every null", change: func(u *richUser) {
			u.Handle, u.Number, u.Joined, u.Key = nil, nil, nil, nil
			u.Photo, u.Verified, u.Weight, u.Blob, u.Previous = nil, nil, nil, nil, nil
			u.Roles, u.Settings, u.Address.Lines = nil, nil, nil
		}},
		{name: "every empty value", change: func(u *richUser) {
			u.Email, u.Name, u.UserID = " ", "", ""
			u.Handle, u.Number, u.Joined, u.Key = pointer(""), pointer(int64(0)), pointer(time.Time{}), []byte{}
			u.Photo, u.Verified, u.Weight, u.Blob, u.Previous = []byte{}, pointer(false), pointer(0.0), pointer([]byte{}), &sample.Address{}
			u.Roles, u.Settings, u.Address.Lines = []string{}, map[string]string{}, []string{}
		}},
		{name: "a null beside a value, one way", change: func(u *richUser) {
			u.Handle, u.Joined, u.Photo, u.Weight, u.Roles, u.Previous = nil, nil, nil, nil, nil, nil
		}},
		{name: "a null beside a value, the other way", change: func(u *richUser) {
			u.Number, u.Key, u.Verified, u.Blob, u.Settings = nil, nil, nil, nil, nil
		}},
		{name: "what begins or ends with zeros", change: func(u *richUser) {
			u.Key, u.Photo, u.Blob = []byte{0}, []byte{0, 0, 0}, pointer([]byte{0, 1, 0})
			u.Roles, u.Settings = []string{""}, map[string]string{"": ""}
			u.Number, u.Joined = pointer(int64(-1)), pointer(time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC))
		}},
	}, []variant[richSession]{
		{name: "nothing but zero values", change: func(s *richSession) { *s = richSession{} }},
		{name: "every null", change: func(s *richSession) {
			s.IP, s.Seat, s.Country, s.Serial, s.SeenAt, s.Basket, s.Location.Lines = nil, nil, nil, nil, nil, nil, nil
		}},
		{name: "every empty value", change: func(s *richSession) {
			s.Device, s.IP, s.Seat, s.Country, s.Serial = "", pointer(""), pointer(int64(0)), []byte{}, []byte{}
			s.SeenAt, s.Basket, s.Location = pointer(time.Time{}), map[string]int{}, sample.Address{Lines: []string{}}
		}},
		{name: "a null beside a value, one way", change: func(s *richSession) { s.IP, s.Country, s.SeenAt = nil, nil, nil }},
		{name: "a null beside a value, the other way", change: func(s *richSession) { s.Seat, s.Serial, s.Basket = nil, nil, nil }},
	})
}

// oddTexts are texts that stores change because they trim, fold or unescape them, or read
// them as something else. They are at most 30 code points long.
var oddTexts = []string{
	" ", "  both ends  ", "\t", "\n", "line\r\nline\rline\n", "\ufeffmark", "back\\slash\\", "\\n \\0 \\x41 \\u0041", "'quote'", "\"quote\"", "`quote`", "''", "'", "\\'",
	"NULL", "null", "\\N", "nil", "true", "0", "1e3", "0x41", "{}", "[]", "{\"id\":1}", "\"\"", "{a,b}", "(1,2)", "\\x6162", "E'\\n'", "$$", "b'0'",
	"%", "_", "%s", "%%", "?", "?1", ":a", "$1", "@a", "{{.}}", "${a}", "<>&", "&lt;", "-- comment", "/* */", ";", "a\u2028b\u2029c",
	"\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f", "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f", "\u0080\u0085\u009f\u00a0\u00ad",
	"é", "e\u0301", "ﬁ", "ß", "ı", "日本語", "\u05d0\u05d1 \u202eabc", "😀👩\u200d👧", "\u07ff\u0800\ud7ff\ue000", "\ufffd\ufffe\uffff", "\U00010000\U0010ffff",
	"2024-05-17", "2024-05-17T12:34:56Z", "12:34", "1970-01-01 00:00:00", "AQID", "QQ==",
}

func richTexts(t *tester[richUser, richSession]) {
	var users []variant[richUser]
	var sessions []variant[richSession]
	for _, text := range oddTexts {
		users = append(users, variant[richUser]{name: "the text " + fmt.Sprintf("%q", text), change: func(u *richUser) {
			u.Email, u.Handle, u.Name, u.UserID = text, &text, text, text
			u.Photo = []byte(text)
			if len(text) <= 16 {
				u.Blob = pointer([]byte(text))
			}
		}})
		sessions = append(sessions, variant[richSession]{name: "the text " + fmt.Sprintf("%q", text), change: func(s *richSession) {
			s.Device, s.DeviceID, s.IP, s.Country = text, text, &text, []byte(text)
		}})
	}
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	users = append(users,
		variant[richUser]{name: "every byte", change: func(u *richUser) { u.Photo, u.Key = every, every[128:160] }},
		variant[richUser]{name: "bytes that are no text", change: func(u *richUser) {
			u.Key, u.Photo, u.Blob = []byte{0xc3, 0x28}, []byte{0xff, 0xfe, 0, 0}, pointer([]byte{0xed, 0xa0, 0x80})
		}})
	roundTrip(t, users, sessions)
}

func richJSON(t *tester[richUser, richSession]) {
	// Keys that differ only slightly, and keys that have a meaning in some systems.
	settings := map[string]string{"": "empty", " ": "space", "key ": "space", "_id": "x", "__proto__": "x", "$set": "x", "a.b.c": "x", "a": "x", "0": "x", "1": "x",
		"id": "x", "ID": "x", "user_id": "x", "expires_at": "x", "created_at": "x", "credential": "x", strings.Repeat("k", 300): "x"}
	basket := map[string]int{"least": math.MinInt64, "greatest": math.MaxInt64, "float": 1<<53 + 1}
	for i, text := range append(append([]string{}, oddTexts...), alike...) {
		settings[text] = text
		basket[text] = i
	}
	zoned := sample.Address{ID: "zoned", Since: time.Date(2024, 5, 17, 12, 34, 56, 123456789, time.FixedZone("", 12*3600+45*60))}
	roundTrip(t, []variant[richUser]{
		{name: "odd keys and values", change: func(u *richUser) {
			u.Roles, u.Settings = oddTexts, settings
			u.Address = sample.Address{ID: "anna", UserID: "unknown", Lines: alike, Since: time.Time{}, Number: math.MaxInt64}
			u.Previous = &sample.Address{ID: "", UserID: ann, Number: math.MinInt64}
		}},
		{name: "integers that no float has", change: func(u *richUser) {
			u.Address.Number, u.Previous = 9007199254740993, &sample.Address{Number: -9007199254740993}
		}},
		{name: "a time with a zone and nanoseconds, which JSON keeps",
			change: func(u *richUser) { u.Address, u.Previous = zoned, &zoned },
			want:   func(u *richUser) { u.Address, u.Previous = throughJSON(t, zoned), pointer(throughJSON(t, zoned)) }},
		{name: "values that look like JSON", change: func(u *richUser) {
			u.Roles = []string{"null", "{", "]", `"`, `\"`, `\`, `\u0000`, `{"$oid":"1"}`, `{"$date":1}`, "<script>", "\u2028"}
		}},
		{name: "the user's own fields", change: func(u *richUser) {
			u.UserID, u.CreatedAt = annUpper, noon
			u.Settings = map[string]string{"id": "x", "ID": "y", "attributes": "{}", "email": "x"}
		}},
	}, []variant[richSession]{
		{name: "odd keys and values", change: func(s *richSession) {
			s.Basket = basket
			s.Location = sample.Address{ID: "s-x", UserID: annUpper, Lines: append(append([]string{}, oddTexts...), alike...), Since: endOfTime, Number: math.MinInt64}
		}},
		{name: "the session's own fields", change: func(s *richSession) {
			s.Basket = map[string]int{"id": 1, "user_id": 2, "created_at": 3, "active_until": 4, "expires_at": 5, "credential": 6}
		}},
		{name: "a time with a zone and nanoseconds, which JSON keeps",
			change: func(s *richSession) { s.Location = zoned },
			want:   func(s *richSession) { s.Location = throughJSON(t, zoned) }},
	})
}

// throughJSON returns v after it was encoded as JSON and decoded. This is the only case
// in which the result depends on the zone of the process.
func throughJSON[T any](t TB, v T) T {
	var back T
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &back)
	}
	if err != nil {
		t.Fatalf("the suite's own JSON: %v", err)
	}
	return back
}
