package program

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

// ids are those of users and of sessions: what stores take for one another, for
// patterns, for parts of statements, for numbers, or for another encoding.
var ids = []string{
	"ann", "ANN", "ann ", " ann", "änn", "a\u0308nn", "straße", "strasse", "i", "ı", "😀", "\U0010ffff", "\ufeffann",
	"'", "\\", "\\'", "%", "_", "'; DELETE FROM users; --", "?", "$1", "E'\\x61'", "\\x616e6e",
	"NULL", "42", "042", "$ne", "a.b", "\t", "ann\n", "\x01", strings.Repeat("x", spec.MaxIDBytes), strings.Repeat("é", 127),
}

// invalidIDs are ids that nobody can have.
var invalidIDs = []string{"", "\x00", "ann\x00", "ann\xff", "\xed\xa0\x80", strings.Repeat("x", spec.MaxIDBytes+1)}

const (
	absent    = "nobody's"
	anonymous = "visitor"
)

// dawn is when the first session ends, by no server's clock: one that deletes
// dead sessions by itself has nothing to delete. In Newfoundland, and near it,
// clocks are about to go forward.
var dawn = time.Date(2124, 3, 12, 5, 29, 59, 999e6, time.UTC)

// moments are times that stores keep, or show, differently.
var moments = []time.Time{
	dawn,
	time.Date(2024, 3, 10, 2, 30, 0, 1e6, time.UTC),            // in no clock of New York
	time.Date(2024, 11, 3, 1, 30, 0, 0, time.UTC),              // twice on it
	time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC), // is cut towards the past
	time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC),
	time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC),
	time.Date(2038, 1, 19, 3, 14, 8, 0, time.UTC), // past 32 bits of seconds
	time.Date(1582, 10, 10, 0, 0, 0, 0, time.UTC), // in no Gregorian calendar
	time.Date(2024, 2, 29, 12, 0, 0, 123_456_789, time.FixedZone("far", 12*60*60+45*60)),
}

var texts = []string{
	"", "Ann", " ", "Ånn 😀", "'\"\\`", "%_", "NULL", "line\nline\r\n", "\u0085\u2028", "\\x41\\u0041\\n", "{\"a\":1}", "ＡＮＮ", "0", "\x01\x7f",
}

func pointer[T any](v T) *T { return &v }

// userAttributes are the n-th attributes: no two have a unique value in common.
func userAttributes(n int) User {
	u := User{
		Email: fmt.Sprintf("Ann+%d'@exämple.com", n), Key: []byte{0, 0xff, '\'', '\\', byte(n)},
		CreatedAt: moments[n%len(moments)], Roles: []string{}, Settings: map[string]string{},
		Address: conformance.Address{Since: moments[0]},
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
	u.Address = conformance.Address{ID: text, Lines: texts, Since: moments[n%len(moments)].UTC().Truncate(time.Millisecond), Number: math.MaxInt64}
	u.Previous = &u.Address
	return u
}

func sessionAttributes(n int) Session {
	s := Session{DeviceID: fmt.Sprintf("Device\\%d'", n), Serial: []byte{0xff, 0, '\\', byte(n)}, SignedIn: moments[n%len(moments)], Location: conformance.Address{Since: moments[0]}}
	if n%3 == 0 {
		return s
	}
	text := texts[n%len(texts)]
	s.Device, s.IP, s.Visits = text, pointer(text), math.MinInt64
	s.Seat, s.SeenAt = pointer(int64(-n)), pointer(moments[0].AddDate(0, 0, -n))
	s.Country, s.Latitude, s.Trusted = []byte(text), -89.999999999999, n%2 == 0
	s.Basket = map[string]int{text: n, "🍎": -1}
	s.Location = conformance.Address{UserID: text, Lines: []string{}, Since: moments[0]}
	return s
}

// newSession is the n-th session: it ends n hours after dawn.
func newSession(n int, id, userID string) spec.Session[Session] {
	return spec.Session[Session]{
		ID: id, UserID: userID, CreatedAt: moments[n%len(moments)],
		Lease: spec.Lease{
			ActiveUntil: moments[(n+1)%len(moments)], ExpiresAt: dawn.Add(time.Duration(n) * time.Hour),
			Credential: []string{"", "digest", "Digest ", "'\\\"%", strings.Repeat("é", 127)}[n%5],
		},
		Attributes: sessionAttributes(n),
	}
}

// badUsers are attributes that are refused as those of a new user, and of one
// who is there.
func badUsers() []User {
	list := make([]User, 6)
	for i := range list {
		list[i] = userAttributes(199)
	}
	list[0].Email = userAttributes(1).Email // taken
	list[1].Key = userAttributes(1).Key
	list[2].Name = strings.Repeat("é", 41)
	list[3].Email = "ann\x00@example.com"
	list[4].Score = math.NaN()
	list[5].Address.Lines = []string{"\xff"}
	return list
}

func badSessions() []Session {
	list := make([]Session, 4)
	for i := range list {
		list[i] = sessionAttributes(199)
	}
	list[0].DeviceID = sessionAttributes(200).DeviceID // taken
	list[1].Device = strings.Repeat("x", 201)
	list[2].Device = "\xff"
	list[3].SignedIn = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	return list
}
