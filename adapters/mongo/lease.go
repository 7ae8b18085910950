package mongo

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// SwapLease replaces a lease. A single command finds the session, compares and swaps, and
// returns the document from before, which shows the outcome.
func (a *Adapter) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	variables, err := a.leaseVariables(from, to)
	if err != nil {
		return failDecoding(err)
	}
	find := options.FindOneAndUpdate().SetReturnDocument(options.Before).SetProjection(a.swap.projection).SetLet(variables)
	var before bson.Raw
	err = a.write(ctx, func(ctx context.Context) (err error) {
		before, err = a.sessions.FindOneAndUpdate(ctx, excludeHidden(byID(id)), a.swap.pipeline, find).Raw()
		return err
	})
	if errors.Is(err, driver.ErrNoDocuments) {
		return spec.ErrSessionNotFound
	}
	if err != nil {
		return failViolation(a.classify(ctx, err, writes))
	}
	held, err := a.readLease(before)
	switch {
	case err != nil:
		return failDecoding(err)
	case !held.Equal(from):
		return spec.ErrStale
	}
	return nil
}

// swap is the command of SwapLease without the values.
type swap struct {
	places     []int // indexes of the lease's columns
	pipeline   pipeline
	projection bson.D
}

// newSwap returns a pipeline that replaces a lease if it equals the variable from. A field
// that a session lacks counts as its default.
func newSwap(columns []spec.Column[spec.SessionRow], own []ownField) (s swap, err error) {
	var equal bson.A
	for i, c := range columns {
		if !c.InLease {
			continue
		}
		var fallback any = ""
		if c.Kind == attr.Time {
			fallback = bson.NewDateTimeFromTime(time.Time{})
		}
		s.places = append(s.places, i)
		s.projection = append(s.projection, bson.E{Key: own[i].name, Value: 1})
		held := bson.D{{Key: "$ifNull", Value: bson.A{"$" + own[i].name, fallback}}}
		equal = append(equal, bson.D{{Key: "$eq", Value: bson.A{held, "$$from." + own[i].name}}})
	}
	_, s.pipeline, err = bson.MarshalValue(bson.A{bson.D{{Key: "$replaceWith", Value: bson.D{{Key: "$cond", Value: bson.A{
		bson.D{{Key: "$and", Value: equal}},
		bson.D{{Key: "$mergeObjects", Value: bson.A{"$$ROOT", "$$to"}}},
		"$$ROOT",
	}}}}}})
	return s, err
}

// leaseVariables returns the variables of a swap. They are literals, because a credential
// can begin with a $.
func (a *Adapter) leaseVariables(from, to spec.Lease) (bson.Raw, error) {
	return buildDocument(func(doc []byte) (_ []byte, err error) {
		for _, v := range []struct {
			name  string
			lease spec.Lease
		}{{"from", from}, {"to", to}} {
			row := spec.SessionRow{Lease: v.lease}
			var variable, literal int32
			variable, doc = bsoncore.AppendDocumentElementStart(doc, v.name)
			literal, doc = bsoncore.AppendDocumentElementStart(doc, "$literal")
			for _, i := range a.swap.places {
				if doc, err = a.sessions.own[i].appendTo(doc, a.sessionColumns[i].Pointer(&row), nil); err != nil {
					return nil, err
				}
			}
			if doc, err = bsoncore.AppendDocumentEnd(doc, literal); err == nil {
				doc, err = bsoncore.AppendDocumentEnd(doc, variable)
			}
			if err != nil {
				return nil, err
			}
		}
		return doc, nil
	})
}

// readLease returns the lease of a document.
func (a *Adapter) readLease(doc bson.Raw) (spec.Lease, error) {
	var row spec.SessionRow
	for _, i := range a.swap.places {
		f := a.sessions.own[i]
		v := lookupField(doc, f.name)
		if v.IsZero() && !f.required {
			continue
		}
		if err := f.set(a.sessionColumns[i].Pointer(&row), v); err != nil {
			return row.Lease, err
		}
	}
	return row.Lease, nil
}
