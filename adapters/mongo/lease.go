package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/spec"
)

// SwapLease implements spec.SessionAdapter. One command finds the session,
// compares and swaps, and returns what was there before, which tells the
// outcome.
func (s *Sessions[S]) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	const op = spec.OpSwapLease
	if err := s.enterWrite(ctx, op); err != nil {
		return err
	}
	from, err := from.Normal()
	if err != nil {
		return s.error(op, err, "", nil)
	}
	to, err = to.Normal()
	if err != nil {
		return s.error(op, err, "", nil)
	}
	if !spec.ValidID(id) {
		return s.error(op, spec.ErrSessionNotFound, "", nil)
	}
	find := options.FindOneAndUpdate().SetReturnDocument(options.Before).SetProjection(projection(s.leaseFields()))
	var before bson.Raw
	err = s.writing(ctx, func(ctx context.Context) (err error) {
		before, err = s.sessions.FindOneAndUpdate(ctx, visible(bson.D{{Key: idField, Value: id}}), s.swap(from, to), find).Raw()
		return err
	})
	if errors.Is(err, driver.ErrNoDocuments) {
		return s.error(op, spec.ErrSessionNotFound, "", nil)
	}
	if err != nil {
		return s.conclude(op, s.classify(ctx, op, err, writes))
	}
	held, err := s.decodeLease(before)
	switch {
	case err != nil:
		return s.failDecoding(op, err)
	case !held.Equal(from):
		return s.error(op, spec.ErrStale, "", nil)
	}
	return nil
}

// swap is a pipeline that replaces a lease if it is equal to from. A field that
// a session lacks has its default.
func (s *Sessions[S]) swap(from, to spec.Lease) bson.A {
	literal := func(v any) bson.D { return bson.D{{Key: "$literal", Value: v}} } // a credential may begin with a $
	none := s.encodeLease(spec.Lease{})
	var same bson.A
	for i, f := range s.encodeLease(from) {
		held := bson.D{{Key: "$ifNull", Value: bson.A{"$" + f.Key, literal(none[i].Value)}}}
		same = append(same, bson.D{{Key: "$eq", Value: bson.A{held, literal(f.Value)}}})
	}
	return bson.A{bson.D{{Key: "$replaceWith", Value: bson.D{{Key: "$cond", Value: bson.A{
		bson.D{{Key: "$and", Value: same}},
		bson.D{{Key: "$mergeObjects", Value: bson.A{"$$ROOT", literal(s.encodeLease(to))}}},
		"$$ROOT",
	}}}}}}
}

// encodeLease returns a lease's fields.
func (s *Sessions[S]) encodeLease(l spec.Lease) bson.D {
	row := spec.SessionRow{Lease: l}
	return encodeOwn(s.lease, &row, nil)
}

// decodeLease reads the lease of a document that has no other fields but its id.
func (s *Sessions[S]) decodeLease(doc bson.Raw) (spec.Lease, error) {
	var row spec.SessionRow
	err := decodeFields(s.lease, &row, doc, s.userIDs, func(bson.RawElement) error { return nil })
	return row.Lease, err
}

func (s *Sessions[S]) leaseFields() []string {
	names := make([]string, len(s.lease))
	for i, c := range s.lease {
		names[i] = fieldOf(c)
	}
	return names
}
