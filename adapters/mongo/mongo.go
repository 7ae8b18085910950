package mongo

import (
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	driveroptions "go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Open connects to a deployment and returns a store for users with attributes of type U
// and sessions with attributes of type S. The URI must name the database. Open does not
// create collections: see the store's Migrate. The caller closes the store.
func Open[U, S any](ctx context.Context, uri string, options ...Option) (*spec.Store[U, S], error) {
	return spec.NewStore[U, S](adapterName, func(columns spec.Columns) (spec.Adapter, error) {
		return OpenAdapter(ctx, uri, columns, options...)
	})
}

// OpenSessions is [Open] for a store that keeps only sessions. Their users are kept
// elsewhere, so it does not check UserID.
func OpenSessions[S any](ctx context.Context, uri string, options ...Option) (*spec.SessionStore[S], error) {
	return spec.NewSessionStore[S](adapterName, func(columns spec.Columns) (spec.SessionAdapter, error) {
		return OpenAdapter(ctx, uri, columns, options...)
	})
}

// OpenSweeper is [OpenSessions] for programs that delete expired sessions without knowing
// the application's types. Call only DeleteExpiredSessions with Everyone set, Describe,
// Ping and Close on the returned store. The collection can have any attributes.
// OpenSweeper returns an error if the collection is not one of sessions.
func OpenSweeper(ctx context.Context, uri string, options ...Option) (*spec.SessionStore[struct{}], error) {
	return spec.NewSessionStore[struct{}](adapterName, func(columns spec.Columns) (spec.SessionAdapter, error) {
		a, err := OpenAdapter(ctx, uri, columns, options...)
		if err != nil {
			return nil, err
		}
		if err := a.checkSwept(ctx); err != nil {
			a.Close()
			return nil, err
		}
		return a, nil
	})
}

// New returns a store that uses a database of an existing client. It asks the server what
// kind of deployment it is. The store sets its own read and write concern, read preference,
// BSON options and registry, which override those of the client. The caller keeps the
// client and disconnects it after the store was closed.
func New[U, S any](ctx context.Context, db *driver.Database, options ...Option) (*spec.Store[U, S], error) {
	return spec.NewStore[U, S](adapterName, func(columns spec.Columns) (spec.Adapter, error) {
		return NewAdapter(ctx, db, columns, options...)
	})
}

// NewSessions is [New] for a store that keeps only sessions. Their users are kept
// elsewhere, so it does not check UserID.
func NewSessions[S any](ctx context.Context, db *driver.Database, options ...Option) (*spec.SessionStore[S], error) {
	return spec.NewSessionStore[S](adapterName, func(columns spec.Columns) (spec.SessionAdapter, error) {
		return NewAdapter(ctx, db, columns, options...)
	})
}

// OpenAdapter opens the adapter behind the stores of [Open] and [OpenSessions]. It takes
// columns instead of Go types. If columns.Users is nil, the adapter keeps only sessions.
// The caller closes the adapter.
func OpenAdapter(ctx context.Context, uri string, columns spec.Columns, options ...Option) (*Adapter, error) {
	// The text of the parser's error may contain the password.
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, invalidError("the URI cannot be parsed", err)
	}
	if parsed.Database == "" {
		return nil, invalidError("the URI names no database: mongodb://host/database", nil)
	}
	o := settingsOf(options)
	if err := o.conns.CheckOwn(); err != nil {
		return nil, invalidError(err.Error(), err)
	}
	config := driveroptions.Client().ApplyURI(uri)
	if n := o.conns.Or(0); n > 0 {
		config.SetMaxPoolSize(uint64(n))
	}
	client, err := driver.Connect(config)
	if err != nil {
		return nil, invalidError("the URI cannot be used", err)
	}
	a, err := open(ctx, client.Database(parsed.Database), columns, o)
	if err != nil {
		client.Disconnect(context.WithoutCancel(ctx)) // the client has no connection, or only one that failed
		return nil, err
	}
	a.owned = true
	return a, nil
}

// NewAdapter returns the adapter behind the stores of [New] and [NewSessions]. If
// columns.Users is nil, the adapter keeps only sessions. The caller closes the adapter and
// then disconnects the client.
func NewAdapter(ctx context.Context, db *driver.Database, columns spec.Columns, options ...Option) (*Adapter, error) {
	o := settingsOf(options)
	if err := o.conns.CheckGiven(); err != nil {
		return nil, invalidError(err.Error(), err)
	}
	return open(ctx, db, columns, o)
}

// open returns an adapter on a database. It asks the server what kind of deployment it is.
func open(ctx context.Context, db *driver.Database, columns spec.Columns, o settings) (*Adapter, error) {
	if err := o.validate(columns.Users == nil); err != nil {
		return nil, invalidError(err.Error(), err)
	}
	for _, fields := range [][]attr.Field{columns.Users, columns.Sessions} {
		if err := checkFields(fields); err != nil {
			return nil, invalidError(err.Error(), err)
		}
	}
	if db == nil {
		return nil, invalidError("the database is nil", nil)
	}
	if slices.Contains([]string{"admin", "config", "local"}, db.Name()) {
		return nil, invalidError("the database "+db.Name()+" is the server's own, which has no transactions and no validators: name another", nil)
	}
	a, err := newAdapter(db, columns, o)
	if err == nil {
		err = a.survey(ctx)
	}
	if err != nil {
		return nil, err
	}
	return a, nil
}

// newAdapter returns an adapter on a database, with the settings that the contract needs,
// which override those of the client: durable writes, reads of durable data from the
// primary, and plain BSON.
func newAdapter(db *driver.Database, columns spec.Columns, o settings) (*Adapter, error) {
	db = db.Client().Database(db.Name(), driveroptions.Database().
		SetReadConcern(readconcern.Majority()).
		SetWriteConcern(writeconcern.Majority()).
		SetReadPreference(readpref.Primary()).
		SetBSONOptions(&driveroptions.BSONOptions{}).
		SetRegistry(bson.NewRegistry()))
	a := &Adapter{db: db, userIDs: o.userIDs, userColumns: spec.UserColumns(), sessionColumns: spec.SessionColumns()}
	a.locks.init()
	a.running.init()
	a.sessions = newCollection(db.Collection(o.sessions), ownFields(a.sessionColumns, o.userIDs), columns.Sessions)
	a.sessions.id, a.sessions.owner, a.sessions.expires = &stringIDs, o.userIDs, o.ttl
	a.snapshot = a.sessions.Clone(driveroptions.Collection().SetReadConcern(readconcern.Snapshot()))
	var err error
	if a.swap, err = newSwap(a.sessionColumns, a.sessions.own); err != nil {
		return nil, err
	}
	if columns.Users != nil {
		a.users = newCollection(db.Collection(o.users), ownFields(a.userColumns, o.userIDs), columns.Users)
		a.users.id = o.userIDs
		a.lookup, err = lookupStage(o.users)
	}
	return a, err
}

// checkFields returns an error for attributes with the names of the adapter's own fields.
func checkFields(fields []attr.Field) error {
	for _, f := range fields {
		switch f.Column {
		case hiddenField, countField, joinedField:
			return fmt.Errorf("attribute %s: the field %q is the adapter's own", f.Name, f.Column)
		}
	}
	return nil
}
