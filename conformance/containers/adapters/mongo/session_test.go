package mongo_test

import (
	"testing"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
)

func TestManager(t *testing.T) {
	t.Parallel()
	_, options := subjects.Mongo(deployment(t, replicaSet), subjects.MongoVariation{})
	servertest.Manager(t, options, subjects.OpenMongo)
}

func TestOutage(t *testing.T) {
	t.Parallel()
	_, options := subjects.Mongo(deployment(t, replicaSet), subjects.MongoVariation{})
	servertest.Outage(t, options, subjects.OpenMongo)
}
