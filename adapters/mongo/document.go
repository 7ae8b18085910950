package mongo

import (
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// The fields that documents have besides the attributes. Those that begin with
// an underscore are the adapter's own; no attribute may have their names.
const (
	idField          = "_id"
	ownerField       = "user_id"
	createdAtField   = "created_at"
	activeUntilField = "active_until"
	expiresAtField   = "expires_at"
	credentialField  = "credential"

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

// userDocument returns a user as it is stored.
func userDocument(id any, fields []attr.Field, values []any) bson.D {
	return append(bson.D{{Key: idField, Value: id}}, attributes(fields, values)...)
}

// sessionDocument returns a session as it is stored. An anonymous one has no
// user_id.
func sessionDocument[S any](s spec.Session[S], owner any, fields []attr.Field, values []any) bson.D {
	doc := bson.D{{Key: idField, Value: s.ID}}
	if owner != nil {
		doc = append(doc, bson.E{Key: ownerField, Value: owner})
	}
	doc = append(doc, bson.E{Key: createdAtField, Value: bson.NewDateTimeFromTime(s.CreatedAt)})
	doc = append(doc, leaseFields(s.Lease)...)
	return append(doc, attributes(fields, values)...)
}

func leaseFields(l spec.Lease) bson.D {
	return bson.D{
		{Key: activeUntilField, Value: bson.NewDateTimeFromTime(l.ActiveUntil)},
		{Key: expiresAtField, Value: bson.NewDateTimeFromTime(l.ExpiresAt)},
		{Key: credentialField, Value: l.Credential},
	}
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
	var user spec.User[U]
	elements, err := doc.Elements()
	if err != nil {
		return user, err
	}
	into := a.userSchema.Destinations(&user.Attributes)
	for _, e := range elements {
		if e.Key() == idField {
			user.ID, err = a.decodeID(e.Value())
		} else {
			err = a.userFields.decodeAttribute(e, into)
		}
		if err != nil {
			return spec.User[U]{}, err
		}
	}
	return user, nil
}

func (s *store) decodeID(v bson.RawValue) (string, error) {
	id, ok := s.userIDs.decode(v)
	if !ok {
		return "", fmt.Errorf("the id of a user is of type %s", v.Type)
	}
	return id, nil
}

// decodeSession reads a session. It reports false for one that is hidden.
func (s *Sessions[S]) decodeSession(doc bson.Raw) (session spec.Session[S], visible bool, err error) {
	elements, err := doc.Elements()
	if err != nil {
		return session, false, err
	}
	into := s.schema.Destinations(&session.Attributes)
	own := 0 // fields that every session has
	for _, e := range elements {
		v := e.Value()
		own++
		switch e.Key() {
		case idField:
			err = textInto(&session.ID, v)
		case createdAtField:
			err = timeInto(&session.CreatedAt, v)
		case activeUntilField:
			err = timeInto(&session.ActiveUntil, v)
		case expiresAtField:
			err = timeInto(&session.ExpiresAt, v)
		case credentialField:
			err = textInto(&session.Credential, v)
		case ownerField:
			own--
			if v.Type != bson.TypeNull {
				session.UserID, err = s.decodeID(v)
			}
		case hiddenField:
			return spec.Session[S]{}, false, nil
		default:
			own--
			err = s.fields.decodeAttribute(e, into)
		}
		if err != nil {
			return spec.Session[S]{}, false, err
		}
	}
	if own != 5 {
		return spec.Session[S]{}, false, errors.New("a stored session has not all of its fields")
	}
	return session, true, nil
}

func textInto(into *string, v bson.RawValue) (err error) {
	text, ok := v.StringValueOK()
	if !ok {
		return fmt.Errorf("a stored text is of type %s", v.Type)
	}
	*into = text
	return nil
}

func timeInto(into *time.Time, v bson.RawValue) error {
	ms, ok := v.DateTimeOK()
	if ok {
		*into, ok = attr.NormalTime(time.UnixMilli(ms))
	}
	if !ok {
		return fmt.Errorf("a stored value (%s) is not a time in years 1 to 9999", v.Type)
	}
	return nil
}
