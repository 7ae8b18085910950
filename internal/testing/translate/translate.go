// Package translate lets the suite, whose users' ids are any text, judge adapters whose
// users' ids have one form, such as integers. It is for tests.
//
// It translates each valid id of a user to that form for calls of the adapter, and back to
// the same text in results.
package translate

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"sync"

	"github.com/tenon-go/tenon/spec"
)

// IDs translates the ids of users. It is safe for concurrent use. All adapters on the same
// data must share one.
type IDs struct {
	form func(id string) string
	back sync.Map // from an id in that form to its text
}

// New returns a translation by form, which must return different ids for different texts.
func New(form func(id string) string) *IDs { return &IDs{form: form} }

// Integer returns a 63-bit integer, in decimal, for a text.
func Integer(id string) string {
	sum := sha256.Sum256([]byte(id))
	return strconv.FormatUint(binary.BigEndian.Uint64(sum[:8])>>1, 10)
}

// UUID returns a UUID with lower-case digits for a text.
func UUID(id string) string {
	sum := sha256.Sum256([]byte(id))
	digits := hex.EncodeToString(sum[:16])
	return strings.Join([]string{digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]}, "-")
}

func (ids *IDs) toStore(id string) string {
	if !spec.ValidID(id) {
		return id
	}
	translated := ids.form(id)
	ids.back.Store(translated, id)
	return translated
}

// fromStore returns the text of an id. It returns an unknown id as it is, so the suite
// notices it.
func (ids *IDs) fromStore(id string) string {
	if original, ok := ids.back.Load(id); ok {
		return original.(string)
	}
	return id
}

// adapter wraps an adapter and translates ids.
type adapter struct {
	spec.Adapter
	ids *IDs
}

// Adapter returns an adapter that calls inner with translated ids. Inner can be one that
// keeps only sessions. spec.As finds the other interfaces of inner.
func Adapter(ids *IDs, inner spec.Adapter) spec.Adapter { return adapter{inner, ids} }

// Unwrap returns the wrapped adapter.
func (a adapter) Unwrap() any { return a.Adapter }

// ValidUserID accepts every id, since it is translated.
func (a adapter) ValidUserID(string) bool { return true }

func (a adapter) CreateUser(ctx context.Context, user spec.UserRow) error {
	user.ID = a.ids.toStore(user.ID)
	return a.Adapter.CreateUser(ctx, user)
}

func (a adapter) User(ctx context.Context, id string, into *spec.UserRow) error {
	err := a.Adapter.User(ctx, a.ids.toStore(id), into)
	into.ID = a.ids.fromStore(into.ID)
	return err
}

func (a adapter) UserBy(ctx context.Context, place int, value any, into *spec.UserRow) error {
	finder, ok := spec.As[spec.UserFinder](a.Adapter)
	if !ok {
		return spec.ErrUnsupported
	}
	err := finder.UserBy(ctx, place, value, into)
	into.ID = a.ids.fromStore(into.ID)
	return err
}

func (a adapter) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	return a.Adapter.UpdateUser(ctx, a.ids.toStore(id), change)
}

func (a adapter) DeleteUser(ctx context.Context, id string) error {
	return a.Adapter.DeleteUser(ctx, a.ids.toStore(id))
}

func (a adapter) SessionAndUser(ctx context.Context, id string, session *spec.SessionRow, user *spec.UserRow) error {
	err := a.Adapter.SessionAndUser(ctx, id, session, user)
	session.UserID, user.ID = a.ids.fromStore(session.UserID), a.ids.fromStore(user.ID)
	return err
}

func (a adapter) CreateSession(ctx context.Context, session spec.SessionRow) error {
	session.UserID = a.ids.toStore(session.UserID)
	return a.Adapter.CreateSession(ctx, session)
}

func (a adapter) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	err := a.Adapter.Session(ctx, id, into)
	into.UserID = a.ids.fromStore(into.UserID)
	return err
}

func (a adapter) UserSessions(ctx context.Context, userID string, next func() *spec.SessionRow) error {
	var last *spec.SessionRow // is read when the next one is asked for
	finish := func() {
		if last != nil {
			last.UserID = a.ids.fromStore(last.UserID)
		}
	}
	err := a.Adapter.UserSessions(ctx, a.ids.toStore(userID), func() *spec.SessionRow {
		finish()
		last = next()
		return last
	})
	finish()
	return err
}

func (a adapter) DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error) {
	return a.Adapter.DeleteUserSessions(ctx, a.ids.toStore(userID), keep)
}

func (a adapter) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	sweep.UserID = a.ids.toStore(sweep.UserID)
	return a.Adapter.DeleteExpiredSessions(ctx, sweep)
}
