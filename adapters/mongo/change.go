package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/tenon-go/tenon/spec"
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
