package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/adapters/internal/batch"
	"github.com/tenon-go/tenon/spec"
)

// DeleteExpiredSessions deletes expired sessions in batches. If a batch fails, it returns
// the error with the number of sessions that the earlier batches deleted.
func (a *Adapter) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	expired := bson.D{{Key: expiresAtField, Value: bson.D{{Key: "$lte", Value: bson.NewDateTimeFromTime(sweep.Now)}}}}
	filter := expired
	if !sweep.Everyone {
		filter = append(bson.D{{Key: ownerField, Value: a.encodeUserID(sweep.UserID)}}, expired...)
	}
	var deleted int64
	for batches := batch.InTwoCalls(); ; {
		size := min(int64(sweep.Limit)-deleted, batches.Rows())
		begin := time.Now()
		found, n, err := a.sweepBatch(ctx, filter, expired, size)
		batches.Took(found, time.Since(begin))
		deleted += n
		if err != nil || found < size || deleted >= int64(sweep.Limit) {
			return deleted, err
		}
	}
}

// checkSwept checks that the collection is one of sessions, with any attributes and ids of
// users. The collection must exist, and the document that expires first must have the
// fields of a session. Other collections often have the fields that all of Tenon's
// documents have, so the document must also have one of the other fields.
func (a *Adapter) checkSwept(ctx context.Context) error {
	ctx = hideFarDeadline(ctx)
	fail := func(text string) error {
		return &spec.Error{Class: spec.ErrFailed, Detail: "collection " + a.sessions.Name() + ": " + text}
	}
	found, err := a.readCatalog(ctx, a.sessions)
	switch {
	case err != nil:
		return err
	case !found.exists:
		return fail("is missing")
	case found.kind != "collection":
		return fail("is not a collection but a " + found.kind)
	}
	var reason string
	err = a.forEach(ctx, func(ctx context.Context) (*driver.Cursor, error) {
		return a.sessions.Find(ctx, bson.D{}, options.Find().SetSort(bson.D{{Key: expiresAtField, Value: 1}}).SetLimit(1))
	}, func(doc bson.Raw) error {
		own := false
		for _, f := range a.sessions.own {
			_, err := doc.LookupErr(f.name)
			if err != nil && f.required {
				reason = "a document has no " + f.name
			}
			own = own || err == nil && !f.required && f.name != ownerField
		}
		if reason == "" && doc.Lookup(expiresAtField).Type != bson.TypeDateTime {
			reason = "a document's " + expiresAtField + " is not a date"
		}
		if reason == "" && !own {
			reason = "a document has none of the fields that only sessions have"
		}
		return nil
	})
	if err == nil && reason != "" {
		err = fail(reason)
	}
	return failViolation(err)
}

// sweepBatch finds at most size expired sessions, and deletes those that are still expired.
func (a *Adapter) sweepBatch(ctx context.Context, filter, expired bson.D, size int64) (found, deleted int64, err error) {
	ids := bson.A{}
	err = a.forEach(ctx, func(ctx context.Context) (*driver.Cursor, error) {
		return a.sessions.Find(ctx, filter, options.Find().
			SetProjection(projection([]string{idField})).SetLimit(size).SetBatchSize(int32(size)+1))
	}, func(doc bson.Raw) error {
		id := doc.Lookup(idField)
		id.Value = append([]byte(nil), id.Value...) // copy, because the cursor reuses the document
		ids = append(ids, id)
		return nil
	})
	if err != nil || len(ids) == 0 {
		return 0, 0, failViolation(err)
	}
	deleted, err = a.deleteMany(ctx, a.sessions, append(bson.D{{Key: idField, Value: bson.D{{Key: "$in", Value: ids}}}}, expired...))
	return int64(len(ids)), deleted, err
}
