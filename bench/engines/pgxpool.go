package engines

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// pgxNative is pgx without database/sql, on a table of sessions.
func pgxNative(d Dialect, sessions string) func(context.Context, *Place) (*Client, error) {
	return func(ctx context.Context, at *Place) (*Client, error) {
		config, err := pgxpool.ParseConfig(at.DSN)
		if err != nil {
			return nil, err
		}
		config.MaxConns = Crowd
		pool, err := pgxpool.NewWithConfig(ctx, config)
		if err != nil {
			return nil, err
		}
		t := d.statements(usersTable, sessions)
		read := func(ctx context.Context, text, id string, joined bool) (session, user, error) {
			var r record
			err := pool.QueryRow(ctx, text, id).Scan(d.targets(&r, joined)...)
			if errors.Is(err, pgx.ErrNoRows) {
				err = ErrAbsent
			}
			s, u := d.scanned(&r)
			return s, u, err
		}
		write := func(ctx context.Context, text string, args ...any) error {
			tag, err := pool.Exec(ctx, text, args...)
			return one(tag.RowsAffected(), err)
		}
		return &Client{
			SessionAndUser: func(ctx context.Context, id string) (session, user, error) {
				return read(ctx, t.sessionAndUser, id, true)
			},
			Session: func(ctx context.Context, id string) (session, error) {
				s, _, err := read(ctx, t.session, id, false)
				return s, err
			},
			Create: func(ctx context.Context, s *session) error { return write(ctx, t.create, d.createArgs(s)...) },
			Swap: func(ctx context.Context, from, to *session) error {
				return write(ctx, t.swap, d.swapArgs(from, to)...)
			},
			Update:  func(ctx context.Context, to *session) error { return write(ctx, t.update, updateArgs(to)...) },
			Remove:  func(ctx context.Context, id string) error { return write(ctx, t.remove, id) },
			OnClose: func() error { pool.Close(); return nil },
		}, nil
	}
}
