package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// assumedAge is the assumed age of a session's sign-in, which Lucia does not record. It is
// long enough that no sign-in counts as recent. It is no longer than that, since the
// absolute lifetime begins at the sign-in.
const assumedAge = 24 * time.Hour

// outcome counts Lucia's sessions by what was done with them.
type outcome struct {
	moved, repeated, expired, foreign, orphaned int
}

func (o outcome) String() string {
	return fmt.Sprintf("%d sessions moved, %d had been moved before.\n"+
		"Left out: %d expired, %d of users that are not there, %d whose id is not 40 characters of a–z, A–Z and 0–9.",
		o.moved, o.repeated, o.expired, o.orphaned, o.foreign)
}

// move writes the sessions that are alive at now. After an error it can be called again.
// It returns an error if there is no session to move and none has been moved before.
func move(ctx context.Context, from source, to *target, now time.Time) (outcome, error) {
	var o outcome
	row := 0
	for old, err := range from.all(ctx) {
		if err != nil {
			return o, err
		}
		row++
		s, ok := convert(old, now)
		switch {
		case !ok:
			o.foreign++
			continue
		case s.State(now) == spec.Expired:
			o.expired++
			continue
		}
		switch err := to.CreateSession(ctx, s); {
		case err == nil:
			o.moved++
		case errors.Is(err, spec.ErrSessionExists):
			o.repeated++
		case errors.Is(err, spec.ErrUserNotFound):
			o.orphaned++
		default:
			return o, atRow(row, err)
		}
	}
	if o.moved+o.repeated == 0 {
		return o, errors.New("no session was moved: check whether -lucia and -users name the right tables")
	}
	return o, nil
}

// atRow adds the position of a row of Lucia's table to an error. It does not add the row's
// id, which is the value of a cookie.
func atRow(position int, err error) error {
	return fmt.Errorf("row %d of Lucia's table, in the order in which the database returns them: %w", position, err)
}

// convert returns a session for which the same cookie is valid. Lucia's table has the
// whole cookie. The new session has its first part as the id, which is public, and the
// digest of the rest. Convert returns false for an id that is not a token.
func convert(old luciaSession, now time.Time) (spec.Session[Session], bool) {
	token, err := session.ParseToken(old.ID)
	if err != nil {
		return spec.Session[Session]{}, false
	}
	active := old.ActiveUntil
	if active.IsZero() {
		active = now // so the session is renewed at its next use
	}
	return spec.Session[Session]{
		ID:        string(token.ID()),
		UserID:    old.UserID,
		CreatedAt: now.Add(-assumedAge),
		Lease: spec.Lease{
			ActiveUntil: active,
			ExpiresAt:   old.ExpiresAt,
			Credential:  session.Credential(token, true), // Lucia's cookies outlive the browser
		},
		Attributes: old.Attributes,
	}, true
}
