package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/tenon-go/tenon/adapters/internal/deadline"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// failScan returns the error of a row that could not be scanned.
func (c *call) failScan(ctx context.Context, err error) error {
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
func (a *Adapter[U, S]) userInto(row *spec.UserRow, attributes *U) []any {
	return destinations(a.userOwn, row, a.users.ids, a.userSchema.Destinations(attributes))
}

// joinedInto returns the destinations of {users.columns} in a left join, in
// which all are null if there is no user. The id comes first and tells.
func (a *Adapter[U, S]) joinedInto(row *spec.UserRow, attributes *U, there *bool) []any {
	into := a.userInto(row, attributes)
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
func (s *Sessions[S]) into(row *spec.SessionRow, attributes *S) []any {
	return destinations(s.own, row, s.table.owners, s.schema.Destinations(attributes))
}

// leaseInto returns the destinations of {lease.columns}.
func (s *Sessions[S]) leaseInto(row *spec.SessionRow) []any {
	return destinations(s.lease, row, s.table.owners, nil)
}

// destinations returns those of a row: its own columns and its attributes.
func destinations[R any](own []spec.Column[R], row *R, userIDs *IDs, attributes []*attr.Destination) []any {
	into := make([]any, 0, len(own)+len(attributes))
	for _, c := range own {
		into = append(into, ownInto(c, row, userIDs))
	}
	for _, d := range attributes {
		into = append(into, d)
	}
	return into
}

// ownInto returns the destination of a column that is no attribute. The ids of
// users are kept as userIDs says.
func ownInto[R any](c spec.Column[R], row *R, userIDs *IDs) scanner {
	var into scanner
	switch p := c.Pointer(row).(type) {
	case *time.Time:
		into = timeInto(p)
	case *string:
		into = textInto(p)
		if c.UserID {
			into = userIDs.into(p)
		}
	}
	if !c.Nullable {
		return into
	}
	return func(src any) error {
		if src == nil {
			return nil // what it is for is zero
		}
		return into(src)
	}
}

// ownValues returns what the columns that are no attributes hold in a row. UserID is
// the id of a user as it is kept, or nil.
func ownValues[R any](columns []spec.Column[R], row *R, userID any) []any {
	values := make([]any, len(columns))
	for i, c := range columns {
		values[i] = c.Value(row)
		if c.UserID {
			values[i] = userID
		}
	}
	return values
}
