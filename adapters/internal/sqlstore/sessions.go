package sqlstore

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// CreateSession implements spec.SessionAdapter.
func (s *Sessions[S]) CreateSession(ctx context.Context, session spec.Session[S]) error {
	const op = spec.OpCreateSession
	if err := s.enter(ctx, op); err != nil {
		return err
	}
	session, err := session.Normal()
	if err != nil {
		return s.error(op, err, "", nil)
	}
	values, err := spec.Values(s.schema, session.Attributes, attr.All[S]())
	if err != nil {
		return s.error(op, err, "", nil)
	}
	var userID any // anonymous is null
	if session.UserID != "" {
		var ok bool
		if userID, ok = s.table.owners.key(session.UserID); !ok {
			return s.error(op, spec.ErrInvalid, "user id", nil)
		}
	}
	row := spec.SessionWith(session, values)
	own := ownValues(s.own, &row, userID)
	insert := change{s.table, s.table.columns, s.table.args(own, values)}
	statement, args := s.statements.insert, insert.args
	looks := s.table.parent != nil && userID != nil && !s.dialect.ForeignKeys // for the user, within the statement
	if looks {
		statement, args = s.statements.insertOfUser, append(slices.Clone(args), userID)
	}
	return s.write(ctx, op, func(ctx context.Context, c *call) error {
		n, err := c.exec(ctx, statement, args...)
		for try := 1; err == nil && n == 0; try++ {
			if !looks || try > lookTries {
				return c.unwritten()
			}
			class, failed := s.explainInsert(ctx, c, session.ID, userID)
			if failed != nil {
				return failed
			}
			if class != nil {
				return c.error(op, class, "", nil)
			}
			n, err = c.exec(ctx, statement, args...) // the user came in between
		}
		about := map[string]fault.Circumstance{idColumn: fault.NewSessionID, ownerColumn: fault.NewOwner}
		return c.classifyWrite(ctx, err, insert, about, func() (error, error) {
			return s.explainInsert(ctx, c, session.ID, userID)
		})
	})
}

// explainInsert looks why a session was not inserted and returns the class that
// comes before a constraint: its id is taken, or its user is not there.
func (s *Sessions[S]) explainInsert(ctx context.Context, c *call, id string, userID any) (class, err error) {
	var taken, known bool
	query, ids, into := s.statements.exists, []any{id}, []any{boolInto(&taken)}
	ofUser := s.table.parent != nil && userID != nil
	if ofUser {
		query, ids, into = s.statements.existsWithUser, append(ids, userID), append(into, boolInto(&known))
	}
	_, err = c.one(ctx, query, ids, into...)
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
func (s *Sessions[S]) Session(ctx context.Context, id string) (spec.Session[S], error) {
	const op = spec.OpSession
	var row spec.SessionRow
	var attributes S
	err := s.read(ctx, op, func(c *call) error {
		found, err := c.row(ctx, s.table, s.statements.read, id, s.into(&row, &attributes)...)
		if err == nil && !found {
			err = c.error(op, spec.ErrSessionNotFound, "", nil)
		}
		return err
	})
	if err != nil {
		return spec.Session[S]{}, err
	}
	return spec.SessionWith(row, attributes), nil
}

// UserSessions implements spec.SessionAdapter. They are sorted here: engines
// order text by their collations.
func (s *Sessions[S]) UserSessions(ctx context.Context, userID string) ([]spec.Session[S], error) {
	var list []spec.Session[S]
	err := s.read(ctx, spec.OpUserSessions, func(c *call) error {
		user, ok := s.table.owners.key(userID)
		if !ok {
			return nil
		}
		return c.each(ctx, s.statements.ofUser, []any{user}, func(r row) error {
			var row spec.SessionRow
			var attributes S
			err := r.Scan(s.into(&row, &attributes)...)
			list = append(list, spec.SessionWith(row, attributes))
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b spec.Session[S]) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// UpdateSession implements spec.SessionAdapter.
func (s *Sessions[S]) UpdateSession(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
	const op = spec.OpUpdateSession
	if err := s.enter(ctx, op); err != nil {
		return err
	}
	values, err := spec.Values(s.schema, attributes, mask)
	if err != nil {
		return s.error(op, err, "", nil)
	}
	return s.update(ctx, op, s.table, id, s.schema.Select(mask), values, s.statements.exists, spec.ErrSessionNotFound)
}

// DeleteSession implements spec.SessionAdapter.
func (s *Sessions[S]) DeleteSession(ctx context.Context, id string) error {
	const op = spec.OpDeleteSession
	if !spec.ValidID(id) {
		return s.enter(ctx, op)
	}
	return s.write(ctx, op, func(ctx context.Context, c *call) error {
		return c.remove(ctx, s.statements.remove, s.statements.exists, id)
	})
}

// DeleteUserSessions implements spec.SessionAdapter.
func (s *Sessions[S]) DeleteUserSessions(ctx context.Context, userID string) (int64, error) {
	return s.deleteUserSessions(ctx, spec.OpDeleteUserSessions, userID, nil)
}

// DeleteUserSessionsExcept implements spec.SessionAdapter.
func (s *Sessions[S]) DeleteUserSessionsExcept(ctx context.Context, userID string, keep ...string) (int64, error) {
	const op = spec.OpDeleteUserSessionsExcept
	if len(keep) == 0 {
		if err := s.enter(ctx, op); err != nil {
			return 0, err
		}
		return 0, s.error(op, spec.ErrInvalid, "no session to keep", nil)
	}
	return s.deleteUserSessions(ctx, op, userID, keep)
}

func (s *Sessions[S]) deleteUserSessions(ctx context.Context, op spec.Op, userID string, keep []string) (int64, error) {
	user, ok := s.table.owners.key(userID)
	if !ok {
		return 0, s.enter(ctx, op)
	}
	kept := make([]string, 0, len(keep))
	for _, id := range keep {
		if spec.ValidID(id) { // others name no session
			kept = append(kept, id)
		}
	}
	list, err := json.Marshal(kept)
	if err != nil {
		return 0, s.error(op, spec.ErrFailed, "", err)
	}
	var deleted int64
	err = s.write(ctx, op, func(ctx context.Context, c *call) (err error) {
		deleted, err = c.removeAll(ctx, s.statements.removeOfUserExcept, s.statements.existsOfUserExcept, user, string(list))
		return err
	})
	if err != nil {
		return 0, err
	}
	return deleted, nil
}

// delete runs one statement that deletes.
func (s *store) delete(ctx context.Context, op spec.Op, statement string, args ...any) (n int64, err error) {
	err = s.write(ctx, op, func(ctx context.Context, c *call) error {
		n, err = c.exec(ctx, statement, args...)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
