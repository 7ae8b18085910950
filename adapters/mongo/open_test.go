package mongo_test

import (
	"context"
	"strings"
	"testing"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/internal/testing/leaktest"
	"github.com/tenon-go/tenon/internal/testing/pooltest"
	"github.com/tenon-go/tenon/spec"
)

func TestOpenHidesThePassword(t *testing.T) {
	t.Parallel()
	for _, uri := range []string{
		"mongodb://ann:" + leaktest.Password + "@%zz/app",
		"mongodb://ann:" + leaktest.Password + "@localhost:port/app",
		"mongodb://ann:" + leaktest.Password + "@x@localhost/app",
		"mongodb://ann:" + leaktest.Password + "@localhost",
		"mongodb://ann:" + leaktest.Password + "@localhost/app?authMechanism=" + leaktest.Password,
		"mongodb://localhost/app?tls=true&tlsCertificateKeyFile=/nowhere&tlsCertificateKeyFilePassword=" + leaktest.Password,
		"ann:" + leaktest.Password + "@localhost/app",
	} {
		_, err := mongo.Open[struct{}, struct{}](t.Context(), uri)
		leaktest.Refused(t, err)
	}
}

// The server's own databases have no transactions, and no validators.
func TestOpenServersDatabases(t *testing.T) {
	for _, name := range []string{"admin", "config", "local"} {
		_, err := mongo.Open[struct{}, struct{}](t.Context(), "mongodb://127.0.0.1:1/"+name)
		if spec.ClassOf(err) != spec.ErrInvalid || !strings.Contains(err.Error(), "the server's own") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestMaxConnsRefused(t *testing.T) {
	t.Parallel()
	const uri = "mongodb://127.0.0.1:1/app"
	client, err := driver.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Disconnect(context.Background()) })
	pooltest.Refused(t, func(n int) error {
		_, err := mongo.Open[struct{}, struct{}](t.Context(), uri, mongo.WithMaxConns(n))
		return err
	}, func(n int) error {
		_, err := mongo.New[struct{}, struct{}](t.Context(), client.Database("app"), mongo.WithMaxConns(n))
		return err
	})
}

// The URI cannot make the driver keep more connections than the store can have.
func TestMaxConnsUnderMinPoolSize(t *testing.T) {
	t.Parallel()
	_, err := mongo.Open[struct{}, struct{}](t.Context(), "mongodb://127.0.0.1:1/app?minPoolSize=5", mongo.WithMaxConns(4))
	if spec.ClassOf(err) != spec.ErrInvalid {
		t.Errorf("got %v", err)
	}
}
