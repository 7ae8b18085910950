package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"

	"github.com/tenon-go/tenon/spec"
)

// joinedField is the field in which SessionAndUser finds the user. No document has a field
// with this name.
const joinedField = "_user"

// SessionAndUser reads a session and its user in one command. The two reads are not of one
// instant. If the user is not found, it has been deleted, and the session with it.
func (a *Adapter) SessionAndUser(ctx context.Context, id string, session *spec.SessionRow, user *spec.UserRow) error {
	found := false
	err := a.forEach(ctx, func(ctx context.Context) (*driver.Cursor, error) {
		return a.sessions.Aggregate(ctx, a.joinStages(id))
	}, func(doc bson.Raw) error {
		if isHidden(doc) {
			return nil
		}
		if err := a.readSession(doc, session); err != nil {
			return err
		}
		if found = session.UserID == ""; found {
			return nil // anonymous: ignore a user with the id null, which the lookup finds
		}
		var joined bson.Raw
		if joined, found = firstDocument(lookupField(doc, joinedField)); !found {
			return nil
		}
		return a.readUser(joined, user)
	})
	if err != nil {
		return failViolation(err)
	}
	if !found {
		return spec.ErrSessionNotFound
	}
	return nil
}

// joinStages returns the pipeline that finds a session and its user.
func (a *Adapter) joinStages(id string) pipeline {
	list, stages := bsoncore.AppendArrayStart(make([]byte, 0, 512))
	stage, stages := bsoncore.AppendDocumentElementStart(stages, "0")
	match, stages := bsoncore.AppendDocumentElementStart(stages, "$match")
	stages = bsoncore.AppendStringElement(stages, idField, id)
	stages, _ = bsoncore.AppendDocumentEnd(stages, match)
	stages, _ = bsoncore.AppendDocumentEnd(stages, stage)
	stages = bsoncore.AppendDocumentElement(stages, "1", a.lookup)
	stages, _ = bsoncore.AppendArrayEnd(stages, list)
	return stages
}

// lookupStage returns the pipeline stage that joins the user. The server optimizes it best
// if it has an empty pipeline of its own.
func lookupStage(users string) (bson.Raw, error) {
	return bson.Marshal(bson.D{{Key: "$lookup", Value: bson.D{
		{Key: "from", Value: users},
		{Key: "localField", Value: ownerField},
		{Key: "foreignField", Value: idField},
		{Key: "pipeline", Value: bson.A{}},
		{Key: "as", Value: joinedField},
	}}})
}
