package spec

import (
	"sync"

	"github.com/tenon-go/tenon/spec/attr"
)

// rows makes what rows with attributes of type T are read into. R is
// [SessionRow] or [UserRow].
type rows[R, T any] struct {
	schema *attr.Schema[T]
	clear  func(row *R, pointers []any) // leaves the row nothing but these pointers
	reused *sync.Pool                   // of *target[R, T]; nil: every read has its own
}

// target is one row to read into: its attributes point into a T.
type target[R, T any] struct {
	row        R
	attributes T
	pointers   []any
}

func newRows[R, T any](schema *attr.Schema[T], clear func(*R, []any), reuse bool) rows[R, T] {
	r := rows[R, T]{schema: schema, clear: clear}
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
	r.clear(&t.row, t.pointers)
	return t
}

// give has a row reused that the adapter is done with, and whose values have been
// copied. One of a call that failed is left to the garbage collector: an adapter
// that fails, of all, may still be writing.
func (r *rows[R, T]) give(t *target[R, T]) {
	if r.reused == nil {
		return
	}
	var attributes T
	t.attributes = attributes
	r.clear(&t.row, t.pointers)
	r.reused.Put(t)
}

// giveUnread gives up a row of a read that ended with an error, if that is the
// adapter's answer that there is no such row: it has not failed then.
func (r *rows[R, T]) giveUnread(t *target[R, T], err error) {
	if err == ErrSessionNotFound || err == ErrUserNotFound {
		r.give(t)
	}
}

// session returns what was read, and gives the row up.
func (f *sessions[S]) session(t *target[SessionRow, S]) (Session[S], error) {
	var err error
	row := &t.row
	if row.CreatedAt, err = NormalTime(row.CreatedAt); err != nil {
		return Session[S]{}, errStoredTime
	}
	if row.ActiveUntil, err = NormalTime(row.ActiveUntil); err != nil {
		return Session[S]{}, errStoredTime
	}
	if row.ExpiresAt, err = NormalTime(row.ExpiresAt); err != nil {
		return Session[S]{}, errStoredTime
	}
	if !attr.NormalTimes(t.pointers) {
		return Session[S]{}, errStoredTime
	}
	s := SessionWith(*row, t.attributes)
	f.rows.give(t)
	return s, nil
}

// user returns what was read, and gives the row up.
func (f *Store[U, S]) user(t *target[UserRow, U]) (User[U], error) {
	if !attr.NormalTimes(t.pointers) {
		return User[U]{}, errStoredTime
	}
	u := UserWith(t.row, t.attributes)
	f.rows.give(t)
	return u, nil
}

var errStoredTime = &Error{Class: ErrFailed, Detail: "a stored time outside years 1 to 9999"}
