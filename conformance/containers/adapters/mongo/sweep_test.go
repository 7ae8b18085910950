package mongo_test

import (
	"fmt"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/sweeptest"
)

// swept returns a place with collections, and its sessions for sweeptest.
func swept(t *testing.T) (*place, sweeptest.Store) {
	p := newPlace(t, replicaSet, nil)
	servertest.OK(t, p.open().Migrate(t.Context()))
	return p, sweeptest.Store{
		Add: func(name string, n int, expires time.Time) {
			documents := make([]any, n)
			for i := range documents {
				documents[i] = bson.D{{Key: "_id", Value: fmt.Sprint(name, i)}, {Key: "created_at", Value: expires},
					{Key: "active_until", Value: expires}, {Key: "expires_at", Value: expires}, {Key: "credential", Value: ""}, {Key: "name", Value: ""}}
			}
			_, err := p.sessions.InsertMany(t.Context(), documents)
			servertest.OK(t, err)
		},
		Left: func() int { return int(p.count(p.sessions, bson.D{})) },
	}
}

func TestSweepCutShort(t *testing.T) {
	t.Parallel()
	p, store := swept(t)
	sweeptest.CutShort(t, store, func() *adapter { return p.open() })
}

func TestSweepBehind(t *testing.T) {
	t.Parallel()
	p, store := swept(t)
	sweeptest.Behind(t, store, p.open())
}
