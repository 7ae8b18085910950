package mongo

import (
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Fields that documents have besides the attributes, for commands and indexes:
// own.go has them all. Those that begin with an underscore are the adapter's;
// no attribute may have their names.
const (
	idField        = "_id"
	ownerField     = "user_id"
	createdAtField = "created_at"
	expiresAtField = "expires_at"

	// hiddenField is in a session that is not there for any reader yet: it
	// holds the ObjectID of the call that makes the session. See referring.go.
	hiddenField = "_hidden"

	// countField is in a user: how many sessions were made. It is what makes
	// two transactions collide. See transaction.go.
	countField = "_sessions"
)

// types are the BSON types of an attribute of this kind. The first is what is
// written.
var types = map[attr.Kind][]string{
	attr.String: {"string"},
	attr.Bool:   {"bool"},
	attr.Int:    {"long", "int"},
	attr.Float:  {"double"},
	attr.Time:   {"date"},
	attr.Bytes:  {"binData"},
	attr.JSON:   {"string"}, // embedded, numbers and keys would change
}

// collectionFields finds attributes by the fields of documents.
type collectionFields map[string]int

func fieldsOf(fields []attr.Field) collectionFields {
	places := make(collectionFields, len(fields))
	for i, f := range fields {
		places[f.Column] = i
	}
	return places
}

func attributes(fields []attr.Field, values []any) bson.D {
	doc := make(bson.D, len(fields))
	for i, f := range fields {
		doc[i] = bson.E{Key: f.Column, Value: values[i]}
	}
	return doc
}

// maxDocument is the server's own limit.
const maxDocument = 16 << 20

var errTooLarge = errors.New("the document would be larger than 16 MiB")

// encode encodes a document, so that nothing depends on the client's registry
// and BSON options, and refuses one that the server would refuse: the largest
// ones it does not even answer.
func encode(doc bson.D) (bson.Raw, error) {
	raw, err := bson.Marshal(doc)
	if err == nil && len(raw) > maxDocument {
		err = errTooLarge
	}
	return raw, err
}

// plain returns a stored value as attr.Destination takes it.
func plain(v bson.RawValue) (any, error) {
	switch v.Type {
	case bson.TypeNull:
		return nil, nil
	case bson.TypeString:
		return v.StringValue(), nil
	case bson.TypeBoolean:
		return v.Boolean(), nil
	case bson.TypeInt32:
		return v.Int32(), nil
	case bson.TypeInt64:
		return v.Int64(), nil
	case bson.TypeDouble:
		return v.Double(), nil
	case bson.TypeDateTime:
		return time.UnixMilli(v.DateTime()).UTC(), nil
	case bson.TypeBinary:
		_, data := v.Binary()
		return data, nil
	}
	return nil, fmt.Errorf("a stored value is of type %s", v.Type)
}

// decodeAttribute sets the attribute that a field of a document is for, if any.
// An attribute without a field is as it is made, zero or nil: its type gained
// it later.
func (c collectionFields) decodeAttribute(e bson.RawElement, into []*attr.Destination) error {
	i, ours := c[e.Key()]
	if !ours {
		return nil
	}
	value, err := plain(e.Value())
	if err != nil {
		return err
	}
	return into[i].Scan(value)
}

// decodeUser reads a user.
func (a *Adapter[U, S]) decodeUser(doc bson.Raw) (spec.User[U], error) {
	var row spec.UserRow
	var attributes U
	into := a.userSchema.Destinations(&attributes)
	err := decodeFields(a.userOwn, &row, doc, a.userIDs, func(e bson.RawElement) error {
		return a.userFields.decodeAttribute(e, into)
	})
	if err != nil {
		return spec.User[U]{}, err
	}
	return spec.UserWith(row, attributes), nil
}

// decodeSession reads a session. It reports false for one that is hidden.
func (s *Sessions[S]) decodeSession(doc bson.Raw) (session spec.Session[S], visible bool, err error) {
	if !doc.Lookup(hiddenField).IsZero() {
		return spec.Session[S]{}, false, nil
	}
	var row spec.SessionRow
	var attributes S
	into := s.schema.Destinations(&attributes)
	err = decodeFields(s.own, &row, doc, s.userIDs, func(e bson.RawElement) error {
		return s.fields.decodeAttribute(e, into)
	})
	if err != nil {
		return spec.Session[S]{}, false, err
	}
	return spec.SessionWith(row, attributes), true, nil
}
