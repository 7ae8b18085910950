package mongo_test

import (
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment"
	survey "github.com/tenon-go/tenon/internal/environment/mongo"
)

// Survey lists what surrounds the collections in the terms of the results, but not what
// Migrate has created.
func TestSurvey(t *testing.T) {
	t.Parallel()
	p := newPlace(t, replicaSet, nil)
	ctx := t.Context()
	ask := func() []environment.Case {
		t.Helper()
		cases, err := survey.Survey(ctx, p.db, p.users.Name(), p.sessions.Name())
		servertest.OK(t, err)
		return cases
	}
	servertest.OK(t, p.db.CreateCollection(ctx, p.sessions.Name(), options.CreateCollection().SetClusteredIndex(
		bson.D{{Key: "key", Value: bson.D{{Key: "_id", Value: 1}}}, {Key: "unique", Value: true}})))
	servertest.OK(t, p.open().Migrate(ctx))
	before := ask()
	for _, model := range []driver.IndexModel{
		{Keys: bson.D{{Key: "name", Value: "text"}}},
		{Keys: bson.D{{Key: "nickname", Value: 1}}, Options: options.Index().SetUnique(true).SetSparse(true)},
	} {
		_, err := p.users.Indexes().CreateOne(ctx, model)
		servertest.OK(t, err)
	}
	added := slices.DeleteFunc(ask(), func(c environment.Case) bool { return slices.Contains(before, c) })
	const on = "MongoDB 6.0 replica set"
	if want := []environment.Case{
		{Server: on, Kind: "index", Name: "users, name: text", Object: true},
		{Server: on, Kind: "index", Name: "users, phone: ascending, unique, sparse", Object: true},
	}; !slices.Equal(added, want) {
		t.Errorf("got %+v, want %+v", added, want)
	}
	for _, want := range []environment.Case{
		{Server: on, Kind: "collection", Name: "sessions, clustered", Object: true},
		{Server: on, Kind: "parameter", Name: "ttlMonitorSleepSecs", Value: "1"},
		{Server: on, Kind: "mongod option", Name: "wiredTigerCacheSizeGB", Value: "0.25"},
	} {
		if !slices.Contains(before, want) {
			t.Errorf("%+v is not in %+v", want, before)
		}
	}
	if objects := slices.DeleteFunc(before, func(c environment.Case) bool { return !c.Object }); len(objects) != 1 {
		t.Errorf("what Migrate has made is told: %+v", objects)
	}
}
