package mongo

import (
	"context"
	"io"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/spec"
)

// adapterName is the name of the adapter in errors and descriptions.
const adapterName = "mongo"

// Adapter is the adapter behind the stores of this package. It implements
// [spec.Adapter], [spec.UserFinder], [spec.UserIDs], [spec.Migrator], [spec.Pinger],
// [spec.Describer] and [io.Closer]. Call [OpenAdapter] or [NewAdapter] to make one. If it
// keeps only sessions, its methods for users must not be called.
type Adapter struct {
	db       *driver.Database
	users    *collection // nil if the adapter keeps only sessions
	sessions *collection
	userIDs  *idType

	userColumns    []spec.Column[spec.UserRow]
	sessionColumns []spec.Column[spec.SessionRow]

	snapshot *driver.Collection // the sessions, read as of one moment
	lookup   bson.Raw           // the pipeline stage that joins the user
	swap     swap               // the pipeline that swaps a lease

	// transactions reports that the deployment is not a standalone server: it has
	// transactions, and the driver repeats single writes.
	transactions bool

	owned     bool        // Close disconnects the client
	locks     userLocks   // held by transactions on a user
	running   running     // calls with several steps
	abandoned abandoned   // sessions of failed transactions
	latest    clusterTime // time of the latest data that calls have seen; reads are not older
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

// ValidUserID implements [spec.UserIDs]: see [WithUserIDs].
func (a *Adapter) ValidUserID(id string) bool {
	_, valid := a.userIDs.encode(id)
	return valid
}

// encodeUserID returns the id of a user as stored in documents. It returns nil for "".
func (a *Adapter) encodeUserID(id string) any {
	if id == "" {
		return nil
	}
	value, _ := a.userIDs.encode(id)
	return value
}

// patience is how long a call tries to undo its changes, unless its context ends before.
const patience = 5 * time.Second

// cleanupContext returns a context for work that must be done even if the caller's context
// has ended.
func cleanupContext(ctx context.Context) (context.Context, context.CancelFunc) {
	within, cancel := linger.Context(ctx)
	bounded, cancelBounded := context.WithTimeout(within, patience)
	return bounded, func() { cancelBounded(); cancel() }
}

// Close closes the adapter. If OpenAdapter created the client, Close disconnects it. Close
// first waits up to five seconds for calls with several steps that are in progress.
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

// Ping checks that the primary answers.
func (a *Adapter) Ping(ctx context.Context) error {
	ctx = hideFarDeadline(ctx)
	err := a.db.RunCommand(ctx, bson.D{{Key: "ping", Value: 1}}).Err()
	return failViolation(a.classify(ctx, err, reads))
}

// expirySlack is how long after its ExpiresAt a session can still exist: expireAfter, the
// minute between two runs of the server's TTL monitor, and the time of such a run.
const expirySlack = 10 * time.Minute

// Describe implements [spec.Describer]. It asks the server for its version.
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
