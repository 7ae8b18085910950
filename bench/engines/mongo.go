package engines

import (
	"context"
	"errors"
	"net/url"
	"strings"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/conformance/containers"
)

// Mongo is MongoDB with transactions, which need a replica set.
var Mongo = &Engine{
	Name: "mongo", Title: "MongoDB", Base: "mongo driver", Slice: 25,
	Calls:    StoreCalls,
	variable: containers.MongoURI,
	start:    startMongo,
	fill:     fillMongo,
	growth:   mongoGrowth(),
	Competitors: []Competitor{
		tenon(openMongo),
		{Name: "mongo driver", About: "on Tenon's collections, with majority concerns, fields looked up by hand; it creates a session without looking for the user", Open: openMongoDriver},
		{Name: "mongo driver, transaction", About: "the same, but it creates a session in a transaction that counts the session in its user's document, as Tenon does. Without the transaction, a deletion of the user at the same time leaves the session behind", Open: openMongoTransaction, only: "CreateSession"},
		{Name: "mongo driver, structs", About: "the same, decoded into structs", Open: openMongoStructs},
	},
}

func openMongo(ctx context.Context, dsn string) (*store, error) {
	return mongo.Open[User, Device](ctx, dsn, mongo.WithCollections(usersTable, sessionsTable))
}

// startMongo starts a replica set of one, or uses the running deployment at dsn.
func startMongo(ctx context.Context, dsn string) (*server, error) {
	s, err := containers.Mongo(ctx, containers.MongoOptions{Members: 1, URI: dsn})
	if err != nil {
		return nil, err
	}
	in := &server{version: s.Version, dsn: s.DSN}
	if u, err := url.Parse(s.DSN); err == nil && u.Scheme == "mongodb" && !strings.Contains(u.Host, ",") {
		// The counts are of calls, and not of the client asking how the server is.
		query := u.Query()
		query.Set("serverMonitoringMode", "poll")
		query.Set("heartbeatFrequencyMS", "3600000")
		query.Set("directConnection", "true")
		u.RawQuery = query.Encode()
		in.dsn, in.address = u.String(), u.Host
		in.through = func(address string) string {
			at := *u
			at.Host = address
			return at.String()
		}
	}
	drop := func(ctx context.Context) error {
		return onMongo(ctx, in.dsn, func(db *driver.Database) error {
			return errors.Join(db.Collection(sessionsTable).Drop(ctx), db.Collection(usersTable).Drop(ctx))
		})
	}
	if err := drop(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	in.pin = func(ctx context.Context, cpus string) error { return containers.Pin(ctx, s, cpus) }
	in.close = func() error { return errors.Join(drop(context.Background()), s.Close()) }
	return in, nil
}

// connectMongo connects to the database that a URI names.
func connectMongo(uri string) (*driver.Database, error) {
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, errors.New("the URI cannot be parsed")
	}
	client, err := driver.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		return nil, err
	}
	return client.Database(parsed.Database), nil
}

func onMongo(ctx context.Context, uri string, f func(*driver.Database) error) error {
	db, err := connectMongo(uri)
	if err != nil {
		return err
	}
	defer db.Client().Disconnect(context.WithoutCancel(ctx))
	return f(db)
}

// fillMongo creates Tenon's collections and fills them.
func fillMongo(ctx context.Context, at *Place) error {
	if err := migrate(ctx, openMongo, at.DSN); err != nil {
		return err
	}
	return onMongo(ctx, at.DSN, func(db *driver.Database) error {
		rows := NewRows(at.Set)
		return errors.Join(
			insertDocuments(ctx, db.Collection(usersTable), at.Set.Users, func(i int) any { return userDocumentOf(at.Set.user(i)) }),
			insertDocuments(ctx, db.Collection(sessionsTable), at.Set.Sessions, func(i int) any {
				s := rows.Session(i)
				return documentOf(&s)
			}))
	})
}

func insertDocuments(ctx context.Context, in *driver.Collection, n int, document func(int) any) error {
	for first := 0; first < n; first += batch {
		list := make([]any, 0, batch)
		for i := first; i < min(first+batch, n); i++ {
			list = append(list, document(i))
		}
		if _, err := in.InsertMany(ctx, list); err != nil {
			return err
		}
	}
	return nil
}
