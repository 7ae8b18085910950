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
	before, err := s.sessions.FindOneAndUpdate(ctx, visible(bson.D{{Key: idField, Value: id}}), swap(from, to),
		options.FindOneAndUpdate().SetReturnDocument(options.Before).SetProjection(projection([]string{activeUntilField, expiresAtField, credentialField}))).Raw()
	if errors.Is(err, driver.ErrNoDocuments) {
		return s.error(op, spec.ErrSessionNotFound, "", nil)
	}
	if err != nil {
		return s.settled(op, s.classify(ctx, op, err, writes))
	}
	held, err := decodeLease(before)
	switch {
	case err != nil:
		return s.misfit(op, err)
	case !held.Equal(from):
		return s.error(op, spec.ErrStale, "", nil)
	}
	return nil
}

// swap is a pipeline that replaces a lease if it is equal to from.
func swap(from, to spec.Lease) bson.A {
	literal := func(v any) bson.D { return bson.D{{Key: "$literal", Value: v}} } // a credential may begin with a $
	var same bson.A
	for _, f := range leaseFields(from) {
		same = append(same, bson.D{{Key: "$eq", Value: bson.A{"$" + f.Key, literal(f.Value)}}})
	}
	return bson.A{bson.D{{Key: "$replaceWith", Value: bson.D{{Key: "$cond", Value: bson.A{
		bson.D{{Key: "$and", Value: same}},
		bson.D{{Key: "$mergeObjects", Value: bson.A{"$$ROOT", literal(leaseFields(to))}}},
		"$$ROOT",
	}}}}}}
}

func decodeLease(doc bson.Raw) (spec.Lease, error) {
	var l spec.Lease
	return l, errors.Join(
		timeInto(&l.ActiveUntil, doc.Lookup(activeUntilField)),
		timeInto(&l.ExpiresAt, doc.Lookup(expiresAtField)),
		textInto(&l.Credential, doc.Lookup(credentialField)))
}
