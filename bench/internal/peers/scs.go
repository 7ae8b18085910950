package peers

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"

	"github.com/tenon-go/tenon/bench/engines"
)

// scsTable is the table of scs's stores. They have no option for its name.
const scsTable = "sessions"

// scsClient returns a client that makes the same calls to a store as scs's
// SessionManager. In scs a session is a deadline and a map, which the codec encodes and
// decodes as a whole. Calls to stores without contexts cannot be cancelled.
func scsClient(s scs.Store, closeStore func() error) *engines.Client {
	find := func(_ context.Context, token string) ([]byte, bool, error) { return s.Find(token) }
	commit := func(_ context.Context, token string, data []byte, expiry time.Time) error {
		return s.Commit(token, data, expiry)
	}
	remove := func(_ context.Context, token string) error { return s.Delete(token) }
	if with, ok := s.(scs.CtxStore); ok {
		find, commit, remove = with.FindCtx, with.CommitCtx, with.DeleteCtx
	}
	write := func(ctx context.Context, s *session) error {
		data, err := scsEncode(s)
		if err != nil {
			return err
		}
		return commit(ctx, s.ID, data, s.ExpiresAt)
	}
	return &engines.Client{
		DataOnly: true,
		Session: func(ctx context.Context, id string) (session, error) {
			data, found, err := find(ctx, id)
			if err == nil && !found {
				err = engines.ErrAbsent
			}
			if err != nil {
				return session{}, err
			}
			return scsDecode(id, data)
		},
		Create:  write,
		Swap:    func(ctx context.Context, _, to *session) error { return write(ctx, to) },
		Update:  write,
		Remove:  remove,
		OnClose: closeStore,
	}
}

func scsEncode(s *session) ([]byte, error) {
	a := s.Attributes
	return scs.GobCodec{}.Encode(s.ExpiresAt, map[string]any{
		"user": s.UserID, "name": a.Name, "agent": a.Agent, "address": a.Address, "visits": a.Visits,
	})
}

func scsDecode(id string, data []byte) (session, error) {
	_, values, err := scs.GobCodec{}.Decode(data)
	if err != nil {
		return session{}, err
	}
	s := session{ID: id}
	a := &s.Attributes
	s.UserID, _ = values["user"].(string)
	a.Name, _ = values["name"].(string)
	a.Agent, _ = values["agent"].(string)
	a.Address, _ = values["address"].(string)
	a.Visits, _ = values["visits"].(int)
	return s, nil
}

// loadSCS returns a function that creates scs's table, as its documentation says, and
// fills it. Expiry converts a time to what the store writes.
func loadSCS(d engines.Dialect, table string, expiry func(time.Time) any) func(context.Context, *engines.Place) error {
	return func(ctx context.Context, at *engines.Place) error {
		return d.Run(at.DSN, func(db *sql.DB) error {
			for _, statement := range []string{table, "CREATE INDEX sessions_expiry_idx ON sessions (expiry)"} {
				if _, err := db.ExecContext(ctx, statement); err != nil {
					return err
				}
			}
			var failed error
			rows := engines.NewRows(at.Set)
			err := d.InsertAll(ctx, db, scsTable, []string{"token", "data", "expiry"}, at.Set.Sessions, func(i int) []any {
				s := rows.Session(i)
				data, err := scsEncode(&s)
				if err != nil {
					failed = err
				}
				return []any{s.ID, data, expiry(s.ExpiresAt)}
			})
			return errors.Join(failed, err)
		})
	}
}

// openMemstore opens scs's store in memory.
func openMemstore(_ context.Context, at *engines.Place) (*engines.Client, error) {
	s, err := newMemstore(at.Set)
	if err != nil {
		return nil, err
	}
	return scsClient(s, nil), nil
}

// newMemstore returns scs's store with the sessions of the set.
func newMemstore(set *engines.Set) (*memstore.MemStore, error) {
	s := memstore.NewWithCleanupInterval(0)
	var failed error
	engines.FillMaps(set, func(row session) {
		data, err := scsEncode(&row)
		failed = errors.Join(failed, err, s.Commit(row.ID, data, row.ExpiresAt))
	}, func(user) {})
	return s, failed
}
