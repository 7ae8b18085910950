// Package scratch creates temporary folders for databases, and prepares handles and
// adapters that are closed at the end of a test.
package scratch

import (
	"context"
	"io"
	"os"

	"github.com/tenon-go/tenon/spec"
)

// TB has the methods that this package needs of a *testing.T or a conformance.TB.
type TB interface {
	Cleanup(func())
	Context() context.Context
	Error(args ...any)
	Fatal(args ...any)
	Helper()
}

// memory is a folder in which Linux keeps files in memory.
const memory = "/dev/shm"

// Dir returns a new folder, which is removed when the test ends. It is in memory if the
// machine supports that. Databases there are several times as fast, since no write waits
// for a disk. Do not use it for tests of durability.
func Dir(t TB) string {
	t.Helper()
	dir, err := MkdirTemp()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// MkdirTemp is [Dir] outside of tests: the caller removes the folder. The folder is in
// TMPDIR if that is set.
func MkdirTemp() (string, error) {
	if os.Getenv("TMPDIR") == "" {
		if dir, err := os.MkdirTemp(memory, "tenon-"); err == nil {
			return dir, nil
		}
	}
	return os.MkdirTemp("", "tenon-")
}

// Ready takes the results of the constructor of an adapter or a handle. It creates the
// adapter's tables, if it has any, and closes the adapter when the test ends.
func Ready[A io.Closer](t TB, a A, err error) A {
	t.Helper()
	if m, ok := any(a).(spec.Migrator); ok && err == nil {
		err = m.Migrate(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}
