package spec

import (
	"time"

	"github.com/tenon-go/tenon/spec/attr"
)

// SessionRow and UserRow are rows as an adapter sees them. In a row to write, the
// attributes are the values that [attr.Schema.Values] returns. In a row to read
// into, they are the pointers that [attr.Schema.Pointers] returns.
type (
	SessionRow = Session[[]any]
	UserRow    = User[[]any]
)

// Column is a column that every table of sessions or users has, whatever the
// attributes are. R is [SessionRow] or [UserRow].
type Column[R any] struct {
	Name string
	Kind attr.Kind // String or Time
	Max  int       // length limit of a string, in bytes; 0 if the column is not a string

	// UserID reports that the column holds the id of a user. A store can keep such
	// ids in a type other than text.
	UserID bool

	// Nullable reports that null stands for the empty string or the zero time.
	Nullable bool

	// HasDefault reports that rows written before the column existed can hold the
	// empty string or the zero time in it. Neither lets a client in.
	HasDefault bool

	// InLease reports that the column is part of the lease.
	InLease bool

	// Pointer returns a pointer to the row's field for the column: a *string or a
	// *time.Time.
	Pointer func(*R) any
}

// Value returns the column's value in a row: a string, a time.Time, or nil for
// null.
func (c Column[R]) Value(row *R) any {
	switch p := c.Pointer(row).(type) {
	case *string:
		if *p != "" || !c.Nullable {
			return *p
		}
	case *time.Time:
		if !p.IsZero() || !c.Nullable {
			return *p
		}
	}
	return nil
}

// SessionColumns returns the columns of sessions, the id first.
func SessionColumns() []Column[SessionRow] {
	return []Column[SessionRow]{
		{Name: "id", Kind: attr.String, Max: MaxIDBytes,
			Pointer: func(s *SessionRow) any { return &s.ID }},
		{Name: "user_id", Kind: attr.String, Max: MaxIDBytes, UserID: true, Nullable: true,
			Pointer: func(s *SessionRow) any { return &s.UserID }},
		{Name: "created_at", Kind: attr.Time,
			Pointer: func(s *SessionRow) any { return &s.CreatedAt }},
		{Name: "active_until", Kind: attr.Time, InLease: true, HasDefault: true, // the zero time: idle, so renewed on use
			Pointer: func(s *SessionRow) any { return &s.ActiveUntil }},
		{Name: "expires_at", Kind: attr.Time, InLease: true,
			Pointer: func(s *SessionRow) any { return &s.ExpiresAt }},
		{Name: "credential", Kind: attr.String, Max: MaxIDBytes, InLease: true, HasDefault: true, // the empty string: matches no token
			Pointer: func(s *SessionRow) any { return &s.Credential }},
	}
}

// UserColumns returns the columns of users. The id is the only one.
func UserColumns() []Column[UserRow] {
	return []Column[UserRow]{
		{Name: "id", Kind: attr.String, Max: MaxIDBytes, UserID: true,
			Pointer: func(u *UserRow) any { return &u.ID }},
	}
}
