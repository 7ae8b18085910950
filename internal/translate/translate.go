// Package translate judges adapters whose users have ids of one form only, such
// as integers, with a suite whose ids are any text. It is for tests.
//
// Each valid id of a user becomes an id of that form on its way into the
// adapter, and the same text again on its way out. Invalid ids pass untouched:
// it is the adapter that has to refuse them.
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
	"github.com/tenon-go/tenon/spec/attr"
)

// IDs translates the ids of users. It is safe for concurrent use, and all
// adapters on the same data need the same one.
type IDs struct {
	form func(id string) string
	back sync.Map // from an id in that form to the text that it stands for
}

// New returns a translation by form, which must give different texts different
// ids.
func New(form func(id string) string) *IDs { return &IDs{form: form} }

// Integer gives a text an integer of 63 bits, in decimal.
func Integer(id string) string {
	sum := sha256.Sum256([]byte(id))
	return strconv.FormatUint(binary.BigEndian.Uint64(sum[:8])>>1, 10)
}

// UUID gives a text a UUID with lower-case digits.
func UUID(id string) string {
	sum := sha256.Sum256([]byte(id))
	digits := hex.EncodeToString(sum[:16])
	return strings.Join([]string{digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]}, "-")
}

func (ids *IDs) in(id string) string {
	if !spec.ValidID(id) {
		return id
	}
	translated := ids.form(id)
	ids.back.Store(translated, id)
	return translated
}

// out leaves an id that nobody passed in as it is, for the suite to find.
func (ids *IDs) out(id string) string {
	if original, ok := ids.back.Load(id); ok {
		return original.(string)
	}
	return id
}

// Finder is an adapter that finds users by their attributes too.
type Finder[U, S any] interface {
	spec.TypedAdapter[U, S]
	spec.TypedUserFinder[U]
}

// adapter translates for an adapter.
type adapter[U, S any] struct {
	sessions[S]
	inner Finder[U, S]
}

// Adapter returns an adapter that translates for another. What else that
// implements is found by spec.As.
func Adapter[U, S any](ids *IDs, inner Finder[U, S]) spec.TypedAdapter[U, S] {
	return adapter[U, S]{sessions[S]{ids, inner}, inner}
}

func (a adapter[U, S]) CreateUser(ctx context.Context, user spec.User[U]) error {
	user.ID = a.ids.in(user.ID)
	return a.inner.CreateUser(ctx, user)
}

func (a adapter[U, S]) User(ctx context.Context, id string) (spec.User[U], error) {
	user, err := a.inner.User(ctx, a.ids.in(id))
	user.ID = a.ids.out(user.ID)
	return user, err
}

func (a adapter[U, S]) UserBy(ctx context.Context, field string, value any) (spec.User[U], error) {
	user, err := a.inner.UserBy(ctx, field, value)
	user.ID = a.ids.out(user.ID)
	return user, err
}

func (a adapter[U, S]) UpdateUser(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
	return a.inner.UpdateUser(ctx, a.ids.in(id), attributes, mask)
}

func (a adapter[U, S]) DeleteUser(ctx context.Context, id string) error {
	return a.inner.DeleteUser(ctx, a.ids.in(id))
}

func (a adapter[U, S]) SessionAndUser(ctx context.Context, sessionID string) (spec.Session[S], spec.User[U], error) {
	session, user, err := a.inner.SessionAndUser(ctx, sessionID)
	session.UserID, user.ID = a.ids.out(session.UserID), a.ids.out(user.ID)
	return session, user, err
}
