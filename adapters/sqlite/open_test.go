package sqlite_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/internal/leaktest"
	"github.com/tenon-go/tenon/adapters/sqlite"
)

// SQLite has no passwords, but some of its drivers do.
func TestOpenHidesThePassword(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{
		t.TempDir() + "/app.db?_auth_user=ann&_auth_pass=" + leaktest.Password + "&%zz",
		"file:app.db?mode=memory&_auth_pass=" + leaktest.Password,
	} {
		_, err := sqlite.Open[struct{}, struct{}](t.Context(), dsn)
		leaktest.Refused(t, err)
	}
}
