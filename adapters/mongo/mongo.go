package mongo

import (
	"context"
	"fmt"
	"io"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Adapter keeps users and sessions. Its methods are those of [spec.TypedAdapter],
// [spec.TypedUserFinder], [spec.Migrator], [spec.Pinger], [spec.Describer] and
// [io.Closer].
type Adapter[U, S any] struct {
	*sessions[S]
	userSchema *attr.Schema[U]
	userOwn    []spec.Column[spec.UserRow]
	userFields collectionFields
	lookup     bson.D
}

// Sessions keeps sessions alone, for applications that keep users elsewhere:
// UserID is not checked. Its methods are those of [spec.TypedSessionAdapter],
// [spec.Migrator], [spec.Pinger], [spec.Describer] and [io.Closer].
type Sessions[S any] struct {
	*store
	schema     *attr.Schema[S]
	own, lease []spec.Column[spec.SessionRow]
	fields     collectionFields
}

// sessions gives what an Adapter embeds a name that is not exported.
type sessions[S any] = Sessions[S]

var (
	_ spec.TypedAdapter[struct{}, struct{}] = (*Adapter[struct{}, struct{}])(nil)
	_ spec.TypedUserFinder[struct{}]        = (*Adapter[struct{}, struct{}])(nil)
	_ spec.TypedSessionAdapter[struct{}]    = (*Sessions[struct{}])(nil)
	_ interface {
		spec.Migrator
		spec.Pinger
		spec.Describer
		io.Closer
	} = (*Sessions[struct{}])(nil)
)

// Open connects to the deployment that a URI names, which also names the
// database. It does not create collections: see Migrate. The caller closes the
// adapter.
func Open[U, S any](ctx context.Context, uri string, options ...Option) (*Adapter[U, S], error) {
	return open(ctx, uri, func(db *driver.Database) (*Adapter[U, S], error) {
		return newAdapter[U, S](ctx, db, true, options)
	})
}

// OpenSessions is [Open] for sessions alone.
func OpenSessions[S any](ctx context.Context, uri string, options ...Option) (*Sessions[S], error) {
	return open(ctx, uri, func(db *driver.Database) (*Sessions[S], error) {
		return newSessionsAlone[S](ctx, db, true, options)
	})
}

// New returns an adapter on a database of a client that the application has,
// and asks the server what kind of deployment it is. Concerns, read preference,
// BSON options and registry are the adapter's own, whatever those of the client
// are. The caller keeps the client and disconnects it after the adapter was
// closed.
func New[U, S any](ctx context.Context, db *driver.Database, options ...Option) (*Adapter[U, S], error) {
	return newAdapter[U, S](ctx, db, false, options)
}

// NewSessions is [New] for sessions alone.
func NewSessions[S any](ctx context.Context, db *driver.Database, options ...Option) (*Sessions[S], error) {
	return newSessionsAlone[S](ctx, db, false, options)
}

func newAdapter[U, S any](ctx context.Context, db *driver.Database, owned bool, list []Option) (*Adapter[U, S], error) {
	schema, err := spec.UserSchema[U]()
	if err == nil {
		err = checkFields(schema.Fields())
	}
	if err != nil {
		return nil, unusable(err.Error(), err)
	}
	s, err := newSessions[S](db, owned, false, list)
	if err != nil {
		return nil, err
	}
	o := settingsOf(list)
	s.users = s.collection(o.users, schema.Fields())
	own := spec.UserColumns()
	s.users.id, s.users.own = s.userIDs, ownFields(own, s.userIDs)
	if err := s.survey(ctx); err != nil {
		return nil, err
	}
	return &Adapter[U, S]{s, schema, own, fieldsOf(schema.Fields()), lookup(o.users)}, nil
}

func newSessionsAlone[S any](ctx context.Context, db *driver.Database, owned bool, list []Option) (*Sessions[S], error) {
	s, err := newSessions[S](db, owned, true, list)
	if err != nil {
		return nil, err
	}
	if err := s.survey(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// newSessions returns the half of an adapter that keeps sessions.
func newSessions[S any](db *driver.Database, owned, alone bool, list []Option) (*Sessions[S], error) {
	schema, err := spec.SessionSchema[S]()
	if err == nil {
		err = checkFields(schema.Fields())
	}
	o := settingsOf(list)
	if err == nil {
		err = o.check(alone)
	}
	if err != nil {
		return nil, unusable(err.Error(), err)
	}
	if db == nil {
		return nil, unusable("the database is nil", nil)
	}
	if slices.Contains([]string{"admin", "config", "local"}, db.Name()) {
		return nil, unusable("the database "+db.Name()+" is the server's own, which has no transactions and no validators: name another", nil)
	}
	s := newStore(db, owned, o)
	s.sessions = s.collection(o.sessions, schema.Fields())
	own := spec.SessionColumns()
	lease := slices.DeleteFunc(slices.Clone(own), func(c spec.Column[spec.SessionRow]) bool { return !c.InLease })
	s.sessions.owner, s.sessions.expires = o.userIDs, o.ttl
	s.sessions.own = ownFields(own, o.userIDs)
	return &Sessions[S]{s, schema, own, lease, fieldsOf(schema.Fields())}, nil
}

// checkFields refuses attributes with the names of the adapter's own fields.
func checkFields(fields []attr.Field) error {
	for _, f := range fields {
		switch f.Column {
		case hiddenField, countField, joinedField:
			return fmt.Errorf("attribute %s: the field %q is the adapter's own", f.Name, f.Column)
		}
	}
	return nil
}

// unusable returns the error of a constructor that was given what cannot be
// used: attribute types, names, a URI.
func unusable(detail string, cause error) error {
	return &spec.Error{Adapter: adapterName, Op: spec.OpOpen, Class: spec.ErrInvalid, Detail: detail, Cause: cause}
}

// open connects a client and makes an adapter that owns it. If that fails, the
// client is disconnected.
func open[A any](ctx context.Context, uri string, make func(*driver.Database) (*A, error)) (*A, error) {
	// The parser's text may hold the password.
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, unusable("the URI cannot be parsed", err)
	}
	if parsed.Database == "" {
		return nil, unusable("the URI names no database: mongodb://host/database", nil)
	}
	client, err := driver.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		return nil, unusable("the URI cannot be used", err)
	}
	a, err := make(client.Database(parsed.Database))
	if err != nil {
		client.Disconnect(context.WithoutCancel(ctx)) // it has no connection, or one that failed
		return nil, err
	}
	return a, nil
}
