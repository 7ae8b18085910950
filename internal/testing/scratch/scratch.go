// Package scratch has what tests make and leave nothing of: folders for
// databases, handles, and adapters.
package scratch

import (
	"context"
	"io"
	"os"

	"github.com/tenon-go/tenon/spec"
)

// TB is what is needed of a *testing.T, and of the conformance suite's.
type TB interface {
	Cleanup(func())
	Context() context.Context
	Error(args ...any)
	Fatal(args ...any)
	Helper()
}

// memory is where Linux keeps files in memory.
const memory = "/dev/shm"

// Dir returns a new folder, in memory where the machine lets it, that is removed
// when the test has ended. Databases there are several times as fast, since
// no write waits for a disk: for all tests but those about what survives.
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

// MkdirTemp is [Dir] for those who have no test: the caller removes the folder.
// It is in TMPDIR if that is set.
func MkdirTemp() (string, error) {
	if os.Getenv("TMPDIR") == "" {
		if dir, err := os.MkdirTemp(memory, "tenon-"); err == nil {
			return dir, nil
		}
	}
	return os.MkdirTemp("", "tenon-")
}

// Ready takes what a constructor of an adapter or a handle returns. It makes the
// adapter's tables, if it has any, and closes it when the test has ended.
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
