package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/spec"
)

// All connections have our settings, whatever the data source name says.
func TestSettings(t *testing.T) {
	t.Parallel()
	for i, params := range []string{
		"",
		"?_pragma=foreign_keys(0)&_pragma=synchronous(off)&_pragma=busy_timeout(0)&_pragma=journal_mode(delete)",
		"?_pragma=journal_mode%3DTRUNCATE&_pragma=main.SYNCHRONOUS%3D0&_pragma=%20Busy_Timeout%20%3D%200&_pragma=locking_mode(exclusive)",
		"?_foreign_keys=off&_journal_mode=memory&_synchronous=0&_busy_timeout=0",
		"?_fk=off&_journal=DELETE&_sync=NORMAL&_timeout=1",
		"?_pragma=cache_size(10)%3BPRAGMA%20foreign_keys=0%3BPRAGMA%20busy_timeout=0%3BPRAGMA%20synchronous=1",
		"?_txlock=deferred&_pragma=temp_store(2)",
	} {
		for _, prefix := range []string{"", "file:"} {
			t.Run(fmt.Sprint(prefix, i), func(t *testing.T) {
				t.Parallel()
				c, err := newConnector(prefix + filepath.Join(t.TempDir(), "a b.db") + params)
				if err != nil {
					t.Fatal(err)
				}
				db := sql.OpenDB(c)
				defer db.Close()
				var conns []*sql.Conn
				for range 5 { // concurrently
					conn, err := db.Conn(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					defer conn.Close()
					conns = append(conns, conn)
				}
				for i, conn := range conns {
					for _, s := range settings {
						var is string
						if err := conn.QueryRowContext(t.Context(), "PRAGMA "+s.pragma).Scan(&is); err != nil {
							t.Fatal(err)
						}
						if is != s.value {
							t.Errorf("connection %d: %s is %s, want %s", i, s.pragma, is, s.value)
						}
					}
				}
			})
		}
	}
}

// The data source name can set everything that is not one of our settings.
func TestOtherParametersStay(t *testing.T) {
	t.Parallel()
	c, err := newConnector("file:" + filepath.Join(t.TempDir(), "a.db") +
		"?_pragma=user_version(42)&_pragma=foreign_keys(0)&_pragma=foreign_key_list(x)&_pragma=cache_size(77)")
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(c)
	defer db.Close()
	for pragma, want := range map[string]int{"user_version": 42, "cache_size": 77} {
		var is int
		if err := db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&is); err != nil {
			t.Fatal(err)
		}
		if is != want {
			t.Errorf("%s is %d, want %d", pragma, is, want)
		}
	}
}

type nothing = struct{}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	readOnly := filepath.Join(t.TempDir(), "rollback.db")
	db, err := sql.Open("sqlite", readOnly)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE t (a)"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	for dsn, class := range map[string]error{
		":memory:":                         spec.ErrInvalid,
		"":                                 spec.ErrInvalid,
		"file::memory:":                    spec.ErrInvalid,
		"file::memory:?cache=shared":       spec.ErrInvalid,
		"file:x?mode=memory":               spec.ErrInvalid,
		"x?_busy_timeout=1&%zz":            spec.ErrInvalid,
		"/no/such/folder/tenon.db":         spec.ErrUnavailable,
		"file:" + readOnly + "?mode=ro":    spec.ErrFailed, // cannot be switched to WAL
		"file:/no/such/file.db?mode=ro":    spec.ErrUnavailable,
		"file:" + t.TempDir() + "?mode=ro": spec.ErrUnavailable,
	} {
		a, err := Open[nothing, nothing](t.Context(), dsn)
		if spec.ClassOf(err) != class || a != nil {
			t.Errorf("Open(%q): %v, %v, want nil and %v", dsn, a, err, class)
		}
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Open[nothing, nothing](done, filepath.Join(t.TempDir(), "a.db"))
	if spec.ClassOf(err) != context.Canceled {
		t.Errorf("Open with a context that is done: %v", err)
	}
}

func TestBusyTimeoutOfTheDocs(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/engines.md")
	if err != nil {
		t.Fatal(err)
	}
	if row := fmt.Sprintf("| `busy_timeout` | %s ms, tried up to %d times |", settings[0].value, lockTries); !strings.Contains(string(page), row) {
		t.Errorf("docs/engines.md has no row %q", row)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	if _, err := New[nothing, nothing](t.Context(), nil); spec.ClassOf(err) != spec.ErrInvalid {
		t.Errorf("New without a handle: %v", err)
	}
	patient, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "a.db")+"?_pragma=busy_timeout(100)")
	if err != nil {
		t.Fatal(err)
	}
	defer patient.Close()
	for _, options := range [][]Option{
		{WithTables("", "sessions")}, {WithUserIDs(0)}, {WithUserIDs(9)}, {WithTables("users", "")}, {WithTables("users", "nul\x00")},
		{WithTables("bad\xff", "sessions")}, {WithTables("rows", "ROWS")},
	} {
		if _, err := New[nothing, nothing](t.Context(), patient, options...); spec.ClassOf(err) != spec.ErrInvalid {
			t.Errorf("New with a bad name: %v", err)
		}
	}
	if _, err := NewSessions[nothing](t.Context(), patient, WithTables("", "sessions")); err != nil {
		t.Errorf("NewSessions with a name for users that is not used: %v", err)
	}
	if _, err := New[struct{ F chan int }, nothing](t.Context(), patient); spec.ClassOf(err) != spec.ErrInvalid {
		t.Errorf("New with a bad type: %v", err)
	}
	patient.Close()
	if _, err := New[nothing, nothing](t.Context(), patient); spec.ClassOf(err) != spec.ErrUnavailable {
		t.Errorf("New on a handle that is closed: %v", err)
	}
}

// A pragma that is run on a handle affects only one connection.
func TestNewRefusesWithoutBusyTimeout(t *testing.T) {
	t.Parallel()
	for _, conns := range []int{0, 1} {
		for _, pragma := range []bool{false, true} {
			t.Run(fmt.Sprintf("conns=%d,pragma=%t", conns, pragma), func(t *testing.T) {
				t.Parallel()
				db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "a.db"))
				if err != nil {
					t.Fatal(err)
				}
				defer db.Close()
				db.SetMaxOpenConns(conns)
				if pragma {
					if _, err := db.ExecContext(t.Context(), "PRAGMA busy_timeout = 100"); err != nil {
						t.Fatal(err)
					}
				}
				_, err = NewSessions[nothing](t.Context(), db)
				if conns == 1 && pragma {
					if err != nil {
						t.Errorf("the one connection has a busy timeout: %v", err)
					}
				} else if spec.ClassOf(err) != spec.ErrInvalid || !strings.Contains(err.Error(), "busy timeout") {
					t.Errorf("a connection has no busy timeout: %v", err)
				}
				if open := db.Stats().InUse; open != 0 {
					t.Errorf("%d connections are not given back", open)
				}
			})
		}
	}
}

// If each connection has its own database in memory, one call does not find what another
// has written.
func TestNewRefusesDatabasesApart(t *testing.T) {
	t.Parallel()
	for dsn, shared := range map[string]bool{
		":memory:?_pragma=busy_timeout(100)":                             false,
		"file:apart?mode=memory&_pragma=busy_timeout(100)":               false,
		"file:shared?mode=memory&cache=shared&_pragma=busy_timeout(100)": true,
		"file:/shared?vfs=memdb&_pragma=busy_timeout(100)":               true,
	} {
		for conns := range 2 {
			db, err := sql.Open("sqlite", dsn)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			db.SetMaxOpenConns(conns)
			_, err = NewSessions[nothing](t.Context(), db)
			switch {
			case shared || conns == 1:
				if err != nil {
					t.Errorf("%s with %d connections at most: %v", dsn, conns, err)
				}
			case spec.ClassOf(err) != spec.ErrInvalid || !strings.Contains(err.Error(), "SetMaxOpenConns(1)"):
				t.Errorf("%s: %v, want ErrInvalid and what to do", dsn, err)
			}
		}
	}
}

// A handle that reads a file as if it never changed returns old data, and connections
// that do not lock the file destroy it. A read-only handle is accepted.
func TestNewRefusesWithoutLocks(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE t (a)"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		params string
		conns  int
		says   string // empty if the handle is accepted
	}{
		{"immutable=1", 0, "immutable=1"},
		{"immutable=1", 1, "immutable=1"},
		{"nolock=1", 0, "nolock=1"},
		{"vfs=unix-none", 0, "vfs"},
		{"vfs=unix-dotfile", 0, ""},
		{"mode=ro", 0, ""},
		{"mode=ro", 1, ""},
		{"mode=ro&_pragma=locking_mode(exclusive)", 1, ""},
		{"_pragma=locking_mode(exclusive)", 1, ""},
		{"_pragma=query_only(1)", 0, ""},
	} {
		db, err := sql.Open("sqlite", "file:"+path+"?"+test.params+"&_pragma=busy_timeout(1234)")
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		db.SetMaxOpenConns(test.conns)
		_, err = NewSessions[nothing](t.Context(), db)
		if test.says == "" && err != nil {
			t.Errorf("%s: %v", test.params, err)
		}
		if test.says != "" && (spec.ClassOf(err) != spec.ErrInvalid || !strings.Contains(err.Error(), test.says)) {
			t.Errorf("%s with %d connections: %v, want ErrInvalid and %q", test.params, test.conns, err, test.says)
		}
		var timeout, mode string
		if err := db.QueryRowContext(t.Context(), "PRAGMA busy_timeout").Scan(&timeout); err != nil || timeout != "1234" {
			t.Errorf("%s: the busy timeout is %s, %v", test.params, timeout, err)
		}
		err = db.QueryRowContext(t.Context(), "PRAGMA locking_mode").Scan(&mode)
		if want := strings.Contains(test.params, "exclusive"); err != nil || want && mode != "exclusive" {
			t.Errorf("%s: the locking mode is %s, %v", test.params, mode, err)
		}
		db.Close() // otherwise an exclusive lock remains
	}
}
