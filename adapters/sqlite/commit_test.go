package sqlite_test

import (
	"context"
	"database/sql/driver"
	"sync/atomic"
	"testing"

	modernc "modernc.org/sqlite"

	"github.com/tenon-go/tenon/spec"
)

// endContext is what the function end_context of SQL calls. That is registered before
// the first connection: the driver does not guard its list of functions.
var endContext atomic.Pointer[context.CancelFunc]

func init() {
	modernc.MustRegisterScalarFunction("end_context", 0, func(*modernc.FunctionContext, []driver.Value) (driver.Value, error) {
		(*endContext.Load())()
		return int64(0), nil
	})
}

// A context that ends while a write runs is looked at before the commit, and
// then nothing is applied.
func TestContextEndsBeforeTheCommit(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	endContext.Store(&cancel)
	path := file(t)
	a := openFile(t, path)
	run(t, openHandle(t, path), "CREATE TRIGGER ending AFTER INSERT ON users BEGIN SELECT end_context(); END")
	if err := a.CreateUser(ctx, aUser("ann")); spec.ClassOf(err) != context.Canceled {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if _, err := a.User(t.Context(), "ann"); spec.ClassOf(err) != spec.ErrUserNotFound {
		t.Errorf("then the user: got %v, want %v", err, spec.ErrUserNotFound)
	}
}
