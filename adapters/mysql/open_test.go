package mysql_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/internal/testing/leaktest"
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
