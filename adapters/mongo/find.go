package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// findOne returns the document that the filter finds, or nil. With field it returns only
// the id and that field.
func (a *Adapter) findOne(ctx context.Context, in *collection, filter bson.D, field ...string) (bson.Raw, error) {
	find := options.FindOne()
	if len(field) > 0 {
		find.SetProjection(projection(field))
	}
	var doc bson.Raw
	err := a.read(ctx, func(ctx context.Context) (err error) {
		doc, err = in.FindOne(ctx, filter, find).Raw()
		return err
	})
	if errors.Is(err, driver.ErrNoDocuments) {
		return nil, nil
	}
	return doc, a.classify(ctx, err, reads)
}

// forEach calls f with each document of the cursor that find returns. A document is valid
// until f returns.
func (a *Adapter) forEach(ctx context.Context, find func(context.Context) (*driver.Cursor, error), f func(bson.Raw) error) error {
	err := a.read(ctx, func(ctx context.Context) error { return a.iterate(ctx, find, f) })
	return a.classify(ctx, err, reads)
}

// iterate is forEach for the server's catalog, which it cannot read with majority read
// concern.
func (a *Adapter) iterate(ctx context.Context, find func(context.Context) (*driver.Cursor, error), f func(bson.Raw) error) error {
	cursor, err := find(ctx)
	if err != nil {
		return a.classify(ctx, err, reads)
	}
	for err == nil && cursor.Next(ctx) {
		if err = f(cursor.Current); err != nil {
			err = failDecoding(err)
		}
	}
	if err == nil {
		err = a.classify(ctx, cursor.Err(), reads)
	}
	if cursor.ID() != 0 {
		within, cancel := cleanupContext(ctx)
		defer cancel()
		cursor.Close(within) // otherwise the server closes it after a while
	}
	return err
}

// exists reports whether there is a document with this id.
func (a *Adapter) exists(ctx context.Context, in *collection, id any) (bool, error) {
	doc, err := a.findOne(ctx, in, byID(id), idField)
	return doc != nil, err
}
