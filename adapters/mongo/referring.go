package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
)

// insertSession inserts a session of a user. The user must exist until the session does.
func (a *Adapter) insertSession(ctx context.Context, id, userID string, owner any, doc bson.Raw) error {
	switch {
	case a.users == nil || owner == nil:
		err := a.write(ctx, func(ctx context.Context) error {
			_, err := a.sessions.InsertOne(ctx, doc)
			return err
		})
		return a.classify(ctx, err, writes)
	case a.transactions:
		return a.insertWithUser(ctx, id, userID, owner, doc)
	}
	return a.insertHidden(ctx, id, owner, doc)
}

// insertWithUser inserts a session in a transaction that changes the user, so that it
// conflicts with a transaction that deletes the user. Reading the user, or setting a field
// to the same value, would not conflict. It inserts the session first, because a taken id
// takes precedence over an unknown user.
func (a *Adapter) insertWithUser(ctx context.Context, id, userID string, owner any, doc bson.Raw) error {
	return a.runTransaction(ctx, userID, func(t *transaction) error {
		err := t.run(func(ctx context.Context) error {
			_, err := a.sessions.InsertOne(ctx, doc)
			return err
		})
		if err != nil {
			if v, ok := err.(*violation); ok && v.fault == fault.NotUnique && v.field == idField {
				t.claim = claim{a.sessions, id, true}
			}
			return err
		}
		var user *driver.UpdateResult
		err = t.run(func(ctx context.Context) (err error) {
			user, err = a.users.UpdateOne(ctx, byID(owner), countSession)
			return err
		})
		if err == nil && user.MatchedCount == 0 {
			t.claim = claim{a.users, owner, false}
			return spec.ErrUserNotFound
		}
		return err
	})
}

// countSession is the change of a user that makes transactions conflict.
var countSession = bson.D{{Key: "$inc", Value: bson.D{{Key: countField, Value: int64(1)}}}}

// insertHidden inserts a session without a transaction. It inserts the session hidden,
// reads the user, and reveals the session. If another call deletes the session before it is
// revealed, or the user too, no reader has ever seen the session. The error is then
// ErrConflict, and the caller creates the session again. The insert does not end with ctx,
// because a later deletion could overtake it.
func (a *Adapter) insertHidden(ctx context.Context, id string, owner any, doc bson.Raw) error {
	if !a.running.begin() {
		return spec.ErrClosed
	}
	defer a.running.end()
	token := bson.NewObjectID() // identifies this call: another one can hide a session with this id later
	concealed, err := appendField(doc, hiddenField, token)
	if err != nil {
		return failDecoding(err)
	}
	hidden := append(byID(id), bson.E{Key: hiddenField, Value: token})
	within, cancel := linger.Context(ctx)
	defer cancel()
	_, err = a.sessions.InsertOne(within, concealed)
	if err = a.classify(ctx, err, writes); err != nil {
		if isClass(err, spec.ErrIndeterminate) {
			a.takeBack(within, hidden)
		}
		return err
	}
	known, err := a.exists(ctx, a.users, owner)
	if err == nil && !known {
		err = spec.ErrUserNotFound
	}
	if err == nil {
		var result *driver.UpdateResult
		result, err = a.sessions.UpdateOne(within, hidden, bson.D{{Key: "$unset", Value: bson.D{{Key: hiddenField, Value: ""}}}})
		if err == nil && result.MatchedCount == 0 {
			return &spec.Error{Class: spec.ErrConflict, Detail: "deleted at the same time"}
		}
		err = failViolation(a.classify(ctx, err, writes))
	}
	if err != nil {
		a.takeBack(within, hidden)
	}
	return err
}

// takeBack deletes a hidden session. If that fails, the session stays hidden, and its id
// stays taken until the session is swept.
func (a *Adapter) takeBack(ctx context.Context, hidden bson.D) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	a.sessions.DeleteOne(ctx, hidden)
}

// deleteUser deletes a user and then the user's sessions. It deletes the sessions even if
// the user does not exist, so a repeated call completes an interrupted one.
func (a *Adapter) deleteUser(ctx context.Context, id string, key any) error {
	user := func(ctx context.Context) error {
		_, err := a.users.DeleteOne(ctx, byID(key))
		return err
	}
	sessions := func(ctx context.Context) error {
		_, err := a.sessions.DeleteMany(ctx, bson.D{{Key: ownerField, Value: key}})
		return err
	}
	if a.transactions {
		return a.runTransaction(ctx, id, func(t *transaction) error {
			if err := t.run(user); err != nil {
				return err
			}
			return t.run(sessions)
		})
	}
	if !a.running.begin() {
		return spec.ErrClosed
	}
	defer a.running.end()
	// Do the second step even if the caller has given up.
	within, cancel := linger.Context(ctx)
	defer cancel()
	if err := a.classify(ctx, user(within), writes); err != nil {
		return err
	}
	if err := a.classify(ctx, sessions(within), writes); err != nil {
		return &spec.Error{Class: spec.ErrIndeterminate, Detail: "the user is deleted, the sessions perhaps", Cause: err}
	}
	return nil
}
