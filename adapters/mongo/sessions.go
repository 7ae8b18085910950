package mongo

import (
	"context"
	"math"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
)

// CreateSession inserts a session. See "Writes" in the package documentation.
func (a *Adapter) CreateSession(ctx context.Context, row spec.SessionRow) error {
	owner := a.encodeUserID(row.UserID)
	doc, err := a.sessions.encode(func(i int) any { return a.sessionColumns[i].Pointer(&row) }, owner, row.Attributes)
	if err != nil {
		return failDecoding(err)
	}
	insert := func() error {
		err := a.insertSession(ctx, row.ID, row.UserID, owner, doc)
		return classifyViolation(err, a.sessions, func(v *violation) (error, error) {
			return a.explainInsert(ctx, v, row.ID, owner)
		})
	}
	if a.transactions { // the transaction has been tried again already
		return insert()
	}
	return a.retryConflicts(ctx, insert)
}

// explainInsert finds out why a session was not inserted, and returns the class that takes
// precedence: that the id is taken, that the user does not exist, or otherwise nil.
func (a *Adapter) explainInsert(ctx context.Context, v *violation, id string, owner any) (class, err error) {
	m := v.fault.Meaning(v.isAboutID(fault.NewSessionID))
	if a.transactions && m.When == fault.NewSessionID {
		return m.Class, nil
	}
	taken, err := a.findOne(ctx, a.sessions, byID(id), hiddenField)
	switch {
	case err != nil:
		return nil, err
	case taken != nil && !isHidden(taken):
		return spec.ErrSessionExists, nil
	case taken != nil, m.When == fault.NewSessionID:
		return spec.ErrConflict, nil // with a call that may delete its hidden session again, or has done so
	}
	if a.users == nil || owner == nil {
		return nil, nil
	}
	known, err := a.exists(ctx, a.users, owner)
	if err == nil && !known {
		return spec.ErrUserNotFound, nil
	}
	return nil, err
}

// Session reads the session with this id.
func (a *Adapter) Session(ctx context.Context, id string, into *spec.SessionRow) error {
	doc, err := a.findOne(ctx, a.sessions, byID(id))
	if err != nil {
		return failViolation(err)
	}
	if doc == nil || isHidden(doc) {
		return spec.ErrSessionNotFound
	}
	if err := a.readSession(doc, into); err != nil {
		return failDecoding(err)
	}
	return nil
}

// UserSessions reads all sessions of a user. If the deployment has transactions, the result
// is of one instant, provided that it fits in one batch of 16 MiB.
func (a *Adapter) UserSessions(ctx context.Context, userID string, next func() *spec.SessionRow) error {
	in := a.sessions.Collection
	if a.transactions {
		// A query with majority read concern yields to other operations after 10 ms,
		// and then continues with newer data.
		in = a.snapshot
	}
	filter := bson.D{{Key: ownerField, Value: a.encodeUserID(userID)}}
	var docs []bson.Raw
	err := a.retryConflicts(ctx, func() error { // 246: another call is creating the collection
		docs = docs[:0]
		return a.forEach(ctx, func(ctx context.Context) (*driver.Cursor, error) {
			return in.Find(ctx, filter, options.Find().SetBatchSize(math.MaxInt32))
		}, func(doc bson.Raw) error {
			docs = append(docs, slices.Clone(doc))
			return nil
		})
	})
	if err != nil {
		return failViolation(err)
	}
	for _, doc := range docs {
		if isHidden(doc) {
			continue
		}
		if err := a.readSession(doc, next()); err != nil {
			return failDecoding(err)
		}
	}
	return nil
}

// UpdateSession applies a change of attributes.
func (a *Adapter) UpdateSession(ctx context.Context, id string, change spec.Change) error {
	return a.update(ctx, a.sessions, excludeHidden(byID(id)), change, spec.ErrSessionNotFound)
}

// DeleteSession deletes a session, even a hidden one, whose id is then free again.
func (a *Adapter) DeleteSession(ctx context.Context, id string) error {
	err := a.write(ctx, func(ctx context.Context) error {
		_, err := a.sessions.DeleteOne(ctx, byID(id))
		return err
	})
	return failViolation(a.classify(ctx, err, writes))
}

// DeleteUserSessions deletes a user's sessions except those to keep.
func (a *Adapter) DeleteUserSessions(ctx context.Context, userID string, keep []string) (int64, error) {
	kept := bson.A{} // not nil, because the server refuses that
	for _, id := range keep {
		kept = append(kept, id)
	}
	return a.deleteMany(ctx, a.sessions, excludeHidden(bson.D{
		{Key: ownerField, Value: a.encodeUserID(userID)},
		{Key: idField, Value: bson.D{{Key: "$nin", Value: kept}}},
	}))
}
