package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// update applies a change to the document that the filter finds. An empty change only
// checks that the document exists.
func (a *Adapter) update(ctx context.Context, in *collection, filter bson.D, change spec.Change, notFound error) error {
	if len(change.Places) == 0 {
		doc, err := a.findOne(ctx, in, filter, idField)
		if err == nil && doc == nil {
			err = notFound
		}
		return failViolation(err)
	}
	set, err := in.encodeChange(change)
	if err != nil {
		return failDecoding(err)
	}
	var result *driver.UpdateResult
	err = a.write(ctx, func(ctx context.Context) (err error) {
		result, err = in.UpdateOne(ctx, filter, set)
		return err
	})
	if err == nil && result.MatchedCount == 0 {
		return notFound
	}
	// The server checks constraints only after it has found the document.
	return classifyViolation(a.classify(ctx, err, writes), in, func(*violation) (error, error) { return nil, nil })
}

// deleteMany deletes the documents that the filter finds. The driver does not repeat it.
func (a *Adapter) deleteMany(ctx context.Context, in *collection, filter bson.D) (int64, error) {
	var result *driver.DeleteResult
	err := a.write(ctx, func(ctx context.Context) (err error) {
		result, err = in.DeleteMany(ctx, filter)
		return err
	})
	if err != nil {
		return 0, failViolation(a.classify(ctx, err, writesOnce))
	}
	return result.DeletedCount, nil
}

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

// isClass reports whether an error is of one of these classes.
func isClass(err error, classes ...error) bool {
	for _, class := range classes {
		if errors.Is(err, class) {
			return true
		}
	}
	return false
}
