package bolt

import (
	"encoding/json"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
	"github.com/tenon-go/tenon/spec/index"
	"go.etcd.io/bbolt"
)

// tx gives access to the adapter's data in a transaction.
type tx struct {
	bucket          *bbolt.Bucket
	users, sessions table
}

// list returns the bucket of users' sessions. Its keys are user id, NUL, session id.
func (t tx) list() *bbolt.Bucket { return t.bucket.Bucket([]byte("users sessions")) }

// expiry returns the bucket of sessions by expiry. Its keys are time, session id, and its
// values are the ids of the users.
func (t tx) expiry() *bbolt.Bucket { return t.bucket.Bucket([]byte("sessions expiry")) }

// table is the table of users, or that of sessions.
type table struct {
	bucket *bbolt.Bucket
	name   string
	fields []attr.Field
}

// rows returns the bucket of rows, by id.
func (t table) rows() *bbolt.Bucket { return t.bucket.Bucket([]byte(t.name)) }

// keys returns the bucket of the ids of rows, by the values of their unique attributes.
func (t table) keys() *bbolt.Bucket { return t.bucket.Bucket([]byte(t.name + " keys")) }

func (t table) has(id string) bool { return t.rows().Get([]byte(id)) != nil }

// key returns the key for a value of a unique attribute.
func key(column, text string) []byte { return []byte(column + "\x00" + text) }

// moveKeys replaces the keys of a row's old unique values by those of its new ones.
// Before is nil for a row that is created, and after is nil for one that is deleted.
func (t table) moveKeys(id string, before, after []any) error {
	lost, gained := index.Unique(t.fields, before, after)
	for _, v := range lost {
		if err := t.keys().Delete(key(v.Column, v.Text)); err != nil {
			return err
		}
	}
	for _, v := range gained {
		if t.keys().Get(key(v.Column, v.Text)) != nil {
			return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: v.Attribute}
		}
		if err := t.keys().Put(key(v.Column, v.Text), []byte(id)); err != nil {
			return err
		}
	}
	return nil
}

// replace moves the keys of a row to its new attributes, and returns the new attributes
// encoded.
func (t table) replace(id string, before, after []any) (json.RawMessage, error) {
	if err := t.moveKeys(id, before, after); err != nil {
		return nil, err
	}
	return attr.EncodeRow(t.fields, after)
}
