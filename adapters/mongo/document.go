package mongo

import (
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Fields of documents other than attributes, for commands and indexes. own.go has all of
// them. Those that begin with an underscore belong to the adapter, and no attribute can
// have their names.
const (
	idField        = "_id"
	ownerField     = "user_id"
	createdAtField = "created_at"
	expiresAtField = "expires_at"

	// hiddenField is a field of a session that is hidden from readers. It holds the
	// ObjectID of the call that creates the session. See referring.go.
	hiddenField = "_hidden"

	// countField is a field of a user with the number of sessions that were created. A
	// change of it makes two transactions conflict. See transaction.go.
	countField = "_sessions"
)

// types are the BSON types of an attribute of this kind. The adapter writes the first and
// reads all.
var types = map[attr.Kind][]string{
	attr.String: {"string"},
	attr.Bool:   {"bool"},
	attr.Int:    {"long", "int"},
	attr.Float:  {"double"},
	attr.Time:   {"date"},
	attr.Bytes:  {"binData"},
	attr.JSON:   {"string"}, // not embedded, because numbers and keys would change
}

// maxDocument is the server's own limit.
const maxDocument = 16 << 20

var errTooLarge = errors.New("the document would be larger than 16 MiB")

// buildDocument returns a document of the elements that appendTo appends. It returns an
// error for a document that is larger than the server accepts, because the server does not
// even answer the largest ones.
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

// encode returns the document of a row. Own returns a pointer to the row's own column at an
// index. UserID is the id of its user in its stored form, or nil. For an own column that is
// null the document has no field.
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

// encodeChange returns the update document of a change.
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

// decode sets a row to the values in a document. It sets own columns through the pointers
// that own returns, as for encode, and attributes through their pointers. It ignores other
// fields. If the document lacks the field of an attribute or of a column with a default,
// because the document was written before the field existed, decode leaves it unset.
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
			if err := setAttribute(&c.fields[place], attributes[place], v); err != nil {
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

// failDecoding returns the error for a document that cannot be encoded or decoded. Its text
// contains no value.
func failDecoding(err error) error {
	return &spec.Error{Class: spec.ErrFailed, Detail: err.Error(), Cause: err}
}

// readUser sets a row to the user of a document.
func (a *Adapter) readUser(doc bson.Raw, into *spec.UserRow) error {
	return a.users.decode(doc, func(i int) any { return a.userColumns[i].Pointer(into) }, into.Attributes)
}

// readSession sets a row to the session of a document.
func (a *Adapter) readSession(doc bson.Raw, into *spec.SessionRow) error {
	return a.sessions.decode(doc, func(i int) any { return a.sessionColumns[i].Pointer(into) }, into.Attributes)
}

// appendField returns a copy of a document with one more field.
func appendField(doc bson.Raw, field string, value any) (bson.Raw, error) {
	return buildDocument(func(dst []byte) ([]byte, error) {
		elements := elementsOf(doc)
		return appendValue(append(dst, elements[:len(elements)-1]...), field, value)
	})
}
