package bolt

import (
	"bytes"
	"encoding/json"
	"iter"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
	"go.etcd.io/bbolt"
)

// tx is the adapter's bucket in a transaction.
type tx struct{ *bbolt.Bucket }

func (t tx) users() *bbolt.Bucket    { return t.Bucket.Bucket(userBucket) }
func (t tx) sessions() *bbolt.Bucket { return t.Bucket.Bucket(sessionBucket) }
func (t tx) list() *bbolt.Bucket     { return t.Bucket.Bucket(listBucket) }

// row is a session as it is stored, in JSON.
type row struct {
	UserID      string
	CreatedAt   int64 // milliseconds since 1970, like the others
	ActiveUntil int64
	ExpiresAt   int64
	Credential  string
	Attributes  json.RawMessage
}

func (r row) lease() spec.Lease {
	return spec.Lease{ActiveUntil: at(r.ActiveUntil), ExpiresAt: at(r.ExpiresAt), Credential: r.Credential}
}

func (r *row) setLease(l spec.Lease) {
	r.ActiveUntil, r.ExpiresAt, r.Credential = l.ActiveUntil.UnixMilli(), l.ExpiresAt.UnixMilli(), l.Credential
}

func at(milli int64) time.Time { return time.UnixMilli(milli).UTC() }

// row returns a stored session, or ErrSessionNotFound. An id that no store can
// hold is found nowhere.
func (t tx) row(id string) (row, error) {
	var r row
	data := t.sessions().Get([]byte(id))
	if data == nil {
		return r, spec.ErrSessionNotFound
	}
	return r, json.Unmarshal(data, &r)
}

func (t tx) putRow(id string, r row) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return t.sessions().Put([]byte(id), data)
}

// listKey is under which a user's session is listed. Ids have no NUL, so one
// user's keys are never the beginning of another's.
func listKey(userID, sessionID string) []byte { return []byte(userID + "\x00" + sessionID) }

// sessionIDs yields the ids of a user's sessions. They are gathered first, so
// that the loop may delete.
func (t tx) sessionIDs(userID string) iter.Seq[string] {
	prefix := listKey(userID, "")
	var ids []string
	c := t.list().Cursor()
	for k, _ := c.Seek(prefix); userID != "" && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		ids = append(ids, string(k[len(prefix):]))
	}
	return func(yield func(string) bool) {
		for _, id := range ids {
			if !yield(id) {
				return
			}
		}
	}
}

// keep moves the entries of an index of unique attributes from old to new
// values: nil and all when id is created, all and nil when it is deleted.
func (t tx) keep(index []byte, fields []attr.Field, id string, old, new []any) error {
	b := t.Bucket.Bucket(index)
	key := func(i int, values []any) []byte {
		if values == nil || values[i] == nil || !fields[i].Unique {
			return nil
		}
		return []byte(fields[i].Column + "\x00" + attr.Key(values[i]))
	}
	for i, f := range fields {
		if k := key(i, new); k != nil {
			if holder := b.Get(k); holder != nil && string(holder) != id {
				return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: f.Name}
			}
		}
	}
	for i := range fields {
		if k := key(i, old); k != nil {
			if err := b.Delete(k); err != nil {
				return err
			}
		}
		if k := key(i, new); k != nil {
			if err := b.Put(k, []byte(id)); err != nil {
				return err
			}
		}
	}
	return nil
}
