package mongo_test

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/lacking"
	"github.com/tenon-go/tenon/spec"
)

// A session that is older than a field of every session is read with the field's default.
// Programs of an older version can still write it.
func TestFieldsThatSessionsLack(t *testing.T) {
	t.Parallel()
	p := newPlace(t, standalone, nil)
	a := p.ready(p.open())
	for _, c := range spec.SessionColumns() {
		if !c.HasDefault {
			continue
		}
		_, err := p.sessions.UpdateOne(t.Context(), bson.D{{Key: "_id", Value: phone.ID}}, bson.D{{Key: "$unset", Value: bson.D{{Key: c.Name, Value: ""}}}})
		servertest.OK(t, err)
		lacking.Fields(t, a, phone, c.Name)
	}
}
