package postgres_test

import (
	"database/sql"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/internal/testing/leaktest"
	"github.com/tenon-go/tenon/internal/testing/pooltest"
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

func TestMaxConnsRefused(t *testing.T) {
	t.Parallel()
	const dsn = "postgres://127.0.0.1:1/app"
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	pooltest.Refused(t, func(n int) error {
		_, err := postgres.Open[struct{}, struct{}](t.Context(), dsn, postgres.WithMaxConns(n))
		return err
	}, func(n int) error {
		_, err := postgres.New[struct{}, struct{}](t.Context(), db, postgres.WithMaxConns(n))
		return err
	})
}
