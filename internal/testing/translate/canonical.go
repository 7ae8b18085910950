package translate

import (
	"context"
	"reflect"
	"strconv"
	"strings"

	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// TB has the methods that this package needs of a *testing.T or a conformance.TB.
type TB interface {
	Context() context.Context
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Helper()
}

// LikeInteger returns texts that are not the canonical text of a 64-bit integer. Some
// databases treat most of them as n.
func LikeInteger(n int64) []string {
	id := strconv.FormatInt(n, 10)
	return []string{
		"", "0" + id, "00" + id, "+" + id, "--" + id, " " + id, id + " ", "\t" + id, id + "\n", "\u00a0" + id,
		id + "abc", id + "'", id + ";", id + " OR 1=1", id + ".", id + ".0", id + "e0", id + "_0", "0x" + strconv.FormatInt(n, 16),
		"-0", "00", "NULL", "true", "x", "٤٢", "４２", "9223372036854775808", "-9223372036854775809", strings.Repeat("9", 255),
		id + "\x00", id + "\xff", strings.Repeat("0", 1<<16) + id,
	}
}

// LikeUUID returns texts that are not the canonical text of a UUID. Some databases treat
// most of them as id, which must contain a letter.
func LikeUUID(id string) []string {
	bare := strings.ReplaceAll(id, "-", "")
	return []string{
		"", strings.ToUpper(id), strings.ToUpper(id[:8]) + id[8:], bare, "{" + id + "}", "urn:uuid:" + id, " " + id, id + " ", id + "\n",
		bare[:4] + "-" + bare[4:8] + "-" + bare[8:12] + "-" + bare[12:], id[:35], id + "0", id[:35] + "g", id[:35] + "-",
		id[:8] + "_" + id[9:], bare[:16], "NULL", "42", "x", id[:35] + "\x00", id[:35] + "\xff", id + "\x00",
	}
}

// OnlyCanonical fails the test unless a user can be reached only by the id's canonical
// text, in every call. The user must exist and have a session. The others must not be the
// ids of users.
func OnlyCanonical[U, S any](t TB, a typed.Store[U, S], id string, others []string) {
	t.Helper()
	ctx := t.Context()
	want, err := a.User(ctx, id)
	if err != nil || want.ID != id {
		t.Fatalf("User: got %+v, %v", want, err)
	}
	for _, other := range others {
		var none U
		_, err := a.User(ctx, other)
		wantClass(t, err, spec.ErrUserNotFound, "User", other)
		wantClass(t, a.UpdateUser(ctx, other, none, attr.All[U]()), spec.ErrUserNotFound, "UpdateUser", other)
		wantClass(t, a.UpdateUser(ctx, other, none, attr.Mask[U]{}), spec.ErrUserNotFound, "UpdateUser of nothing", other)
		wantClass(t, a.CreateUser(ctx, spec.User[U]{ID: other, Attributes: none}), spec.ErrInvalid, "CreateUser", other)
		wantClass(t, a.DeleteUser(ctx, other), nil, "DeleteUser", other)
	}
	OnlyCanonicalOwner(t, a, id, others)
	if got, err := a.User(ctx, id); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("User at the end: got %+v, %v, want %+v", got, err, want)
	}
}

// OnlyCanonicalOwner is [OnlyCanonical] for stores that keep only sessions.
func OnlyCanonicalOwner[S any](t TB, a typed.SessionStore[S], id string, others []string) {
	t.Helper()
	ctx := t.Context()
	want, err := a.UserSessions(ctx, id)
	if err != nil || len(want) == 0 || want[0].UserID != id {
		t.Fatalf("UserSessions: got %+v, %v", want, err)
	}
	for _, other := range others {
		list, err := a.UserSessions(ctx, other)
		wantClass(t, err, nil, "UserSessions", other)
		n, err := a.DeleteUserSessions(ctx, other)
		wantClass(t, err, nil, "DeleteUserSessions", other)
		if len(list) > 0 || n > 0 {
			t.Errorf("UserSessions and DeleteUserSessions of %.40q: %d and %d sessions, want none", other, len(list), n)
		}
		if other == "" {
			continue // it is ErrInvalid in a sweep, and the user of an anonymous session
		}
		n, err = a.DeleteExpiredSessions(ctx, spec.Sweep{Now: want[0].ExpiresAt, UserID: other, Limit: 9})
		wantClass(t, err, nil, "DeleteExpiredSessions", other)
		if n > 0 {
			t.Errorf("DeleteExpiredSessions of %.40q: %d sessions, want none", other, n)
		}
		s := want[0]
		s.ID, s.UserID = "of another text", other
		wantClass(t, a.CreateSession(ctx, s), spec.ErrInvalid, "CreateSession", other)
		_, err = a.Session(ctx, s.ID)
		wantClass(t, err, spec.ErrSessionNotFound, "Session after CreateSession", other)
	}
	if got, err := a.UserSessions(ctx, id); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("UserSessions at the end: got %+v, %v, want %+v", got, err, want)
	}
}

// wantClass fails the test unless err is of this class, or nil if class is nil, and does
// not contain the text.
func wantClass(t TB, err, class error, call, text string) {
	t.Helper()
	switch {
	case class == nil && err != nil, class != nil && spec.ClassOf(err) != class:
		t.Errorf("%s of %.40q: got %v, want %v", call, text, err, class)
	case err != nil && len(text) > 3 && strings.Contains(err.Error(), text):
		t.Errorf("%s of %.40q: the error holds it: %v", call, text, err)
	}
}
