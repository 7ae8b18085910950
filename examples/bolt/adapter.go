// Package bolt keeps users and sessions in a bbolt file. It is the example in
// docs/writing-an-adapter.md: an adapter in a module outside of Tenon's own.
package bolt

import (
	"context"

	"github.com/tenon-go/tenon/spec"
	"go.etcd.io/bbolt"
)

// New returns a store that keeps its data in one bucket of db. The caller closes the
// store, and then db.
func New[U, S any](db *bbolt.DB, bucket string) (*spec.Store[U, S], error) {
	return spec.NewStore[U, S]("bolt", func(columns spec.Columns) (spec.Adapter, error) {
		return NewAdapter(db, bucket, columns)
	})
}

// Adapter implements spec.Adapter and spec.UserFinder. The stores that [New] returns use
// it.
type Adapter struct {
	db      *bbolt.DB
	bucket  []byte // contains the other buckets
	columns spec.Columns
}

var _ spec.UserFinder = (*Adapter)(nil)

// NewAdapter returns an adapter for users and sessions with these attributes. It creates
// the bucket if it does not exist.
func NewAdapter(db *bbolt.DB, bucket string, columns spec.Columns) (*Adapter, error) {
	a := &Adapter{db, []byte(bucket), columns}
	return a, db.Update(func(t *bbolt.Tx) error {
		b, err := t.CreateBucketIfNotExists(a.bucket)
		if err != nil {
			return err
		}
		for _, name := range []string{"users", "users keys", "sessions", "sessions keys", "users sessions", "sessions expiry"} {
			if _, err := b.CreateBucketIfNotExists([]byte(name)); err != nil {
				return err
			}
		}
		return nil
	})
}

// view runs f in a read-only transaction.
func (a *Adapter) view(f func(tx) error) error {
	return a.db.View(func(t *bbolt.Tx) error { return f(a.in(t)) })
}

// update runs f in a read-write transaction. It commits the transaction if f returns nil,
// and rolls it back otherwise.
func (a *Adapter) update(ctx context.Context, f func(tx) error) error {
	return a.db.Update(func(t *bbolt.Tx) error {
		if err := f(a.in(t)); err != nil {
			return err
		}
		return ctx.Err() // the last moment at which nothing has been applied
	})
}

func (a *Adapter) in(t *bbolt.Tx) tx {
	b := t.Bucket(a.bucket)
	return tx{b, table{b, "users", a.columns.Users}, table{b, "sessions", a.columns.Sessions}}
}
