package spec

import (
	"time"

	"github.com/tenon-go/tenon/spec/attr"
)

// SessionRow and UserRow are rows as a store sees them: the attributes are
// values, as [attr.Schema.Values] gives them.
type (
	SessionRow = Session[[]any]
	UserRow    = User[[]any]
)

// Column is a column that every table of sessions or users has, whatever the
// attributes are. R is [SessionRow] or [UserRow].
type Column[R any] struct {
	Name string
	Kind attr.Kind // String or Time
	Max  int       // bytes of a string; 0: no string

	// UserID says that the column holds the id of a user. A store may keep these
	// in another type than text.
	UserID bool

	// Nullable says that null stands for the empty string or the zero time.
	Nullable bool

	// HasDefault says that a row that was written before the column existed may
	// have the empty string or the zero time: which lets no client in.
	HasDefault bool

	// InLease says that the column is part of the lease.
	InLease bool

	// Pointer returns the *string or *time.Time in the row that the column is for.
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
		{Name: "active_until", Kind: attr.Time, InLease: true, HasDefault: true, // idle: to be renewed
			Pointer: func(s *SessionRow) any { return &s.ActiveUntil }},
		{Name: "expires_at", Kind: attr.Time, InLease: true,
			Pointer: func(s *SessionRow) any { return &s.ExpiresAt }},
		{Name: "credential", Kind: attr.String, Max: MaxIDBytes, InLease: true, HasDefault: true, // no token's
			Pointer: func(s *SessionRow) any { return &s.Credential }},
	}
}

// UserColumns returns the columns of users: the id.
func UserColumns() []Column[UserRow] {
	return []Column[UserRow]{
		{Name: "id", Kind: attr.String, Max: MaxIDBytes, UserID: true,
			Pointer: func(u *UserRow) any { return &u.ID }},
	}
}
