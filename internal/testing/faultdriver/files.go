package faultdriver

import (
	"database/sql"
	"path/filepath"
	"sync"

	"modernc.org/sqlite"

	"github.com/tenon-go/tenon/internal/testing/scratch"
)

// Files has SQLite databases with faults, one for each test. The zero value is ready for
// use.
type Files struct{ ofTests sync.Map }

// File is the database of one test.
type File struct {
	Path   string
	Faults Faults

	mu      sync.Mutex
	handles []*sql.DB // opened by Handle
}

// InUse returns the number of connections in use, of all handles.
func (f *File) InUse() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, db := range f.handles {
		n += db.Stats().InUse
	}
	return n
}

// Of returns the database of a test. The file is removed when the test ends.
func (f *Files) Of(t scratch.TB) *File {
	file, _ := f.ofTests.LoadOrStore(t, sync.OnceValue(func() *File {
		return &File{Path: filepath.Join(scratch.Dir(t), "tenon.db")}
	}))
	return file.(func() *File)()
}

// Drop drops a table, on a separate handle.
func (f *File) Drop(t scratch.TB, table string) {
	t.Helper()
	if _, err := f.Handle(t, 1, Connector{}).ExecContext(t.Context(), `DROP TABLE "`+table+`"`); err != nil {
		t.Fatal(err)
	}
}

// Handle returns a handle on the file with at most maxConns connections (0: no limit). It
// is closed when the test ends. It has SQLite's defaults except that it waits for locks,
// and does not wait for the disk. Hooks has the hooks.
func (f *File) Handle(t scratch.TB, maxConns int, hooks Connector) *sql.DB {
	t.Helper()
	connector, err := sqlite.NewConnector(f.Path + "?_pragma=busy_timeout(10000)&_pragma=synchronous(off)")
	if err != nil {
		t.Fatal(err)
	}
	hooks.Connector, hooks.Faults = connector, &f.Faults
	db := sql.OpenDB(hooks)
	db.SetMaxOpenConns(maxConns)
	f.mu.Lock()
	f.handles = append(f.handles, db)
	f.mu.Unlock()
	return scratch.Ready(t, db, nil)
}
