package mongo

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"github.com/tenon-go/tenon/adapters/internal/deadline"
	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// adapterName is what errors and descriptions call the adapter.
const adapterName = "mongo"

// store is what adapters are made of, whatever their attribute types.
type store struct {
	db       *driver.Database
	users    *collection // nil for sessions alone
	sessions *collection
	userIDs  *idType
	expires  bool // by a TTL index

	// transactions says that the deployment has them, and that the driver
	// repeats single writes: it is no standalone server.
	transactions bool

	owned    bool // Close disconnects the client
	closed   atomic.Bool
	turns    turns    // of transactions on one user
	underWay underWay // calls of several steps
	unended  unended  // transactions of calls that failed
	latest   latest   // of what calls have seen: reads are of that or later
}

// collection is a collection as it should be.
type collection struct {
	*driver.Collection
	own     []ownField
	fields  []attr.Field // the attributes
	id      *idType
	owner   *idType // of the users that its documents name; nil: they name none
	expires bool    // by a TTL index
}

// newStore returns a store on a database, with the settings that the contract
// needs, whatever the client has: durable writes, reads of what is durable from
// the member that knows it, and plain BSON.
func newStore(db *driver.Database, owned bool, o settings) *store {
	db = db.Client().Database(db.Name(), options.Database().
		SetReadConcern(readconcern.Majority()).
		SetWriteConcern(writeconcern.Majority()).
		SetReadPreference(readpref.Primary()).
		SetBSONOptions(&options.BSONOptions{}).
		SetRegistry(bson.NewRegistry()))
	s := &store{db: db, userIDs: o.userIDs, expires: o.ttl, owned: owned}
	s.turns.init()
	s.underWay.init()
	return s
}

// collection returns a collection of the store's database.
func (s *store) collection(name string, fields []attr.Field) *collection {
	return &collection{Collection: s.db.Collection(name), fields: fields, id: &stringIDs}
}

// enter refuses calls that must not reach the database.
func (s *store) enter(ctx context.Context, op spec.Op) error {
	if s.closed.Load() {
		return s.error(op, spec.ErrClosed, "", nil)
	}
	if err := deadline.Err(ctx); err != nil {
		return s.error(op, err, "", nil)
	}
	return nil
}

// enterWrite is enter for calls that write: what earlier ones have left locked
// may be in their way.
func (s *store) enterWrite(ctx context.Context, op spec.Op) error {
	if err := s.enter(ctx, op); err != nil {
		return err
	}
	s.endUnended(ctx)
	return nil
}

// one returns the document that the filter finds, with these fields or else
// all, or nil.
func (s *store) one(ctx context.Context, op spec.Op, in *collection, filter bson.D, fields ...string) (bson.Raw, error) {
	find := options.FindOne()
	if len(fields) > 0 {
		find.SetProjection(projection(fields))
	}
	var doc bson.Raw
	err := s.reading(ctx, func(ctx context.Context) (err error) {
		doc, err = in.FindOne(ctx, filter, find).Raw()
		return err
	})
	if errors.Is(err, driver.ErrNoDocuments) {
		return nil, nil
	}
	return doc, s.classify(ctx, op, err, reads)
}

func projection(fields []string) bson.D {
	var list bson.D
	for _, f := range fields {
		list = append(list, bson.E{Key: f, Value: 1})
	}
	return list
}

// each calls f with the documents of a cursor, which find returns. A document
// is valid until f returns.
func (s *store) each(ctx context.Context, op spec.Op, find func(context.Context) (*driver.Cursor, error), f func(bson.Raw) error) error {
	err := s.reading(ctx, func(ctx context.Context) error { return s.iterate(ctx, op, find, f) })
	return s.classify(ctx, op, err, reads)
}

// iterate is each for what the server does not read as a majority has it: its
// catalog.
func (s *store) iterate(ctx context.Context, op spec.Op, find func(context.Context) (*driver.Cursor, error), f func(bson.Raw) error) error {
	cursor, err := find(ctx)
	if err != nil {
		return s.classify(ctx, op, err, reads)
	}
	for err == nil && cursor.Next(ctx) {
		if err = f(cursor.Current); err != nil {
			err = s.failDecoding(op, err)
		}
	}
	if err == nil {
		err = s.classify(ctx, op, cursor.Err(), reads)
	}
	if cursor.ID() != 0 {
		cleanup, cancel := cleanup(ctx)
		defer cancel()
		cursor.Close(cleanup) // the server closes it by itself after a while
	}
	return err
}

// failDecoding returns the error of a document that cannot be decoded. The decoder's
// text holds no value.
func (s *store) failDecoding(op spec.Op, err error) error {
	return s.error(op, spec.ErrFailed, err.Error(), err)
}

// patience is how long a call tries to take back what it has done, unless its
// context ends before.
const patience = 5 * time.Second

// cleanup returns a context for what has to be done though the caller's may have
// ended.
func cleanup(ctx context.Context) (context.Context, context.CancelFunc) {
	within, cancel := linger.Context(ctx)
	bounded, cancelBounded := context.WithTimeout(within, patience)
	return bounded, func() { cancelBounded(); cancel() }
}

// Close closes the adapter, and disconnects the client if Open made it. Calls
// from then on are ErrClosed. Those of several steps that are under way come to
// their end, for which Close waits five seconds at most. A second Close does
// nothing.
func (s *store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	ctx, cancel := cleanup(context.Background())
	defer cancel()
	s.underWay.close(ctx)
	for s.endUnended(ctx) {
	}
	if !s.owned {
		return nil
	}
	return s.disconnect()
}

func (s *store) disconnect() error {
	ctx, cancel := cleanup(context.Background())
	defer cancel()
	return s.db.Client().Disconnect(ctx)
}

// Ping implements spec.Pinger.
func (s *store) Ping(ctx context.Context) error {
	const op = spec.OpPing
	if err := s.enter(ctx, op); err != nil {
		return err
	}
	err := s.db.RunCommand(ctx, bson.D{{Key: "ping", Value: 1}}).Err()
	return s.conclude(op, s.classify(ctx, op, err, reads))
}

// expirySlack is how long after its ExpiresAt the server may still have
// a session: expireAfter, the minute between two runs of its TTL monitor, and
// as long as such a run may take.
const expirySlack = 10 * time.Minute

// Describe implements spec.Describer.
func (s *store) Describe(ctx context.Context) (spec.Description, error) {
	const op = spec.OpDescribe
	if err := s.enter(ctx, op); err != nil {
		return spec.Description{}, err
	}
	info, err := s.db.RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Raw()
	if err != nil {
		return spec.Description{}, s.conclude(op, s.classify(ctx, op, err, reads))
	}
	version, _ := info.Lookup("version").StringValueOK()
	about := spec.Description{Name: adapterName, Engine: "MongoDB", Version: version}
	about.Weaknesses.Stepwise = !s.transactions
	if s.expires {
		about.Weaknesses.Expires, about.Weaknesses.ExpirySlack = true, expirySlack
	}
	return about, nil
}
