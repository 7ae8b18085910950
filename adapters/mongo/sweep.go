package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/spec"
)

// batch is the most sessions that one command of a sweep deletes.
const batch = 1000

// DeleteExpiredSessions implements spec.SessionAdapter. If a batch fails, what
// the earlier ones deleted is deleted: it is returned with the error.
func (s *Sessions[S]) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	const op = spec.OpDeleteExpiredSessions
	if err := s.enterWrite(ctx, op); err != nil {
		return 0, err
	}
	sweep, err := sweep.Normal()
	if err != nil {
		return 0, s.error(op, err, "", nil)
	}
	dead := bson.D{{Key: expiresAtField, Value: bson.D{{Key: "$lte", Value: bson.NewDateTimeFromTime(sweep.Now)}}}}
	filter := dead
	if sweep.UserID != "" {
		owner, ok := s.userIDs.encode(sweep.UserID)
		if !ok {
			return 0, nil
		}
		filter = append(bson.D{{Key: ownerField, Value: owner}}, dead...)
	}
	var deleted int64
	for {
		size := min(int64(sweep.Limit)-deleted, batch)
		found, n, err := s.sweepBatch(ctx, op, filter, dead, size)
		deleted += n
		if err != nil || found < size || deleted >= int64(sweep.Limit) {
			return deleted, err
		}
	}
}

// sweepBatch finds at most size dead sessions, and deletes those that are still
// dead then.
func (s *store) sweepBatch(ctx context.Context, op spec.Op, filter, dead bson.D, size int64) (found, deleted int64, err error) {
	ids := bson.A{}
	err = s.each(ctx, op, func(ctx context.Context) (*driver.Cursor, error) {
		return s.sessions.Find(ctx, filter, options.Find().
			SetProjection(projection([]string{idField})).SetLimit(size).SetBatchSize(int32(size)+1))
	}, func(doc bson.Raw) error {
		id := doc.Lookup(idField)
		id.Value = append([]byte(nil), id.Value...) // the document is the cursor's
		ids = append(ids, id)
		return nil
	})
	if err != nil || len(ids) == 0 {
		return 0, 0, s.conclude(op, err)
	}
	deleted, err = s.delete(ctx, op, s.sessions, append(bson.D{{Key: idField, Value: bson.D{{Key: "$in", Value: ids}}}}, dead...))
	return int64(len(ids)), deleted, err
}
