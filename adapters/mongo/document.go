package mongo

import (
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"

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

	// hiddenField is in a session that no reader sees yet: it holds the ObjectID
	// of the call that makes the session. See referring.go.
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

// maxDocument is the server's own limit.
const maxDocument = 16 << 20

var errTooLarge = errors.New("the document would be larger than 16 MiB")

// buildDocument returns a document of the elements that appendTo appends. It
// refuses one that the server would refuse: the largest ones it does not even
// answer.
func buildDocument(appendTo func([]byte) ([]byte, error)) (bson.Raw, error) {
	start, doc := bsoncore.AppendDocumentStart(make([]byte, 0, 512))
	doc, err := appendTo(doc)
	if err != nil {
		return nil, err
	}
	if doc, err = bsoncore.AppendDocumentEnd(doc, start); err == nil && len(doc) > maxDocument {
		err = errTooLarge
	}
	return doc, err
}

// encode returns the document of a row. Own returns the pointer to the row's own
// column at a place; userID is the id of its user as it is kept, or nil. An own
// column that is null has no field.
func (c *collection) encode(own func(place int) any, userID any, attributes []any) (bson.Raw, error) {
	return buildDocument(func(doc []byte) (_ []byte, err error) {
		for i, f := range c.own {
			if doc, err = f.appendTo(doc, own(i), userID); err != nil {
				return nil, err
			}
		}
		for i, f := range c.fields {
			if doc, err = appendValue(doc, f.Column, attributes[i]); err != nil {
				return nil, err
			}
		}
		return doc, nil
	})
}

// encodeChange returns the update of a change.
func (c *collection) encodeChange(change spec.Change) (bson.Raw, error) {
	return buildDocument(func(doc []byte) (_ []byte, err error) {
		start, doc := bsoncore.AppendDocumentElementStart(doc, "$set")
		for i, place := range change.Places {
			if doc, err = appendValue(doc, c.fields[place].Column, change.Values[i]); err != nil {
				return nil, err
			}
		}
		return bsoncore.AppendDocumentEnd(doc, start)
	})
}

// decode sets a row to what a document holds: own columns through the pointers
// that own returns, as for encode, and attributes through theirs. Other fields
// are passed over. A column with a default, and an attribute, stays as it is if
// the document lacks its field: the type has gained it since.
func (c *collection) decode(doc bson.Raw, own func(place int) any, attributes []any) error {
	missing := 0
	for _, f := range c.own {
		if f.required {
			missing++
		}
	}
	for rest := elementsOf(doc); len(rest) > 1; {
		element, after, ok := bsoncore.ReadElement(rest)
		if !ok {
			return errMalformed
		}
		rest = after
		place, known := c.places[string(element.KeyBytes())]
		if !known {
			continue
		}
		v := valueOf(element)
		if place >= len(c.own) {
			place -= len(c.own)
			if err := setAttribute(c.fields[place].Name, attributes[place], v); err != nil {
				return err
			}
			continue
		}
		f := c.own[place]
		if err := f.set(own(place), v); err != nil {
			return err
		}
		if f.required {
			missing--
		}
	}
	if missing != 0 {
		return errors.New("a stored document has not all of its fields")
	}
	return nil
}

// failDecoding returns the error of a document that cannot be encoded or decoded.
// Its text holds no value.
func failDecoding(err error) error {
	return &spec.Error{Class: spec.ErrFailed, Detail: err.Error(), Cause: err}
}

// readUser sets a row to the user in a document.
func (a *Adapter) readUser(doc bson.Raw, into *spec.UserRow) error {
	return a.users.decode(doc, func(i int) any { return a.userColumns[i].Pointer(into) }, into.Attributes)
}

// readSession sets a row to the session in a document.
func (a *Adapter) readSession(doc bson.Raw, into *spec.SessionRow) error {
	return a.sessions.decode(doc, func(i int) any { return a.sessionColumns[i].Pointer(into) }, into.Attributes)
}
