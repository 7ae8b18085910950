package subjects

import (
	"io"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/testing/translate"
	"github.com/tenon-go/tenon/spec"
)

// checkOpened returns an opened adapter, or fails t. Unless ids is nil, the adapter
// translates users' ids. InUse counts the connections in use of the adapter's pool.
func checkOpened[P any](t conformance.TB, s conformance.Store, a spec.Adapter, err error, ids *translate.IDs, inUse func(*P) int) spec.Adapter {
	t.Helper()
	if err != nil {
		t.Fatalf("opening the adapter: %v", err)
	}
	countInUse(t, s, a, inUse)
	if ids == nil {
		return a
	}
	return translate.Adapter(ids, a)
}

// sessionsOnly returns an open function for stores that keep only sessions.
func sessionsOnly(open func(conformance.TB, conformance.Store, spec.Columns) spec.Adapter) func(conformance.TB, conformance.Store, spec.Columns) spec.SessionAdapter {
	return func(t conformance.TB, s conformance.Store, columns spec.Columns) spec.SessionAdapter {
		return open(t, s, columns)
	}
}

// idleConns is the number of connections that a check can use at a time.
const idleConns = 16

func closeOrFail(t conformance.TB, c io.Closer) {
	if err := c.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
}
