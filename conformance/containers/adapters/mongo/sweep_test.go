package mongo_test

import (
	"fmt"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/sweeptest"
)

func TestSweepCutShort(t *testing.T) {
	t.Parallel()
	p := newPlace(t, replicaSet, nil)
	servertest.OK(t, p.open().Migrate(t.Context()))
	sweeptest.CutShort(t, sweeptest.Store{
		Fill: func() {
			documents := make([]any, sweeptest.Rows)
			for i := range documents {
				documents[i] = bson.D{{Key: "_id", Value: fmt.Sprint("expired", i)}, {Key: "created_at", Value: sweeptest.Expired},
					{Key: "active_until", Value: sweeptest.Expired}, {Key: "expires_at", Value: sweeptest.Expired}, {Key: "credential", Value: ""}, {Key: "name", Value: ""}}
			}
			_, err := p.sessions.InsertMany(t.Context(), documents)
			servertest.OK(t, err)
		},
		Left: func() int { return int(p.count(p.sessions, bson.D{})) },
	}, func() *adapter { return p.open() })
}
