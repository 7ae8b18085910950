package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Only the program's user can read the file, since it contains hashes of passwords.
func TestFileIsPrivate(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "guestbook.db")
	s, err := openStore(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, beside := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(file + beside)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("guestbook.db%s has the mode %o, want 600", beside, mode)
		}
	}
}
