package session_test

import (
	"path/filepath"
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/testing/managertest"
	"github.com/tenon-go/tenon/internal/testing/scratch"
	"github.com/tenon-go/tenon/spec"
)

type testStore = *spec.Store[managertest.User, managertest.Device]

// TestManager checks the promises of the manager on the adapters that need no server.
// conformance/containers does so on those that need one.
func TestManager(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) testStore{"memory": openMemory, "sqlite": openSQLite} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			managertest.Run(t, open)
		})
	}
}

func openMemory(t testing.TB) testStore {
	t.Helper()
	a, err := memory.New[managertest.User, managertest.Device]()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func openSQLite(t testing.TB) testStore {
	t.Helper()
	a, err := sqlite.Open[managertest.User, managertest.Device](t.Context(), filepath.Join(scratch.Dir(t), "tenon.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := a.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}
