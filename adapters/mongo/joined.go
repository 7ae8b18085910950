package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/spec"
)

// joinedField is where SessionAndUser finds the user. No document has a field
// of this name.
const joinedField = "_user"

// SessionAndUser implements spec.Adapter, in one command. Its two reads are
// not of one moment: a user who is not there has been deleted, and the session
// with it.
func (a *Adapter[U, S]) SessionAndUser(ctx context.Context, sessionID string) (spec.Session[S], spec.User[U], error) {
	const op = spec.OpSessionAndUser
	session, user, there, err := a.joined(ctx, op, sessionID)
	if err == nil && !there {
		err = a.error(op, spec.ErrSessionNotFound, "", nil)
	}
	if err != nil {
		return spec.Session[S]{}, spec.User[U]{}, err
	}
	return session, user, nil
}

func (a *Adapter[U, S]) joined(ctx context.Context, op spec.Op, id string) (session spec.Session[S], user spec.User[U], there bool, err error) {
	if err = a.enter(ctx, op); err != nil || !spec.ValidID(id) {
		return session, user, false, err
	}
	err = a.each(ctx, op, func(ctx context.Context) (*driver.Cursor, error) {
		return a.store.sessions.Aggregate(ctx, bson.A{bson.D{{Key: "$match", Value: bson.D{{Key: idField, Value: id}}}}, a.lookup})
	}, func(doc bson.Raw) (err error) {
		if session, there, err = a.decodeSession(doc); err != nil || session.UserID == "" {
			return err
		}
		// Of an anonymous session the lookup finds a user whose id is null.
		found, ok := first(doc.Lookup(joinedField))
		if there = there && ok; there {
			user, err = a.decodeUser(found)
		}
		return err
	})
	return session, user, there, a.conclude(op, err)
}

// lookup is the stage that joins the user. With an empty pipeline the server
// plans it best.
func lookup(users string) bson.D {
	return bson.D{{Key: "$lookup", Value: bson.D{
		{Key: "from", Value: users},
		{Key: "localField", Value: ownerField},
		{Key: "foreignField", Value: idField},
		{Key: "pipeline", Value: bson.A{}},
		{Key: "as", Value: joinedField},
	}}}
}
