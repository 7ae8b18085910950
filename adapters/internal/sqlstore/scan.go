package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/tenon-go/tenon/adapters/internal/deadline"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// row is the current row of a query.
type row interface{ Scan(into ...any) error }

// scanner is a sql.Scanner.
type scanner func(src any) error

// Scan calls the function.
func (f scanner) Scan(src any) error { return f(src) }

// Everything is scanned into scanners, those below and attr.Destination:
// database/sql's own conversions have the value in the text of their errors.

// textInto takes text that is not null.
func textInto(into *string) scanner {
	return func(src any) error {
		switch s := src.(type) {
		case string:
			*into = s
		case []byte:
			*into = string(s)
		default:
			return fmt.Errorf("the stored value (%T) is not text", src)
		}
		return nil
	}
}

// ownerInto takes the id of a session's user, and null as the empty string.
func (t *table) ownerInto(into *string) scanner {
	return func(src any) error {
		*into = ""
		if src == nil {
			return nil
		}
		return t.owners.into(into)(src)
	}
}

// timeInto takes a time in any encoding that a dialect uses.
func timeInto(into *time.Time) scanner {
	return func(src any) error {
		t, ok := src.(time.Time)
		if ms, is := src.(int64); is {
			t, ok = time.UnixMilli(ms), true
		}
		if ok {
			*into, ok = attr.NormalTime(t)
		}
		if !ok {
			return fmt.Errorf("the stored value (%T) is not a time in years 1 to 9999", src)
		}
		return nil
	}
}

// boolInto takes the answer to EXISTS.
func boolInto(into *bool) scanner {
	return func(src any) error {
		switch b := src.(type) {
		case bool:
			*into = b
		case int64:
			*into = b != 0
		default:
			return fmt.Errorf("the answer (%T) is not a bool", src)
		}
		return nil
	}
}

// misfit returns the error of a row that could not be scanned.
func (c *call) misfit(ctx context.Context, err error) error {
	if done := deadline.Err(ctx); done != nil { // which closes the rows
		return c.error(c.op, done, "", err)
	}
	detail := ""
	if inner := errors.Unwrap(err); inner != nil {
		detail = inner.Error() // of a scanner: no value is in it
	}
	return c.error(c.op, spec.ErrFailed, detail, err)
}

// userInto returns the destinations of {users.columns}.
func (a *Adapter[U, S]) userInto(user *spec.User[U]) []any {
	into := []any{a.users.ids.into(&user.ID)}
	for _, d := range a.userSchema.Destinations(&user.Attributes) {
		into = append(into, d)
	}
	return into
}

// joinedInto returns the destinations of {users.columns} in a left join, in
// which all are null if there is no user. The id comes first and tells.
func (a *Adapter[U, S]) joinedInto(user *spec.User[U], there *bool) []any {
	into := a.userInto(user)
	for i, d := range into {
		to := d.(sql.Scanner)
		into[i] = scanner(func(src any) error {
			if i == 0 {
				*there = src != nil
			}
			if !*there {
				return nil
			}
			return to.Scan(src)
		})
	}
	return into
}

// into returns the destinations of {sessions.columns}.
func (s *Sessions[S]) into(session *spec.Session[S]) []any {
	into := []any{s.table.ids.into(&session.ID), s.table.ownerInto(&session.UserID), timeInto(&session.CreatedAt)}
	into = append(into, leaseInto(&session.Lease)...)
	for _, d := range s.schema.Destinations(&session.Attributes) {
		into = append(into, d)
	}
	return into
}

// leaseInto returns the destinations of a lease's columns.
func leaseInto(lease *spec.Lease) []any {
	return []any{timeInto(&lease.ActiveUntil), timeInto(&lease.ExpiresAt), textInto(&lease.Credential)}
}
