package program

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// invalidIDs are ids that no row can have.
var invalidIDs = []string{"", "\x00", "ann\x00", "ann\xff", "\xed\xa0\x80", strings.Repeat("x", spec.MaxIDBytes+1)}

const (
	absent    = "absent's"
	anonymous = "visitor"
	Mute      = "mute" // the id of a user, and of a session of that user, which are there first
	Hush      = "hush" // the id of a user, and of a session of that user, of the plain values
)

// The numbers of the attributes of rows that exist at first, and of refused rows.
const (
	fillNumber = 150
	newNumber  = 199
)

// dawn is when the first session ends. It is far in the future, so a server that deletes
// expired sessions by its own clock has nothing to delete. In and around Newfoundland,
// clocks are about to go forward.
var dawn = time.Date(2124, 3, 12, 5, 29, 59, 999e6, time.UTC)

// moments are times that stores can keep or return differently.
var moments = []time.Time{
	dawn,
	time.Date(2024, 3, 10, 2, 30, 0, 1e6, time.UTC),            // skipped by the clocks of New York
	time.Date(2024, 11, 3, 1, 30, 0, 0, time.UTC),              // occurs twice there
	time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC), // must be truncated towards the past
	time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC),
	time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC),
	time.Date(2038, 1, 19, 3, 14, 8, 0, time.UTC), // beyond 32 bits of seconds
	time.Date(1582, 10, 10, 0, 0, 0, 0, time.UTC), // skipped in the calendar of 1582
	time.Date(2024, 2, 29, 12, 0, 0, 123_456_789, time.FixedZone("far", 12*60*60+45*60)),
}

// values are the values that the program writes. Attributes with different numbers differ
// in each unique attribute.
type values[U, S any] struct {
	ids           []string // of users and of sessions; six or more
	attributes    func(n int) U
	device        func(n int) S
	unique        []string // the attributes for UserBy; all users have the first
	userFields    []string // some attributes; the first is one that every type has
	sessionFields []string

	// Attributes that are refused for a new row and for an existing one, by what
	// is wrong with them.
	badUsers    map[string]U
	badSessions map[string]S
}

// allIDs returns the ids that rows can have, and ids that no row can have.
func (v values[U, S]) allIDs() []string { return slices.Concat(v.ids, invalidIDs, []string{Mute}) }

// uniqueValue returns the value of a unique attribute of the nth user.
func (v values[U, S]) uniqueValue(n int, field string) any {
	value := reflect.ValueOf(v.attributes(n)).FieldByName(field)
	if value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	return value.Interface()
}

func (v values[U, S]) newUser(n int, id string) spec.User[U] {
	return spec.User[U]{ID: id, Attributes: v.attributes(n)}
}

// newSession returns the nth session, which ends n hours after dawn.
func (v values[U, S]) newSession(n int, id, userID string) spec.Session[S] {
	return spec.Session[S]{
		ID: id, UserID: userID, CreatedAt: moments[n%len(moments)],
		Lease: spec.Lease{
			ActiveUntil: moments[(n+1)%len(moments)], ExpiresAt: dawn.Add(time.Duration(n) * time.Hour),
			Credential: []string{"", "digest", "Digest ", "'\\\"%", strings.Repeat("é", 127)}[n%5],
		},
		Attributes: v.device(n),
	}
}
