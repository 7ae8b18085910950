package sqlite_test

import (
	"context"
	"database/sql/driver"
	"sync/atomic"
	"testing"

	modernc "modernc.org/sqlite"

	"github.com/tenon-go/tenon/spec"
)

// endContext is called by the SQL function end_context. That is registered before the
// first connection, because the driver does not guard its list of functions.
var endContext atomic.Pointer[context.CancelFunc]

func init() {
	modernc.MustRegisterScalarFunction("end_context", 0, func(*modernc.FunctionContext, []driver.Value) (driver.Value, error) {
		(*endContext.Load())()
		return int64(0), nil
	})
}

// If the context ends while a write runs, the adapter notices that before the commit and
// applies nothing.
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
