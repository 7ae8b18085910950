package mysql_test

import (
	"database/sql"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/internal/testing/leaktest"
	"github.com/tenon-go/tenon/internal/testing/pooltest"
)

func TestOpenHidesThePassword(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{
		"mysql://ann:" + leaktest.Password + "@localhost/app",
		"ann:" + leaktest.Password + "@localhost/app",
		"ann:" + leaktest.Password + "@tcp(localhost/app",
		"ann:" + leaktest.Password + "@tcp(localhost)/app?timeout=" + leaktest.Password,
		"ann:" + leaktest.Password + "@tcp(localhost)/app?tls=" + leaktest.Password,
		"ann:" + leaktest.Password + "@tcp(localhost)/app?strict=true", // the driver panics
		"ann:" + leaktest.Password,
	} {
		_, err := mysql.Open[struct{}, struct{}](t.Context(), dsn)
		leaktest.Refused(t, err)
	}
}

func TestMaxConnsRefused(t *testing.T) {
	t.Parallel()
	const dsn = "ann@tcp(127.0.0.1:1)/app"
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	pooltest.Refused(t, func(n int) error {
		_, err := mysql.Open[struct{}, struct{}](t.Context(), dsn, mysql.WithMaxConns(n))
		return err
	}, func(n int) error {
		_, err := mysql.New[struct{}, struct{}](t.Context(), db, mysql.WithMaxConns(n))
		return err
	})
}
