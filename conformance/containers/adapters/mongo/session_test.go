package mongo_test

import (
	"testing"

	"github.com/tenon-go/tenon/conformance/containers/drivers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

func TestManager(t *testing.T) {
	t.Parallel()
	_, options := drivers.Mongo(deployment(t, replicaSet), drivers.MongoVariation{})
	servertest.Manager(t, options, drivers.OpenMongo)
}

func TestOutage(t *testing.T) {
	t.Parallel()
	_, options := drivers.Mongo(deployment(t, replicaSet), drivers.MongoVariation{})
	servertest.Outage(t, options, drivers.OpenMongo)
}
