package NAME

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"modernc.org/sqlite"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// solved has the methods for SQLite, as someone writes them who follows the comments.
type solved struct{ *Adapter }

func (a *Adapter) solution() spec.Adapter { return solved{a} }

// violated returns the error of a write: of a taken value, the attribute's.
func violated(t table, err error, fields []attr.Field) error {
	answer, ok := errors.AsType[*sqlite.Error](err)
	if !ok || answer.Code() != 2067 { // SQLITE_CONSTRAINT_UNIQUE
		return err
	}
	for i, c := range t.columns[t.attributes:] {
		if strings.Contains(answer.Error(), "."+strings.Trim(c.name, `"`)+" ") {
			return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: fields[i].Name}
		}
	}
	return err
}

// absent returns taken if the table has a row with this id.
func absent(ctx context.Context, t *sql.Tx, in table, id string, taken error) error {
	switch err := find(ctx, t, in, id, sql.ErrNoRows); err {
	case nil:
		return taken
	case sql.ErrNoRows:
		return nil
	default:
		return err
	}
}

// atomically runs f in a transaction that writes.
func (a solved) atomically(ctx context.Context, f func(context.Context, *sql.Tx) error) error {
	return a.write(ctx, func(ctx context.Context) error {
		t, err := a.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer t.Rollback()
		if err := f(ctx, t); err != nil {
			return err
		}
		return t.Commit()
	})
}

// find returns notFound unless the table has a row with this id.
func find(ctx context.Context, t *sql.Tx, in table, id string, notFound error) error {
	err := t.QueryRowContext(ctx, "SELECT 1 FROM "+in.name+" WHERE id = ?", id).Scan(new(int))
	if err == sql.ErrNoRows {
		return notFound
	}
	return err
}

func (a solved) CreateUser(ctx context.Context, user spec.UserRow) error {
	return a.atomically(ctx, func(ctx context.Context, t *sql.Tx) error {
		if err := absent(ctx, t, a.users, user.ID, spec.ErrUserExists); err != nil {
			return err
		}
		_, err := t.ExecContext(ctx, a.users.insert(), parameters(spec.UserColumns(), &user, user.Attributes)...)
		return violated(a.users, err, a.columns.Users)
	})
}

func (a solved) User(ctx context.Context, id string, into *spec.UserRow) error {
	return a.read(ctx, func(ctx context.Context) error {
		pointers, set := destinations(spec.UserColumns(), into, into.Attributes)
		err := a.db.QueryRowContext(ctx, a.users.read("id = ?"), id).Scan(pointers...)
		if err == sql.ErrNoRows {
			return spec.ErrUserNotFound
		}
		if err != nil {
			return err
		}
		return set()
	})
}

func (a solved) change(ctx context.Context, in table, id string, change spec.Change, notFound error, fields []attr.Field) error {
	return a.atomically(ctx, func(ctx context.Context, t *sql.Tx) error {
		if err := find(ctx, t, in, id, notFound); err != nil || len(change.Places) == 0 {
			return err
		}
		var args []any
		for _, value := range change.Values {
			args = append(args, parameter(value))
		}
		_, err := t.ExecContext(ctx, in.update(change.Places), append(args, id)...)
		return violated(in, err, fields)
	})
}

func (a solved) UpdateUser(ctx context.Context, id string, change spec.Change) error {
	return a.change(ctx, a.users, id, change, spec.ErrUserNotFound, a.columns.Users)
}

func (a solved) DeleteUser(ctx context.Context, id string) error {
	_, err := a.delete(ctx, a.users.name, "id = ?", id)
	return err
}

func (a solved) delete(ctx context.Context, from, where string, args ...any) (n int64, err error) {
	err = a.write(ctx, func(ctx context.Context) error {
		result, err := a.db.ExecContext(ctx, "DELETE FROM "+from+" WHERE "+where, args...)
		if err == nil {
			n, err = result.RowsAffected()
		}
		return err
	})
	return n, err
}

func (a solved) CreateSession(ctx context.Context, session spec.SessionRow) error {
	return a.atomically(ctx, func(ctx context.Context, t *sql.Tx) error {
		if err := absent(ctx, t, a.sessions, session.ID, spec.ErrSessionExists); err != nil {
			return err
		}
		if session.UserID != "" {
			if err := find(ctx, t, a.users, session.UserID, spec.ErrUserNotFound); err != nil {
				return err
			}
		}
		_, err := t.ExecContext(ctx, a.sessions.insert(), parameters(spec.SessionColumns(), &session, session.Attributes)...)
		return violated(a.sessions, err, a.columns.Sessions)
	})
}

func (a solved) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	return a.read(ctx, func(ctx context.Context) error {
		pointers, set := destinations(spec.SessionColumns(), into, into.Attributes)
		err := a.db.QueryRowContext(ctx, a.sessions.read("id = ?"), id).Scan(pointers...)
		if err == sql.ErrNoRows {
			return spec.ErrSessionNotFound
		}
		if err != nil {
			return err
		}
		return set()
	})
}

func (a solved) SessionAndUser(ctx context.Context, id string, session *spec.SessionRow, user *spec.UserRow) error {
	return a.read(ctx, func(ctx context.Context) error {
		pointers, setSession := destinations(spec.SessionColumns(), session, session.Attributes)
		more, setUser := destinations(spec.UserColumns(), user, user.Attributes)
		statement := fmt.Sprintf("SELECT %s, %s FROM %s AS s LEFT JOIN %s AS u ON u.id = s.user_id WHERE s.id = ?",
			a.sessions.list("s."), a.users.list("u."), a.sessions.name, a.users.name)
		err := a.db.QueryRowContext(ctx, statement, id).Scan(append(pointers, more...)...)
		if err == sql.ErrNoRows {
			return spec.ErrSessionNotFound
		}
		if err != nil {
			return err
		}
		if err := setSession(); err != nil || session.UserID == "" {
			return err
		}
		return setUser()
	})
}

func (a solved) UserSessions(ctx context.Context, userID string, next func() *spec.SessionRow) error {
	return a.read(ctx, func(ctx context.Context) error {
		rows, err := a.db.QueryContext(ctx, a.sessions.read("user_id = ?"), userID)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			row := next()
			pointers, set := destinations(spec.SessionColumns(), row, row.Attributes)
			if err := rows.Scan(pointers...); err != nil {
				return err
			}
			if err := set(); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

func (a solved) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	return a.change(ctx, a.sessions, id, change, spec.ErrSessionNotFound, a.columns.Sessions)
}

func (a solved) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	return a.atomically(ctx, func(ctx context.Context, t *sql.Tx) error {
		if err := find(ctx, t, a.sessions, id, spec.ErrSessionNotFound); err != nil {
			return err
		}
		result, err := t.ExecContext(ctx, "UPDATE "+a.sessions.name+" SET active_until = ?, expires_at = ?, credential = ? "+
			"WHERE id = ? AND active_until = ? AND expires_at = ? AND credential = ?",
			parameter(to.ActiveUntil), parameter(to.ExpiresAt), to.Credential, id,
			parameter(from.ActiveUntil), parameter(from.ExpiresAt), from.Credential)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return spec.ErrStale
	})
}

func (a solved) DeleteSession(ctx context.Context, id string) error {
	_, err := a.delete(ctx, a.sessions.name, "id = ?", id)
	return err
}

func (a solved) DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error) {
	list, err := json.Marshal(append([]string{}, keep...)) // not null
	if err != nil {
		return 0, err
	}
	return a.delete(ctx, a.sessions.name, "user_id = ? AND id NOT IN (SELECT value FROM json_each(?))", userID, string(list))
}

func (a solved) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	of, args := "", []any{parameter(sweep.Now)}
	if !sweep.Everyone {
		of, args = " AND user_id = ?", append(args, sweep.UserID)
	}
	return a.delete(ctx, a.sessions.name, "id IN (SELECT id FROM "+a.sessions.name+" WHERE expires_at <= ?"+of+" LIMIT ?)", append(args, sweep.Limit)...)
}
