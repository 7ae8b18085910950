package bolt

import (
	"encoding/json"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
	"go.etcd.io/bbolt"
)

// tx gives access to the adapter's data in a transaction.
type tx struct {
	bucket          *bbolt.Bucket
	users, sessions table
}

// list returns the bucket of users' sessions. Its keys are user id, NUL, session id.
func (t tx) list() *bbolt.Bucket { return t.bucket.Bucket([]byte("users sessions")) }

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

// key returns the key for a value of the attribute at this place.
func (t table) key(place int, value any) []byte {
	return []byte(t.fields[place].Column + "\x00" + attr.Text(value))
}

// moveKeys replaces the keys of a row's old unique values by those of its new ones.
// Before is nil for a row that is created, and after is nil for one that is deleted.
func (t table) moveKeys(id string, before, after []any) error {
	for place, f := range t.fields {
		if !f.Unique {
			continue
		}
		if before != nil && before[place] != nil {
			if err := t.keys().Delete(t.key(place, before[place])); err != nil {
				return err
			}
		}
		if after != nil && after[place] != nil {
			key := t.key(place, after[place])
			if t.keys().Get(key) != nil {
				return &spec.ConstraintError{Kind: spec.NotUnique, Attribute: f.Name}
			}
			if err := t.keys().Put(key, []byte(id)); err != nil {
				return err
			}
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
