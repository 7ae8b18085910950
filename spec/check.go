package spec

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tenon-go/tenon/spec/attr"
)

// MaxIDBytes is the length of the longest id and of the longest credential.
const MaxIDBytes = 255

// ValidID reports whether a store can hold id: 1 to 255 bytes of valid UTF-8
// without NUL. Creating a row with any other id is ErrInvalid. In every other call
// such an id names no row: it is not found, or there is nothing to delete, and the
// database is not queried.
func ValidID(id string) bool { return id != "" && validText(id) }

func validText(s string) bool {
	return len(s) <= MaxIDBytes && utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

// NormalTime returns t as stores keep it: in UTC, cut to the millisecond. If its
// year in UTC is outside 1 to 9999, the error is ErrInvalid.
func NormalTime(t time.Time) (time.Time, error) {
	t, ok := attr.NormalTime(t)
	if !ok {
		return time.Time{}, newInvalid("time outside years 1 to 9999")
	}
	return t, nil
}

// Normal returns the session with its times as stores keep them. A session whose
// ids, times or credential no store can hold is ErrInvalid. Normal ignores the
// attributes: see [Values] and [Clone].
func (s Session[S]) Normal() (Session[S], error) {
	if !ValidID(s.ID) {
		return s, newInvalid("session id")
	}
	if s.UserID != "" && !ValidID(s.UserID) {
		return s, newInvalid("user id")
	}
	var err error
	if s.CreatedAt, err = NormalTime(s.CreatedAt); err != nil {
		return s, err
	}
	s.Lease, err = s.Lease.Normal()
	return s, err
}

// Normal returns the lease with its times as stores keep them. A lease whose times
// or credential no store can hold is ErrInvalid.
func (l Lease) Normal() (Lease, error) {
	if !validText(l.Credential) {
		return l, newInvalid("credential")
	}
	var err error
	if l.ActiveUntil, err = NormalTime(l.ActiveUntil); err != nil {
		return l, err
	}
	l.ExpiresAt, err = NormalTime(l.ExpiresAt)
	return l, err
}

// Normal returns the sweep with its time as stores keep it. The error is
// ErrInvalid if the limit is not positive, if no store can hold the time, or if not
// exactly one of UserID and Everyone is set. Normal does not check the user id with
// [ValidID]: an invalid id names no user, so there is nothing to delete.
func (w Sweep) Normal() (Sweep, error) {
	if w.Limit <= 0 {
		return w, newInvalid("limit is not positive")
	}
	if (w.UserID == "") != w.Everyone {
		return w, newInvalid("a sweep is of one user or of everyone")
	}
	var err error
	w.Now, err = NormalTime(w.Now)
	return w, err
}

// UserSchema compiles the attribute type of users. A type that cannot be stored
// is an error here, never a panic in a request. The column "id" is reserved.
func UserSchema[U any]() (*attr.Schema[U], error) { return attr.SchemaOf[U]() }

// SessionSchema compiles the attribute type of sessions. The names of the
// [SessionColumns] are reserved.
func SessionSchema[S any]() (*attr.Schema[S], error) {
	var own []string
	for _, c := range SessionColumns() {
		own = append(own, c.Name)
	}
	return attr.SchemaOf[S](own...)
}

// Values returns the masked attributes as a store holds them (see
// [attr.Schema.Values]). A value that no store can hold is ErrInvalid. A value that
// is longer than its max is a *ConstraintError.
func Values[T any](schema *attr.Schema[T], v T, mask attr.Mask[T]) ([]any, error) {
	values, err := schema.Values(v, mask)
	return values, addClass(err)
}

// Clone checks attributes as [Values] does and returns them as a store would
// return them: a deep copy that shares nothing with v.
func Clone[T any](schema *attr.Schema[T], v T) (T, error) {
	if _, err := schema.Values(v, attr.All[T]()); err != nil {
		var none T
		return none, addClass(err)
	}
	c, err := schema.Clone(v)
	return c, addClass(err)
}

// addClass gives an error about a value its class.
func addClass(err error) error {
	if err == nil {
		return nil
	}
	if v, ok := errors.AsType[*attr.ValueError](err); ok && v.TooLong {
		return &ConstraintError{Kind: TooLong, Attribute: v.Field}
	}
	return newInvalid(err.Error())
}

// invalidError is ErrInvalid with its reason.
type invalidError struct{ reason string }

func (e *invalidError) Error() string { return ErrInvalid.Error() + ": " + e.reason }
func (e *invalidError) Unwrap() error { return ErrInvalid }

func newInvalid(reason string) error { return &invalidError{reason} }
