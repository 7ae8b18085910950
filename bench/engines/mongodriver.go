package engines

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// document is a session as Tenon keeps it.
type document struct {
	ID          string    `bson:"_id"`
	UserID      string    `bson:"user_id"`
	CreatedAt   time.Time `bson:"created_at"`
	ActiveUntil time.Time `bson:"active_until"`
	ExpiresAt   time.Time `bson:"expires_at"`
	Credential  string    `bson:"credential"`
	Name        string    `bson:"name"`
	Agent       string    `bson:"agent"`
	Address     string    `bson:"address"`
	Visits      int64     `bson:"visits"`
}

type userDocument struct {
	ID     string `bson:"_id"`
	Name   string `bson:"name"`
	Email  string `bson:"email"`
	Logins int64  `bson:"logins"`
}

func documentOf(s *session) document {
	a := s.Attributes
	return document{s.ID, s.UserID, s.CreatedAt, s.ActiveUntil, s.ExpiresAt, s.Credential, a.Name, a.Agent, a.Address, int64(a.Visits)}
}

func userDocumentOf(u user) userDocument {
	return userDocument{u.ID, u.Attributes.Name, u.Attributes.Email, int64(u.Attributes.Logins)}
}

func (d *document) session() session {
	s := session{ID: d.ID, UserID: d.UserID, CreatedAt: d.CreatedAt.UTC(), Attributes: Device{d.Name, d.Agent, d.Address, int(d.Visits)}}
	s.ActiveUntil, s.ExpiresAt, s.Credential = d.ActiveUntil.UTC(), d.ExpiresAt.UTC(), d.Credential
	return s
}

// join finds a session and its user.
func join(id string) driver.Pipeline {
	return driver.Pipeline{{{Key: "$match", Value: byID(id)}}, {{Key: "$lookup", Value: bson.D{
		{Key: "from", Value: usersTable}, {Key: "localField", Value: "user_id"}, {Key: "foreignField", Value: "_id"}, {Key: "as", Value: "users"},
	}}}}
}

func byID(id string) bson.D { return bson.D{{Key: "_id", Value: id}} }

// mongoSessions returns the collection of sessions with the same read and write concerns
// as Tenon's.
func mongoSessions(db *driver.Database) *driver.Collection {
	return db.Collection(sessionsTable, options.Collection().SetReadConcern(readconcern.Majority()).SetWriteConcern(writeconcern.Majority()))
}

// noDocument returns ErrAbsent for the driver's error for a missing document.
func noDocument(err error) error {
	if errors.Is(err, driver.ErrNoDocuments) {
		return ErrAbsent
	}
	return err
}

// openMongoStructs opens a client that only reads, and decodes into structs, as most
// applications do.
func openMongoStructs(_ context.Context, at *Place) (*Client, error) {
	db, err := connectMongo(at.DSN)
	if err != nil {
		return nil, err
	}
	sessions := mongoSessions(db)
	return &Client{
		SessionAndUser: func(ctx context.Context, id string) (session, user, error) {
			cursor, err := sessions.Aggregate(ctx, join(id))
			if err != nil {
				return session{}, user{}, err
			}
			var found []struct {
				Session document       `bson:",inline"`
				Users   []userDocument `bson:"users"`
			}
			if err := cursor.All(ctx, &found); err != nil {
				return session{}, user{}, err
			}
			if len(found) != 1 || len(found[0].Users) != 1 {
				return session{}, user{}, ErrAbsent
			}
			u := found[0].Users[0]
			return found[0].Session.session(), user{ID: u.ID, Attributes: User{u.Name, u.Email, int(u.Logins)}}, nil
		},
		Session: func(ctx context.Context, id string) (session, error) {
			var d document
			err := sessions.FindOne(ctx, byID(id)).Decode(&d)
			return d.session(), noDocument(err)
		},
		OnClose: func() error { return db.Client().Disconnect(context.Background()) },
	}, nil
}

// openMongoDriver opens a client that uses the driver at its fastest: it looks fields up
// in raw documents.
func openMongoDriver(_ context.Context, at *Place) (*Client, error) {
	db, err := connectMongo(at.DSN)
	if err != nil {
		return nil, err
	}
	return mongoClient(db), nil
}

// openMongoTransaction opens such a client that creates a session in a transaction, which
// ensures that its user exists at the commit.
func openMongoTransaction(_ context.Context, at *Place) (*Client, error) {
	db, err := connectMongo(at.DSN)
	if err != nil {
		return nil, err
	}
	client, sessions, users := mongoClient(db), db.Collection(sessionsTable), db.Collection(usersTable)
	settings := options.Transaction().SetReadConcern(readconcern.Snapshot()).SetWriteConcern(writeconcern.Majority())
	count := bson.D{{Key: "$inc", Value: bson.D{{Key: "_sessions", Value: int64(1)}}}}
	client.Create = func(ctx context.Context, s *session) error {
		in, err := db.Client().StartSession()
		if err != nil {
			return err
		}
		defer in.EndSession(ctx)
		_, err = in.WithTransaction(ctx, func(ctx context.Context) (any, error) {
			if _, err := sessions.InsertOne(ctx, documentOf(s)); err != nil {
				return nil, err
			}
			result, err := users.UpdateOne(ctx, byID(s.UserID), count)
			if err != nil {
				return nil, err
			}
			return nil, one(result.MatchedCount, nil)
		}, settings)
		return err
	}
	return client, nil
}

func mongoClient(db *driver.Database) *Client {
	sessions := mongoSessions(db)
	set := func(ctx context.Context, filter, fields bson.D) error {
		result, err := sessions.UpdateOne(ctx, filter, bson.D{{Key: "$set", Value: fields}})
		if err != nil {
			return err
		}
		return one(result.MatchedCount, nil)
	}
	return &Client{
		SessionAndUser: func(ctx context.Context, id string) (session, user, error) {
			cursor, err := sessions.Aggregate(ctx, join(id))
			if err != nil {
				return session{}, user{}, err
			}
			defer cursor.Close(ctx)
			if !cursor.Next(ctx) {
				return session{}, user{}, errors.Join(ErrAbsent, cursor.Err())
			}
			return rawSession(cursor.Current), rawUser(cursor.Current.Lookup("users", "0").Document()), nil
		},
		Session: func(ctx context.Context, id string) (session, error) {
			raw, err := sessions.FindOne(ctx, byID(id)).Raw()
			if err != nil {
				return session{}, noDocument(err)
			}
			return rawSession(raw), nil
		},
		Create: func(ctx context.Context, s *session) error {
			_, err := sessions.InsertOne(ctx, documentOf(s))
			return err
		},
		Swap: func(ctx context.Context, from, to *session) error {
			return set(ctx, append(byID(from.ID), leaseFields(from)...), leaseFields(to))
		},
		Update: func(ctx context.Context, to *session) error {
			a := to.Attributes
			return set(ctx, byID(to.ID), bson.D{
				{Key: "name", Value: a.Name}, {Key: "agent", Value: a.Agent}, {Key: "address", Value: a.Address}, {Key: "visits", Value: int64(a.Visits)},
			})
		},
		Remove: func(ctx context.Context, id string) error {
			result, err := sessions.DeleteOne(ctx, byID(id))
			if err != nil {
				return err
			}
			return one(result.DeletedCount, nil)
		},
		OnClose: func() error { return db.Client().Disconnect(context.Background()) },
	}
}

// leaseFields returns the fields of a lease.
func leaseFields(s *session) bson.D {
	return bson.D{{Key: "active_until", Value: s.ActiveUntil}, {Key: "expires_at", Value: s.ExpiresAt}, {Key: "credential", Value: s.Credential}}
}

func rawSession(d bson.Raw) session {
	text := func(name string) string { return d.Lookup(name).StringValue() }
	instant := func(name string) time.Time { return d.Lookup(name).Time().UTC() }
	s := session{ID: text("_id"), UserID: text("user_id"), CreatedAt: instant("created_at")}
	s.ActiveUntil, s.ExpiresAt, s.Credential = instant("active_until"), instant("expires_at"), text("credential")
	s.Attributes = Device{text("name"), text("agent"), text("address"), int(d.Lookup("visits").Int64())}
	return s
}

func rawUser(d bson.Raw) user {
	text := func(name string) string { return d.Lookup(name).StringValue() }
	return user{ID: text("_id"), Attributes: User{text("name"), text("email"), int(d.Lookup("logins").Int64())}}
}
