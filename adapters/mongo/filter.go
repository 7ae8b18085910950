package mongo

import (
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/spec/attr"
)

// byID returns the filter for one document. The id of a user is in its stored form.
func byID(id any) bson.D { return bson.D{{Key: idField, Value: id}} }

// excludeHidden adds to a filter the condition that a session is not hidden.
func excludeHidden(filter bson.D) bson.D { return append(filter, notHidden) }

var notHidden = bson.E{Key: hiddenField, Value: bson.D{{Key: "$exists", Value: false}}}

// isHidden reports whether the session of a document is still hidden from readers.
func isHidden(doc bson.Raw) bool { return !lookupField(doc, hiddenField).IsZero() }

// hasValue returns the condition that an attribute is not null, as in the filter of its
// unique index.
func hasValue(f attr.Field) bson.D {
	name := types[f.Kind][0]
	if f.Kind == attr.Int {
		name = "number" // another program can have written an int
	}
	return bson.D{{Key: "$type", Value: name}}
}

func projection(fields []string) bson.D {
	list := make(bson.D, len(fields))
	for i, f := range fields {
		list[i] = bson.E{Key: f, Value: 1}
	}
	return list
}
