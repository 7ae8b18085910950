package mongo

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/spec"
)

// insertSession inserts a session, whose user must be there and stay there
// until it is.
func (s *store) insertSession(ctx context.Context, op spec.Op, userID string, owner any, doc bson.D) error {
	switch {
	case s.users == nil || owner == nil:
		_, err := s.sessions.InsertOne(ctx, doc)
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
	return s.transaction(ctx, op, userID, func(ctx context.Context) error {
		if _, err := s.sessions.InsertOne(ctx, doc); err != nil {
			return err
		}
		user := bson.D{{Key: idField, Value: owner}}
		result, err := s.users.UpdateOne(ctx, user, bson.D{{Key: "$inc", Value: bson.D{{Key: countField, Value: int64(1)}}}})
		if err == nil && result.MatchedCount == 0 {
			err = s.error(op, spec.ErrUserNotFound, "", nil)
		}
		return err
	})
}

// insertHidden does the same without a transaction: it inserts the session
// hidden, looks for the user, and reveals the session. A user who is deleted
// after the look takes the session along, hidden or not, and so the reveal may
// find nothing: the session was made, and deleted with its user.
func (s *store) insertHidden(ctx context.Context, op spec.Op, owner any, doc bson.D) error {
	token := bson.NewObjectID() // of this call: another may hide a session of this id later
	hidden := bson.D{doc[0], {Key: hiddenField, Value: token}}
	_, err := s.sessions.InsertOne(ctx, append(slices.Clone(doc), hidden[1]))
	if err = s.classify(ctx, op, err, writes); err != nil {
		if is(err, spec.ErrIndeterminate) {
			s.takeBack(ctx, hidden)
		}
		return err
	}
	known, err := s.exists(ctx, op, s.users, owner)
	if err == nil && !known {
		err = s.error(op, spec.ErrUserNotFound, "", nil)
	}
	if err == nil {
		_, err = s.sessions.UpdateOne(ctx, hidden, bson.D{{Key: "$unset", Value: bson.D{{Key: hiddenField, Value: ""}}}})
		err = s.settled(op, s.classify(ctx, op, err, writes))
	}
	if err != nil {
		s.takeBack(ctx, hidden)
	}
	return err
}

// takeBack removes a hidden session. If it cannot, nobody sees the session, and
// it holds its id until it is swept.
func (s *store) takeBack(ctx context.Context, hidden bson.D) {
	cleanup, cancel := cleanup(ctx)
	defer cancel()
	s.sessions.DeleteOne(cleanup, hidden)
}

// removeUser deletes a user and then the user's sessions: also if the user is
// gone already, so that a repeated call heals what an interrupted one has left.
func (s *store) removeUser(ctx context.Context, op spec.Op, userID string, key any) error {
	remove := func(ctx context.Context) (gone bool, err error) {
		if _, err := s.users.DeleteOne(ctx, bson.D{{Key: idField, Value: key}}); err != nil {
			return false, err
		}
		_, err = s.sessions.DeleteMany(ctx, bson.D{{Key: ownerField, Value: key}})
		return true, err
	}
	if s.transactions {
		return s.transaction(ctx, op, userID, func(ctx context.Context) error {
			_, err := remove(ctx)
			return err
		})
	}
	gone, err := remove(ctx)
	err = s.classify(ctx, op, err, writes)
	if err != nil && gone {
		err = s.error(op, spec.ErrIndeterminate, "the user is deleted, the sessions perhaps", err)
	}
	return err
}
