package mongo

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
)

// insertSession inserts a session, whose user must be there and stay there
// until it is.
func (s *store) insertSession(ctx context.Context, op spec.Op, userID string, owner any, doc bson.D) error {
	switch {
	case s.users == nil || owner == nil:
		err := s.writing(ctx, func(ctx context.Context) error {
			_, err := s.sessions.InsertOne(ctx, doc)
			return err
		})
		return s.classify(ctx, op, err, writes)
	case s.transactions:
		return s.insertWithUser(ctx, op, userID, owner, doc)
	}
	return s.insertHidden(ctx, op, owner, doc)
}

// insertWithUser inserts a session in a transaction that changes the user, so
// that it collides with one that deletes the user: looking at the user, or
// setting what is there already, would not. The session comes first, so that
// "exists" comes before "unknown user".
func (s *store) insertWithUser(ctx context.Context, op spec.Op, userID string, owner any, doc bson.D) error {
	return s.transaction(ctx, op, userID, func(t *transaction) error {
		err := t.run(func(ctx context.Context) error {
			_, err := s.sessions.InsertOne(ctx, doc)
			return err
		})
		if err != nil {
			err = s.classify(ctx, op, err, reads)
			if v, ok := err.(*violation); ok && v.fault == fault.NotUnique && v.field == idField {
				t.claim = claim{s.sessions, doc[0].Value, true}
			}
			return err
		}
		return t.run(func(ctx context.Context) error {
			user := bson.D{{Key: idField, Value: owner}}
			result, err := s.users.UpdateOne(ctx, user, bson.D{{Key: "$inc", Value: bson.D{{Key: countField, Value: int64(1)}}}})
			if err == nil && result.MatchedCount == 0 {
				t.claim = claim{s.users, owner, false}
				err = s.error(op, spec.ErrUserNotFound, "", nil)
			}
			return err
		})
	})
}

// insertHidden does the same without a transaction: it inserts the session
// hidden, looks for the user, and reveals the session. If the session is deleted
// before it is revealed, or its user with it, it never was there for anybody:
// that is ErrConflict, and the session is made again. The insertion does not end
// with the context, so that no taking back overtakes it.
func (s *store) insertHidden(ctx context.Context, op spec.Op, owner any, doc bson.D) error {
	if !s.underWay.begin() {
		return s.error(op, spec.ErrClosed, "", nil)
	}
	defer s.underWay.end()
	token := bson.NewObjectID() // of this call: another may hide a session of this id later
	hidden := bson.D{doc[0], {Key: hiddenField, Value: token}}
	within, cancel := linger.Context(ctx)
	defer cancel()
	_, err := s.sessions.InsertOne(within, append(slices.Clone(doc), hidden[1]))
	if err = s.classify(ctx, op, err, writes); err != nil {
		if is(err, spec.ErrIndeterminate) {
			s.takeBack(within, hidden)
		}
		return err
	}
	known, err := s.exists(ctx, op, s.users, owner)
	if err == nil && !known {
		err = s.error(op, spec.ErrUserNotFound, "", nil)
	}
	if err == nil {
		var result *driver.UpdateResult
		result, err = s.sessions.UpdateOne(within, hidden, bson.D{{Key: "$unset", Value: bson.D{{Key: hiddenField, Value: ""}}}})
		if err == nil && result.MatchedCount == 0 {
			return s.error(op, spec.ErrConflict, "deleted at the same time", nil)
		}
		err = s.conclude(op, s.classify(ctx, op, err, writes))
	}
	if err != nil {
		s.takeBack(within, hidden)
	}
	return err
}

// takeBack removes a hidden session. If it cannot, nobody sees the session, and
// it holds its id until it is swept.
func (s *store) takeBack(ctx context.Context, hidden bson.D) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	s.sessions.DeleteOne(ctx, hidden)
}

// removeUser deletes a user and then the user's sessions: also if the user is
// gone already, so that a repeated call heals what an interrupted one has left.
func (s *store) removeUser(ctx context.Context, op spec.Op, userID string, key any) error {
	user := func(ctx context.Context) error {
		_, err := s.users.DeleteOne(ctx, bson.D{{Key: idField, Value: key}})
		return err
	}
	sessions := func(ctx context.Context) error {
		_, err := s.sessions.DeleteMany(ctx, bson.D{{Key: ownerField, Value: key}})
		return err
	}
	if s.transactions {
		return s.transaction(ctx, op, userID, func(t *transaction) error {
			if err := t.run(user); err != nil {
				return err
			}
			return t.run(sessions)
		})
	}
	if !s.underWay.begin() {
		return s.error(op, spec.ErrClosed, "", nil)
	}
	defer s.underWay.end()
	// The second step follows the first even if the caller has given up.
	within, cancel := linger.Context(ctx)
	defer cancel()
	if err := s.classify(ctx, op, user(within), writes); err != nil {
		return err
	}
	if err := s.classify(ctx, op, sessions(within), writes); err != nil {
		return s.error(op, spec.ErrIndeterminate, "the user is deleted, the sessions perhaps", err)
	}
	return nil
}
