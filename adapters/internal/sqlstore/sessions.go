package sqlstore

import (
	"context"
	"encoding/json"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
)

// CreateSession implements spec.SessionAdapter.
func (a *Adapter) CreateSession(ctx context.Context, session spec.SessionRow) error {
	args := make([]any, 0, len(a.sessions.columns)+1)
	var userID any // null for an anonymous session
	for i, column := range a.ofSession {
		arg := a.sessions.encode(i, column.Value(&session))
		if column.UserID {
			userID = arg
		}
		args = append(args, arg)
	}
	args = a.dialect.appendValues(args, session.Attributes)
	insert := assignment{a.sessions, a.sessions.columns, args}
	statement := a.statements.insert
	looks := a.users != nil && userID != nil && !a.dialect.ForeignKeys // the statement itself looks for the user
	if looks {
		statement, args = a.statements.insertOfUser, append(args, userID)
	}
	return a.write(ctx, func(ctx context.Context, c *call) error {
		n, err := c.exec(ctx, statement, args...)
		for try := 1; err == nil && n == 0; try++ {
			if !looks || try > lookTries {
				return errUnwritten
			}
			class, failed := a.explainInsert(ctx, c, session.ID, userID)
			if failed != nil {
				return failed
			}
			if class != nil {
				return class
			}
			n, err = c.exec(ctx, statement, args...) // the user was created in between
		}
		if err == nil {
			return nil
		}
		about := map[string]fault.Circumstance{idColumn: fault.NewSessionID, ownerColumn: fault.NewOwner}
		return c.classifyWrite(ctx, err, insert, about, func() (error, error) {
			return a.explainInsert(ctx, c, session.ID, userID)
		})
	})
}

// explainInsert finds out why a session was not inserted. It returns a class that takes
// precedence over a constraint: that the id is taken, or that the user does not exist.
func (a *Adapter) explainInsert(ctx context.Context, c *call, id string, userID any) (class, err error) {
	var taken, known bool
	query, ids, into := a.statements.exists, []any{id}, answers(&taken)
	ofUser := a.users != nil && userID != nil
	if ofUser {
		query, ids, into = a.statements.existsWithUser, []any{id, userID}, answers(&taken, &known)
	}
	_, err = c.one(ctx, query, ids, into)
	switch {
	case err != nil:
		return nil, err
	case taken:
		return spec.ErrSessionExists, nil
	case ofUser && !known:
		return spec.ErrUserNotFound, nil
	}
	return nil, nil
}

// Session implements spec.SessionAdapter.
func (a *Adapter) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	cells := make([]Cell, len(a.sessions.columns))
	a.intoSession(cells, into)
	return a.find(ctx, a.statements.session, id, cells, spec.ErrSessionNotFound)
}

// SessionAndUser implements spec.Adapter, in one statement.
func (a *Adapter) SessionAndUser(ctx context.Context, id string, session *spec.SessionRow, user *spec.UserRow) error {
	cells := make([]Cell, len(a.sessions.columns)+len(a.users.columns))
	joined := cells[len(a.sessions.columns):]
	a.intoSession(cells, session)
	a.intoUser(joined, user)
	user.ID = ""
	for i := range joined {
		joined[i].row = &user.ID
	}
	err := a.find(ctx, a.statements.sessionAndUser, id, cells, spec.ErrSessionNotFound)
	if err == nil && session.UserID != "" && user.ID == "" {
		err = spec.ErrSessionNotFound
	}
	return err
}

// intoSession sets cells to receive the columns of a session.
func (a *Adapter) intoSession(cells []Cell, row *spec.SessionRow) {
	for i, c := range a.ofSession {
		cells[i].into = c.Pointer(row)
	}
	a.sessions.into(cells, row.Attributes)
}

// UserSessions implements spec.SessionAdapter.
func (a *Adapter) UserSessions(ctx context.Context, userID string, next func() *spec.SessionRow) error {
	cells := make([]Cell, len(a.sessions.columns))
	return a.read(func(c *call) error {
		_, err := c.each(ctx, Query{
			Text: a.statements.ofUser, Args: []any{a.sessions.owners.encode(userID)}, Cells: cells,
			next: func() { a.intoSession(cells, next()) },
		})
		return err
	})
}

// UpdateSession implements spec.SessionAdapter.
func (a *Adapter) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	return a.update(ctx, a.sessions, id, change, a.statements.exists, spec.ErrSessionNotFound)
}

// DeleteSession implements spec.SessionAdapter.
func (a *Adapter) DeleteSession(ctx context.Context, id string) error {
	return a.write(ctx, func(ctx context.Context, c *call) error {
		return c.remove(ctx, a.statements.remove, a.statements.exists, id)
	})
}

// DeleteUserSessions implements spec.SessionAdapter.
func (a *Adapter) DeleteUserSessions(ctx context.Context, userID string, keep []string) (deleted int64, err error) {
	list, err := json.Marshal(append([]string{}, keep...)) // an empty list, not null
	if err != nil {
		return 0, err
	}
	err = a.write(ctx, func(ctx context.Context, c *call) (err error) {
		deleted, err = c.removeAll(ctx, a.statements.deleteOfUserExcept, a.statements.existsOfUserExcept,
			a.sessions.owners.encode(userID), string(list))
		return err
	})
	return deleted, err
}
