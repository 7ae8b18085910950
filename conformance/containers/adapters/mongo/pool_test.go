package mongo_test

import (
	"net/url"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/program"
)

// watching is the number of connections with which the driver monitors each server.
const watching = 2

// conns returns the number of the server's connections from clients with this name.
func (p *place) conns(name string) int {
	p.t.Helper()
	cursor, err := p.db.Client().Database("admin").Aggregate(p.t.Context(), bson.A{
		bson.D{{Key: "$currentOp", Value: bson.D{{Key: "allUsers", Value: true}, {Key: "idleConnections", Value: true}}}},
		bson.D{{Key: "$match", Value: bson.D{{Key: "appName", Value: name}}}},
		bson.D{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$connectionId"}}}},
	})
	servertest.OK(p.t, err)
	var list []bson.D
	servertest.OK(p.t, cursor.All(p.t.Context(), &list))
	return len(list)
}

// A store has as many connections as WithMaxConns says, whatever the URI says, and
// those by which the driver watches the server. The driver closes none that is idle,
// so that all it had are there in the end. One is enough for every call, those in
// transactions too.
func TestMaxConns(t *testing.T) {
	t.Parallel()
	p := newPlace(t, 1, nil)
	for _, test := range []struct {
		name, uri string
		n         int
	}{{"one", "", 1}, {"three", "50", 3}} {
		u, err := url.Parse(p.DSN)
		servertest.OK(t, err)
		q := u.Query()
		q.Set("appName", p.Name+test.name)
		if test.uri != "" {
			q.Set("maxPoolSize", test.uri)
		}
		u.RawQuery = q.Encode()
		a, err := mongo.Open[program.Person, program.Device](t.Context(), u.String(), p.collections(), mongo.WithMaxConns(test.n))
		servertest.OK(t, err)
		servertest.OK(t, a.Migrate(t.Context()))
		servertest.Crowd(t, a)
		if got := p.conns(p.Name + test.name); got <= watching || got > test.n+watching {
			t.Errorf("%s: %d connections, want %d and %d to watch", test.name, got, test.n, watching)
		}
		servertest.OK(t, a.Close())
	}
	first, second := p.openPlain(mongo.WithMaxConns(1)), p.openPlain(mongo.WithMaxConns(1))
	if r := program.JudgePlain(t.Context(), first, second).String(); r != "" {
		t.Error(r)
	}
}
