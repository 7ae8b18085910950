package mongo_test

import (
	"fmt"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
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

// A collection with the index of another program may be that program's.
func TestCheckNamesOtherCollections(t *testing.T) {
	t.Parallel()
	for field, hint := range map[string]bool{"expires": true, "expires_at": false} { // connect-mongo's, and ours
		p := newPlace(t, standalone, nil)
		_, err := p.sessions.Indexes().CreateOne(t.Context(), driver.IndexModel{Keys: is(field, 1), Options: options.Index().SetExpireAfterSeconds(0)})
		servertest.OK(t, err)
		err = p.open().Check(t.Context())
		servertest.WantClass(t, err, spec.ErrFailed, "Check")
		if got := strings.Contains(fmt.Sprint(err), "pass other names with WithCollections"); got != hint {
			t.Errorf("a TTL index of %s: %v, want a hint: %t", field, err, hint)
		}
	}
}
