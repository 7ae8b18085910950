package spec

import (
	"sync"

	"github.com/tenon-go/tenon/spec/attr"
)

// rows provides the rows that an adapter reads into. T is the type of their
// attributes, R is [SessionRow] or [UserRow].
type rows[R, T any] struct {
	schema *attr.Schema[T]
	blank  func(row *R, pointers []any) // resets the row to nothing but these pointers
	reused *sync.Pool                   // of *target[R, T]; nil if every read gets a new target
}

// target is a row to read into, with pointers into its attributes.
type target[R, T any] struct {
	row        R
	attributes T
	pointers   []any
}

func newRows[R, T any](schema *attr.Schema[T], blank func(*R, []any), reuse bool) rows[R, T] {
	r := rows[R, T]{schema: schema, blank: blank}
	if reuse {
		r.reused = new(sync.Pool)
	}
	return r
}

func (r *rows[R, T]) take() *target[R, T] {
	if r.reused != nil {
		if t, ok := r.reused.Get().(*target[R, T]); ok {
			return t
		}
	}
	t := new(target[R, T])
	t.pointers = r.schema.Pointers(&t.attributes)
	r.blank(&t.row, t.pointers)
	return t
}

// give returns a row to the pool. The caller has copied its values, and the adapter
// has finished with it. The row of a failed call must not be given back: the adapter
// may still be writing to it.
func (r *rows[R, T]) give(t *target[R, T]) {
	if r.reused == nil {
		return
	}
	var attributes T
	t.attributes = attributes
	r.blank(&t.row, t.pointers)
	r.reused.Put(t)
}

// giveUnread returns the row of a read that ended with err to the pool if err only
// means that there is no such row. The adapter has not failed then.
func (r *rows[R, T]) giveUnread(t *target[R, T], err error) {
	if err == ErrSessionNotFound || err == ErrUserNotFound {
		r.give(t)
	}
}

// session sets into to the session that was read into t, and gives t back. To fill in the
// caller's variable saves copies, a tenth of the time of a read in memory. After an error,
// into is not complete.
func (f *sessions[S]) session(t *target[SessionRow, S], into *Session[S]) error {
	var err error
	row := &t.row
	if into.CreatedAt, err = NormalTime(row.CreatedAt); err != nil {
		return errStoredTime
	}
	if into.ActiveUntil, err = NormalTime(row.ActiveUntil); err != nil {
		return errStoredTime
	}
	if into.ExpiresAt, err = NormalTime(row.ExpiresAt); err != nil {
		return errStoredTime
	}
	if !attr.NormalTimes(t.pointers) {
		return errStoredTime
	}
	into.ID, into.UserID, into.Credential, into.Attributes = row.ID, row.UserID, row.Credential, t.attributes
	f.rows.give(t)
	return nil
}

// user sets into to the user that was read into t, and gives t back.
func (f *Store[U, S]) user(t *target[UserRow, U], into *User[U]) error {
	if !attr.NormalTimes(t.pointers) {
		return errStoredTime
	}
	into.ID, into.Attributes = t.row.ID, t.attributes
	f.rows.give(t)
	return nil
}

var errStoredTime = &Error{Class: ErrFailed, Detail: "a stored time outside years 1 to 9999"}
