package mongo_test

import (
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

func TestCheckNamesTheOption(t *testing.T) {
	t.Parallel()
	for _, id := range []any{int64(42), bson.NewObjectID()} {
		p := newPlace(t, replicaSet, nil)
		_, err := p.users.InsertOne(t.Context(), bson.D{{Key: "_id", Value: id}})
		servertest.OK(t, err)
		const want = "WithUserIDs is for ids of users that are integers or ObjectIDs"
		if err := p.open().Check(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("an id that is a %T: got %v, want an error with %q", id, err, want)
		}
	}
}
