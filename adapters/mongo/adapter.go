package mongo

import (
	"context"
	"errors"
	"io"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
)

// adapterName is what errors and descriptions call the adapter.
const adapterName = "mongo"

// Adapter is what the stores of [Open] and [New], and those for sessions alone,
// are made of. Besides [spec.Adapter] it implements [spec.UserFinder],
// [spec.UserIDs], [spec.Migrator], [spec.Pinger], [spec.Describer] and
// [io.Closer]. It is made by [OpenAdapter] and [NewAdapter]. One for sessions
// alone has no users: the methods for those are not to be used.
type Adapter struct {
	db       *driver.Database
	users    *collection // nil for sessions alone
	sessions *collection
	userIDs  *idType

	userColumns    []spec.Column[spec.UserRow]
	sessionColumns []spec.Column[spec.SessionRow]

	snapshot *driver.Collection // the sessions, read as of one moment
	lookup   bson.Raw           // the stage that joins the user
	swap     swap               // what swaps a lease

	// transactions says that the deployment has them, and that the driver
	// repeats single writes: it is no standalone server.
	transactions bool

	owned     bool        // Close disconnects the client
	locks     userLocks   // of transactions on one user
	running   running     // calls of several steps
	abandoned abandoned   // transactions of calls that failed
	latest    clusterTime // of what calls have seen: reads are of that or later
}

var _ interface {
	spec.Adapter
	spec.UserFinder
	spec.UserIDs
	spec.Migrator
	spec.Pinger
	spec.Describer
	io.Closer
} = (*Adapter)(nil)

// ValidUserID reports whether users can have this id: see [WithUserIDs].
func (a *Adapter) ValidUserID(id string) bool {
	_, valid := a.userIDs.encode(id)
	return valid
}

// encodeUserID returns the id of a user as documents hold it: nil for no user.
func (a *Adapter) encodeUserID(id string) any {
	if id == "" {
		return nil
	}
	value, _ := a.userIDs.encode(id)
	return value
}

// findOne returns the document that the filter finds, or nil: all of it, or the
// id and one field.
func (a *Adapter) findOne(ctx context.Context, in *collection, filter bson.D, field ...string) (bson.Raw, error) {
	find := options.FindOne()
	if len(field) > 0 {
		find.SetProjection(projection(field))
	}
	var doc bson.Raw
	err := a.read(ctx, func(ctx context.Context) (err error) {
		doc, err = in.FindOne(ctx, filter, find).Raw()
		return err
	})
	if errors.Is(err, driver.ErrNoDocuments) {
		return nil, nil
	}
	return doc, a.classify(ctx, err, reads)
}

// forEach calls f with the documents of a cursor, which find returns. A document
// is valid until f returns.
func (a *Adapter) forEach(ctx context.Context, find func(context.Context) (*driver.Cursor, error), f func(bson.Raw) error) error {
	err := a.read(ctx, func(ctx context.Context) error { return a.iterate(ctx, find, f) })
	return a.classify(ctx, err, reads)
}

// iterate is forEach for what the server does not read as a majority has it: its
// catalog.
func (a *Adapter) iterate(ctx context.Context, find func(context.Context) (*driver.Cursor, error), f func(bson.Raw) error) error {
	cursor, err := find(ctx)
	if err != nil {
		return a.classify(ctx, err, reads)
	}
	for err == nil && cursor.Next(ctx) {
		if err = f(cursor.Current); err != nil {
			err = failDecoding(err)
		}
	}
	if err == nil {
		err = a.classify(ctx, cursor.Err(), reads)
	}
	if cursor.ID() != 0 {
		within, cancel := cleanupContext(ctx)
		defer cancel()
		cursor.Close(within) // otherwise the server closes it after a while
	}
	return err
}

// patience is how long a call tries to take back what it has done, unless its
// context ends before.
const patience = 5 * time.Second

// cleanupContext returns a context for what has to be done though the caller's
// may have ended.
func cleanupContext(ctx context.Context) (context.Context, context.CancelFunc) {
	within, cancel := linger.Context(ctx)
	bounded, cancelBounded := context.WithTimeout(within, patience)
	return bounded, func() { cancelBounded(); cancel() }
}

// Close ends the adapter's use of the client, and disconnects it if OpenAdapter
// made it. Calls of several steps that are under way come to their end, for which
// Close waits five seconds at most.
func (a *Adapter) Close() error {
	ctx, cancel := cleanupContext(context.Background())
	defer cancel()
	a.running.stop(ctx)
	for a.endAbandoned(ctx) {
	}
	if !a.owned {
		return nil
	}
	return a.disconnect()
}

func (a *Adapter) disconnect() error {
	ctx, cancel := cleanupContext(context.Background())
	defer cancel()
	return a.db.Client().Disconnect(ctx)
}

// Ping asks the primary whether it answers.
func (a *Adapter) Ping(ctx context.Context) error {
	ctx = hideFarDeadline(ctx)
	err := a.db.RunCommand(ctx, bson.D{{Key: "ping", Value: 1}}).Err()
	return failViolation(a.classify(ctx, err, reads))
}

// expirySlack is how long after its ExpiresAt the server may still have
// a session: expireAfter, the minute between two runs of its TTL monitor, and
// as long as such a run may take.
const expirySlack = 10 * time.Minute

// Describe asks the server for its version.
func (a *Adapter) Describe(ctx context.Context) (spec.Description, error) {
	ctx = hideFarDeadline(ctx)
	info, err := a.db.RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Raw()
	if err != nil {
		return spec.Description{}, failViolation(a.classify(ctx, err, reads))
	}
	version, _ := info.Lookup("version").StringValueOK()
	about := spec.Description{Name: adapterName, Engine: "MongoDB", Version: version}
	about.Weaknesses.Stepwise = !a.transactions
	if a.sessions.expires {
		about.Weaknesses.Expires, about.Weaknesses.ExpirySlack = true, expirySlack
	}
	return about, nil
}
