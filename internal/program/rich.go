package program

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/tenon-go/tenon/internal/sample"
	"github.com/tenon-go/tenon/spec"
)

// User and Session are the suite's attribute types that have every kind.
type (
	User    = sample.RichUser
	Session = sample.RichSession
)

// richValues returns values that stores, clients and encodings can change.
func richValues() values[User, Session] {
	v := values[User, Session]{
		ids: richIDs, attributes: userAttributes, device: sessionAttributes,
		unique:        []string{"Email", "Handle", "Number", "Joined", "Key"},
		userFields:    []string{"Name", "Logins", "Previous", "Roles", "Weight"},
		sessionFields: []string{"Device", "Visits", "IP", "Basket"},
		badUsers:      make(map[string]User),
		badSessions:   make(map[string]Session),
	}
	for what, spoil := range map[string]func(*User){
		"email taken":          func(u *User) { u.Email = userAttributes(1).Email },
		"key taken":            func(u *User) { u.Key = userAttributes(1).Key },
		"name too long":        func(u *User) { u.Name = strings.Repeat("é", 41) },
		"NUL":                  func(u *User) { u.Email = "ann\x00@example.com" },
		"no number":            func(u *User) { u.Score = math.NaN() },
		"not UTF-8, in a list": func(u *User) { u.Address.Lines = []string{"\xff"} },
	} {
		u := userAttributes(newNumber)
		spoil(&u)
		v.badUsers[what] = u
	}
	for what, spoil := range map[string]func(*Session){
		"device's id taken": func(s *Session) { s.DeviceID = sessionAttributes(200).DeviceID },
		"device too long":   func(s *Session) { s.Device = strings.Repeat("x", 201) },
		"not UTF-8":         func(s *Session) { s.Device = "\xff" },
		"time too late":     func(s *Session) { s.SignedIn = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		s := sessionAttributes(newNumber)
		spoil(&s)
		v.badSessions[what] = s
	}
	return v
}

// richIDs are ids of users and of sessions that a store can mistake for patterns, for
// parts of statements, for numbers, or for text in another encoding.
var richIDs = []string{
	"ann", "ANN", "ann ", " ann", "änn", "a\u0308nn", "straße", "strasse", "i", "ı", "😀", "\U0010ffff", "\ufeffann",
	"'", "\\", "\\'", "%", "_", "'; DELETE FROM users; --", "?", "$1", "E'\\x61'", "\\x616e6e",
	"NULL", "42", "042", "$ne", "a.b", "\t", "ann\n", "\x01", strings.Repeat("x", spec.MaxIDBytes), strings.Repeat("é", 127),
}

var texts = []string{
	"", "Ann", " ", "Ånn 😀", "'\"\\`", "%_", "NULL", "line\nline\r\n", "\u0085\u2028", "\\x41\\u0041\\n", "{\"a\":1}", "ＡＮＮ", "0", "\x01\x7f",
}

func pointer[T any](v T) *T { return &v }

// userAttributes returns the nth attributes. No two of them share a unique value.
func userAttributes(n int) User {
	u := User{
		Email: fmt.Sprintf("Ann+%d'@exämple.com", n), Key: []byte{0, 0xff, '\'', '\\', byte(n)},
		CreatedAt: moments[n%len(moments)], Roles: []string{}, Settings: map[string]string{},
		Address: sample.Address{Since: moments[0]},
	}
	if n%3 == 0 {
		return u // nulls, zeros and empty values
	}
	text := texts[n%len(texts)]
	u.Handle, u.Number = pointer(fmt.Sprintf("ann\\%d ", n)), pointer(math.MaxInt64-int64(n))
	u.Joined = pointer(moments[0].AddDate(0, 0, n))
	u.Name, u.UserID, u.Admin = text, text+"!", n%2 == 0
	u.Tiny, u.Small, u.Wide, u.Logins = int8(-128+n%2*255), math.MaxUint16, math.MaxUint32, math.MinInt64+int64(n)
	u.Score, u.Photo = []float64{math.MaxFloat64, math.SmallestNonzeroFloat64, 0.1, -1.0 / 3}[n%4], []byte{0, 0x80, 0xff, '\'', '\\', byte(n)}
	u.Verified, u.Weight, u.Blob = pointer(n%2 == 0), pointer(1e-7), pointer([]byte{})
	u.Roles, u.Settings = []string{text, "\u2028</script>"}, map[string]string{text: text, "n": "1.0"}
	u.Address = sample.Address{ID: text, Lines: texts, Since: moments[n%len(moments)].UTC().Truncate(time.Millisecond), Number: math.MaxInt64}
	u.Previous = &u.Address
	return u
}

func sessionAttributes(n int) Session {
	s := Session{DeviceID: fmt.Sprintf("Device\\%d'", n), Serial: []byte{0xff, 0, '\\', byte(n)}, SignedIn: moments[n%len(moments)], Location: sample.Address{Since: moments[0]}}
	if n%3 == 0 {
		return s
	}
	text := texts[n%len(texts)]
	s.Device, s.IP, s.Visits = text, pointer(text), math.MinInt64
	s.Seat, s.SeenAt = pointer(int64(-n)), pointer(moments[0].AddDate(0, 0, -n))
	s.Country, s.Latitude, s.Trusted = []byte(text), -89.999999999999, n%2 == 0
	s.Basket = map[string]int{text: n, "🍎": -1}
	s.Location = sample.Address{UserID: text, Lines: []string{}, Since: moments[0]}
	return s
}
