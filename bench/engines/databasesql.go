package engines

import (
	"context"
	"database/sql"
	"errors"
)

// kept returns the competitor that uses database/sql with statements that are prepared
// once, on Tenon's tables.
func kept(d Dialect) Competitor {
	return Competitor{
		Name:  "database/sql",
		About: "with statements that are prepared once and kept, on Tenon's tables",
		Open: func(ctx context.Context, at *Place) (*Client, error) {
			db, err := sql.Open(d.driver, at.DSN)
			if err != nil {
				return nil, err
			}
			db.SetMaxIdleConns(Crowd)
			client, err := d.keptClient(ctx, db)
			if err != nil {
				return nil, errors.Join(err, db.Close())
			}
			return client, nil
		},
	}
}

// keptClient returns a client that uses db and closes it. Closing db closes the client's
// statements.
func (d Dialect) keptClient(ctx context.Context, db *sql.DB) (*Client, error) {
	var failed error
	prepare := func(text string) *sql.Stmt {
		s, err := db.PrepareContext(ctx, text)
		failed = errors.Join(failed, err)
		return s
	}
	t := d.statements(usersTable, sessionsTable)
	sessionAndUser, find := prepare(t.sessionAndUser), prepare(t.session)
	create, swap, update, remove := prepare(t.create), prepare(t.swap), prepare(t.update), prepare(t.remove)
	if failed != nil {
		return nil, failed
	}
	read := func(ctx context.Context, s *sql.Stmt, id string, joined bool) (session, user, error) {
		var r record
		err := s.QueryRowContext(ctx, id).Scan(d.targets(&r, joined)...)
		found, of := d.scanned(&r)
		return found, of, absent(err)
	}
	write := func(ctx context.Context, s *sql.Stmt, args []any) error {
		result, err := s.ExecContext(ctx, args...)
		if err != nil {
			return err
		}
		return one(result.RowsAffected())
	}
	return &Client{
		SessionAndUser: func(ctx context.Context, id string) (session, user, error) {
			return read(ctx, sessionAndUser, id, true)
		},
		Session: func(ctx context.Context, id string) (session, error) {
			s, _, err := read(ctx, find, id, false)
			return s, err
		},
		Create:  func(ctx context.Context, s *session) error { return write(ctx, create, d.createArgs(s)) },
		Swap:    func(ctx context.Context, from, to *session) error { return write(ctx, swap, d.swapArgs(from, to)) },
		Update:  func(ctx context.Context, to *session) error { return write(ctx, update, updateArgs(to)) },
		Remove:  func(ctx context.Context, id string) error { return write(ctx, remove, []any{id}) },
		OnClose: db.Close,
	}, nil
}
