package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// encode encodes what is to be written.
func (s *store) encode(op spec.Op, doc bson.D) (bson.Raw, error) {
	raw, err := encode(doc)
	if err != nil {
		return nil, s.failDecoding(op, err)
	}
	return raw, nil
}

// update sets attributes of the document that the filter finds. Without
// attributes it only looks whether the document is there.
func (s *store) update(ctx context.Context, op spec.Op, in *collection, filter bson.D, fields []attr.Field, values []any, notFound error) error {
	if len(fields) == 0 {
		doc, err := s.one(ctx, op, in, filter, idField)
		if err == nil && doc == nil {
			err = s.error(op, notFound, "", nil)
		}
		return s.conclude(op, err)
	}
	set, err := s.encode(op, bson.D{{Key: "$set", Value: attributes(fields, values)}})
	if err != nil {
		return err
	}
	var result *driver.UpdateResult
	err = s.writing(ctx, func(ctx context.Context) (err error) {
		result, err = in.UpdateOne(ctx, filter, set)
		return err
	})
	if err == nil && result.MatchedCount == 0 {
		return s.error(op, notFound, "", nil)
	}
	// That a constraint is broken is found after the document.
	return s.classifyWrite(op, s.classify(ctx, op, err, writes), in.fields, func(*violation) (error, error) { return nil, nil })
}

// delete deletes what the filter finds. The driver does not repeat it.
func (s *store) delete(ctx context.Context, op spec.Op, in *collection, filter bson.D) (int64, error) {
	var result *driver.DeleteResult
	err := s.writing(ctx, func(ctx context.Context) (err error) {
		result, err = in.DeleteMany(ctx, filter)
		return err
	})
	if err != nil {
		return 0, s.conclude(op, s.classify(ctx, op, err, writesOnce))
	}
	return result.DeletedCount, nil
}

// visible adds to a filter that a session is not hidden.
func visible(filter bson.D) bson.D {
	return append(filter, bson.E{Key: hiddenField, Value: bson.D{{Key: "$exists", Value: false}}})
}

// ofType is the condition that an attribute has a value that is not null, as
// it stands in the filter of its unique index.
func ofType(f attr.Field) bson.D {
	name := types[f.Kind][0]
	if f.Kind == attr.Int {
		name = "number" // others may have written an int
	}
	return bson.D{{Key: "$type", Value: name}}
}

// is reports whether an error is of one of these classes.
func is(err error, classes ...error) bool {
	for _, class := range classes {
		if errors.Is(err, class) {
			return true
		}
	}
	return false
}
