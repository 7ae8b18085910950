package mongo_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/internal/leaktest"
	"github.com/tenon-go/tenon/adapters/mongo"
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
