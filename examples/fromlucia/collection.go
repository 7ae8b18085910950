package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// collection is a source in MongoDB.
type collection struct {
	documents *mongo.Collection
	schema    *attr.Schema[Session]
}

func openCollection(ctx context.Context, uri, name string) (source, error) {
	schema, err := spec.SessionSchema[Session]()
	if err != nil {
		return nil, err
	}
	db, err := openDatabase(uri)
	if err != nil {
		return nil, fmt.Errorf("open Lucia's database: %w", err)
	}
	if err := checkCollection(ctx, db, name); err != nil {
		db.Client().Disconnect(context.WithoutCancel(ctx))
		return nil, fmt.Errorf("check Lucia's collection: %w", err)
	}
	return &collection{db.Collection(name), schema}, nil
}

// openDatabase opens the database that a URI names. The caller disconnects its client.
func openDatabase(uri string) (*mongo.Database, error) {
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil || parsed.Database == "" {
		return nil, errors.New("the URI cannot be read, or names no database") // err can contain the password
	}
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		return nil, errors.New("the URI cannot be used")
	}
	return client.Database(parsed.Database), nil
}

func (c *collection) Close() error {
	return c.documents.Database().Client().Disconnect(context.Background())
}

func (c *collection) all(ctx context.Context) iter.Seq2[luciaSession, error] {
	return func(yield func(luciaSession, error) bool) {
		cursor, err := c.documents.Find(ctx, bson.D{})
		if err != nil {
			yield(luciaSession{}, fmt.Errorf("read Lucia's collection: %w", err))
			return
		}
		defer cursor.Close(context.WithoutCancel(ctx))
		for n := 1; cursor.Next(ctx); n++ {
			var document map[string]any
			if err := cursor.Decode(&document); err != nil {
				yield(luciaSession{}, atRow(n, errors.New("the document cannot be read")))
				return
			}
			session, err := c.convert(document)
			if err != nil {
				err = atRow(n, err)
			}
			if !yield(session, err) || err != nil {
				return
			}
		}
		if err := cursor.Err(); err != nil {
			yield(luciaSession{}, fmt.Errorf("read Lucia's collection: %w", err))
		}
	}
}

// convert converts one document. In documents of Mongoose, Lucia's id is in "_id", and
// there is no "id".
func (c *collection) convert(document map[string]any) (luciaSession, error) {
	var session luciaSession
	var ok bool
	if session.ID, ok = document["_id"].(string); !ok {
		session.ID, _ = document["id"].(string) // otherwise it is an ObjectID, which is not a token
	}
	switch id := findFirst(document, userColumns).(type) {
	case string:
		session.UserID = id
	case int32, int64:
		session.UserID = fmt.Sprint(id)
	case float64: // an integer of JavaScript
		session.UserID = strconv.FormatFloat(id, 'f', -1, 64)
	case bson.ObjectID:
		session.UserID = id.Hex()
	default:
		return session, errors.New("there is no user id")
	}
	if err := (*instant)(&session.ExpiresAt).Scan(toPlain(findFirst(document, expiresColumns))); err != nil {
		return session, fmt.Errorf("the time of expiry: %w", err)
	}
	if active := findFirst(document, activeColumns); active != nil {
		if err := (*instant)(&session.ActiveUntil).Scan(toPlain(active)); err != nil {
			return session, fmt.Errorf("the end of the active period: %w", err)
		}
	}
	destinations := c.schema.Destinations(&session.Attributes)
	for i, field := range c.schema.Fields() {
		if value, ok := document[field.Column]; ok {
			if err := destinations[i].Scan(toPlain(value)); err != nil {
				return session, fmt.Errorf("%s: %w", field.Column, err)
			}
		}
	}
	return session, nil
}

// findFirst returns the value of the first of these names that the document has, or nil.
func findFirst(document map[string]any, names []string) any {
	for _, name := range names {
		if value, ok := document[name]; ok {
			return value
		}
	}
	return nil
}

// toPlain converts a value of MongoDB to the type that database/sql would return.
func toPlain(value any) any {
	switch v := value.(type) {
	case int32:
		return int64(v)
	case bson.DateTime:
		return v.Time()
	}
	return value
}
