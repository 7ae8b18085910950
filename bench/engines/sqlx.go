package engines

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"
)

// flat is a row as sqlx scans it. T is the type in which the driver returns times.
type flat[T any] struct {
	ID          string `db:"id"`
	UserID      string `db:"user_id"`
	CreatedAt   T      `db:"created_at"`
	ActiveUntil T      `db:"active_until"`
	ExpiresAt   T      `db:"expires_at"`
	Credential  string `db:"credential"`
	Name        string `db:"name"`
	Agent       string `db:"agent"`
	Address     string `db:"address"`
	Visits      int    `db:"visits"`
}

type flatJoined[T any] struct {
	flat[T]
	ID     string `db:"u_id"`
	Name   string `db:"u_name"`
	Email  string `db:"u_email"`
	Logins int    `db:"u_logins"`
}

// sqlxGet returns the competitor that calls sqlx's Get on Tenon's tables. It only reads,
// since sqlx writes with database/sql.
func sqlxGet[T any](d Dialect, instant func(T) time.Time) Competitor {
	return Competitor{
		Name:  "sqlx",
		About: "`Get` into a struct, on Tenon's tables",
		Open: func(_ context.Context, at *Place) (*Client, error) {
			db, err := sqlx.Open(d.driver, at.DSN)
			if err != nil {
				return nil, err
			}
			t := d.statements(usersTable, sessionsTable)
			of := func(f *flat[T]) session {
				s := session{ID: f.ID, UserID: f.UserID, CreatedAt: instant(f.CreatedAt).UTC(), Attributes: Device{f.Name, f.Agent, f.Address, f.Visits}}
				s.ActiveUntil, s.ExpiresAt, s.Credential = instant(f.ActiveUntil).UTC(), instant(f.ExpiresAt).UTC(), f.Credential
				return s
			}
			return &Client{
				Session: func(ctx context.Context, id string) (session, error) {
					var f flat[T]
					err := db.GetContext(ctx, &f, t.session, id)
					return of(&f), absent(err)
				},
				SessionAndUser: func(ctx context.Context, id string) (session, user, error) {
					var f flatJoined[T]
					err := db.GetContext(ctx, &f, t.sessionAndUser, id)
					return of(&f.flat), user{ID: f.ID, Attributes: User{f.Name, f.Email, f.Logins}}, absent(err)
				},
				OnClose: db.Close,
			}, nil
		},
	}
}

func itself(t time.Time) time.Time { return t }

// absent returns ErrAbsent for database/sql's error for a missing row.
func absent(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrAbsent
	}
	return err
}
