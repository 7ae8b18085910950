package containers_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/url"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

// A database that is not marked as a test's is refused before the package connects to
// it. No error contains the password.
func TestMongoRefuses(t *testing.T) {
	t.Setenv("TENON_ANY_DATABASE", "")
	for uri, want := range map[string]string{
		"mongodb://ann:hunter2@127.0.0.1:1/app":                             "TENON_ANY_DATABASE",
		"mongodb://ann:hunter2@127.0.0.1:1":                                 "TENON_ANY_DATABASE",
		"mongodb://ann:hunter2@%zz/app_test":                                "cannot be parsed",
		"mongodb://ann:hunter2@127.0.0.1:1/test?serverSelectionTimeoutMS=1": "127.0.0.1:1",
	} {
		_, err := containers.Mongo(t.Context(), containers.MongoOptions{URI: uri})
		var missing *containers.MissingError
		if err == nil || errors.As(err, &missing) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}

func TestMongoMissingImage(t *testing.T) {
	t.Setenv("TENON_MONGO_URI", "")
	t.Setenv("TENON_MONGO_99_IMAGE", "registry.invalid/no-such-image:99")
	_, err := containers.Mongo(t.Context(), containers.MongoOptions{Version: "99"})
	var missing *containers.MissingError
	if !errors.As(err, &missing) || missing.Server != "registry.invalid/no-such-image:99" || missing.Running != "TENON_MONGO_URI" {
		t.Errorf("got %v, want a MissingError", err)
	}
}

// Removing a store removes its collections, but not those of another store whose name
// begins alike.
func TestMongoTarget(t *testing.T) {
	t.Parallel()
	server := servers.Mongo(t, containers.MongoOptions{})
	target := server.Target(nil)
	name := "t" + strings.ToLower(rand.Text()[:10])
	db := func(t *testing.T, uri string) *mongo.Database {
		client, err := mongo.Connect(options.Client().ApplyURI(uri))
		servertest.OK(t, err)
		t.Cleanup(func() { client.Disconnect(context.Background()) })
		u, err := url.Parse(uri)
		servertest.OK(t, err)
		return client.Database(strings.TrimPrefix(u.Path, "/"))
	}
	collections := func() []string {
		names, err := db(t, server.DSN).ListCollectionNames(t.Context(), bson.D{{Key: "name", Value: bson.Regex{Pattern: "^" + name}}})
		servertest.OK(t, err)
		return names
	}
	other := target.Open(t, conformance.Store{Name: name + "0"})
	servertest.OK(t, db(t, other.DSN).CreateCollection(t.Context(), other.Name+"_x"))
	t.Run("check", func(t *testing.T) {
		store := conformance.Store{Name: name, Cut: true}
		place := target.Open(t, store)
		servertest.OK(t, db(t, place.DSN).CreateCollection(t.Context(), place.Name+"_x"))
		restore := target.Options().Cut(t, store)
		if err := db(t, place.DSN).Client().Ping(t.Context(), nil); err == nil {
			t.Error("a store that is cut off answers")
		}
		restore()
		if got := collections(); len(got) != 2 {
			t.Errorf("got %q, want a collection of each store", got)
		}
	})
	if got := collections(); len(got) != 1 || got[0] != other.Name+"_x" {
		t.Errorf("got %q, want the other store's collection alone", got)
	}
}

// After Close and RestartMongo the old process is gone, and so its port is free.
func TestMongoHostEndsServers(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	host := servers.MongoHost(t, 1)
	parsed, err := connstring.ParseAndValidate(host.DSN)
	servertest.OK(t, err)
	address := parsed.Hosts[0]
	_, port, err := net.SplitHostPort(address)
	servertest.OK(t, err)
	process := func() string {
		code, pid, err := containers.RunOnMongoHost(ctx, host, "cat", "/data/"+port+".pid")
		if err != nil || code != 0 {
			t.Fatalf("got exit code %d, error %v", code, err)
		}
		return strings.TrimSpace(pid)
	}
	wantGone := func(pid, after string) {
		t.Helper()
		code, _, err := containers.RunOnMongoHost(ctx, host, "test", "-d", "/proc/"+pid)
		if err != nil || code == 0 {
			t.Errorf("%s: got exit code %d, error %v, want the process to be gone", after, code, err)
		}
	}
	server, err := containers.StartMongo(ctx, host, address, false)
	servertest.OK(t, err)
	first := process()
	servertest.OK(t, containers.RestartMongo(ctx, host, address))
	wantGone(first, "RestartMongo")
	second := process()
	servertest.OK(t, server.Close())
	wantGone(second, "Close")
}
