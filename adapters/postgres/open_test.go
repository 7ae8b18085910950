package postgres_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/internal/testing/leaktest"
)

func TestOpenHidesThePassword(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{
		"postgres://ann:" + leaktest.Password + "@%zz/app",
		"postgres://ann:" + leaktest.Password + "@localhost:port/app",
		"postgres://ann@localhost/app?password=" + leaktest.Password + "&sslmode=never",
		"host=127.0.0.1 port=x password=" + leaktest.Password,
		"host=127.0.0.1 port=x password = " + leaktest.Password + " dbname=app",
		"password = '" + leaktest.Password + "' host",
		"host=127.0.0.1 sslmode=require sslrootcert=/nowhere sslpassword = " + leaktest.Password,
	} {
		_, err := postgres.Open[struct{}, struct{}](t.Context(), dsn)
		leaktest.Refused(t, err)
	}
}
