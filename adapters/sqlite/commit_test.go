package sqlite_test

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"testing"

	modernc "modernc.org/sqlite"

	"github.com/tenon-go/tenon/spec"
)

// A context that ends while a write runs is looked at before the commit, and
// then nothing is applied.
func TestContextEndsBeforeTheCommit(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	function := "end_" + rand.Text()
	modernc.MustRegisterScalarFunction(function, 0, func(*modernc.FunctionContext, []driver.Value) (driver.Value, error) {
		cancel()
		return int64(0), nil
	})
	path := file(t)
	a := openFile(t, path)
	run(t, openHandle(t, path), "CREATE TRIGGER ending AFTER INSERT ON users BEGIN SELECT "+function+"(); END")
	if err := a.CreateUser(ctx, aUser("ann")); spec.ClassOf(err) != context.Canceled {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if _, err := a.User(t.Context(), "ann"); spec.ClassOf(err) != spec.ErrUserNotFound {
		t.Errorf("then the user: got %v, want %v", err, spec.ErrUserNotFound)
	}
}
