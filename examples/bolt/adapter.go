// Package bolt keeps users and sessions in a bbolt file. It is the example of
// docs/writing-an-adapter.md: an adapter by a stranger, in a module of its own.
package bolt

import (
	"context"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
	"go.etcd.io/bbolt"
)

// Adapter implements spec.Adapter, and io.Closer. It is made by [New].
type Adapter[U, S any] struct {
	db       *bbolt.DB
	users    *attr.Schema[U]
	sessions *attr.Schema[S]
	bucket   []byte // holds the others
	closed   atomic.Bool
}

// New returns an adapter that keeps its data in one bucket of db. The caller
// closes db, after the adapter.
func New[U, S any](db *bbolt.DB, bucket string) (*Adapter[U, S], error) {
	users, err := spec.UserSchema[U]()
	if err != nil {
		return nil, err
	}
	sessions, err := spec.SessionSchema[S]()
	if err != nil {
		return nil, err
	}
	a := &Adapter[U, S]{db: db, users: users, sessions: sessions, bucket: []byte(bucket)}
	return a, db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(a.bucket)
		if err != nil {
			return err
		}
		for _, name := range buckets {
			if _, err := b.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
}

// The buckets in the adapter's own.
var (
	userBucket    = []byte("users")     // id: attributes
	sessionBucket = []byte("sessions")  // id: row
	listBucket    = []byte("user list") // user id, NUL, session id: nothing
	userKeys      = []byte("user keys") // column, NUL, value: user id
	sessionKeys   = []byte("session keys")
	buckets       = [][]byte{userBucket, sessionBucket, listBucket, userKeys, sessionKeys}
)

// Close closes the adapter and leaves the database open.
func (a *Adapter[U, S]) Close() error {
	a.closed.Store(true)
	return nil
}

// view runs f in a transaction that reads; update, in one that is written as a
// whole if f returns nil, and not at all if it does not.
func (a *Adapter[U, S]) view(ctx context.Context, op spec.Op, f func(tx) error) error {
	return a.run(ctx, op, a.db.View, f)
}

func (a *Adapter[U, S]) update(ctx context.Context, op spec.Op, f func(tx) error) error {
	return a.run(ctx, op, a.db.Update, f)
}

func (a *Adapter[U, S]) run(ctx context.Context, op spec.Op, begin func(func(*bbolt.Tx) error) error, f func(tx) error) error {
	if a.closed.Load() {
		return fail(op, spec.ErrClosed)
	}
	if err := ctx.Err(); err != nil {
		return fail(op, err)
	}
	err := begin(func(t *bbolt.Tx) error {
		if err := f(tx{t.Bucket(a.bucket)}); err != nil {
			return err
		}
		return ctx.Err() // the last moment at which nothing has been applied
	})
	return fail(op, err)
}

// fail gives err an operation and a class. What the adapter itself or spec
// found has a class already; anything else is bbolt's.
func fail(op spec.Op, err error) error {
	if err == nil {
		return nil
	}
	if spec.ClassOf(err) != nil {
		return &spec.Error{Adapter: "bolt", Op: op, Class: err}
	}
	return &spec.Error{Adapter: "bolt", Op: op, Class: spec.ErrFailed, Cause: err}
}
