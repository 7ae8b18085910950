package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/testing/scratch"
	"github.com/tenon-go/tenon/spec"
)

type user struct {
	Email string  `db:"email,unique,max=254"`
	Nick  *string `db:"nick"`
}

type session struct {
	Device string `db:"device"`
}

type adapter = spec.Store[user, session]

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func aUser(id string) spec.User[user] {
	return spec.User[user]{ID: id, Attributes: user{Email: id + "@example.org"}}
}

func aSession(id, userID string) spec.Session[session] {
	return spec.Session[session]{ID: id, UserID: userID, CreatedAt: noon, Lease: spec.Lease{
		ActiveUntil: noon.Add(time.Hour), ExpiresAt: noon.Add(2 * time.Hour), Credential: "digest"}}
}

// file returns the name of a database that does not exist yet.
func file(t testing.TB) string { return filepath.Join(scratch.Dir(t), "tenon.db") }

// openFile opens a file and creates its tables.
func openFile(t testing.TB, path string) *adapter {
	t.Helper()
	a, err := sqlite.Open[user, session](t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	closeLater(t, a)
	must(t, a.Migrate(t.Context()))
	return a
}

// openHandle opens a handle as an application does.
func openHandle(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		t.Fatal(err)
	}
	closeLater(t, db)
	return db
}

func run(t testing.TB, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func closeLater(t testing.TB, c interface{ Close() error }) {
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantClass(t testing.TB, err, class error) {
	t.Helper()
	if spec.ClassOf(err) != class {
		t.Errorf("got %v, want %v", err, class)
	}
}

// A child is another process of this test binary that uses the same file.
const (
	childWork = "TENON_TEST_CHILD"
	childFile = "TENON_TEST_FILE"
	childName = "TENON_TEST_NAME"
)

func TestMain(m *testing.M) {
	work := os.Getenv(childWork)
	if work == "" {
		debug.SetGCPercent(400) // the heap is small, and collecting it would take a tenth of the time
		os.Exit(m.Run())
	}
	if err := runChild(work); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func runChild(work string) error {
	ctx := context.Background()
	switch dir := os.Getenv(childFile); work {
	case "try":
		return try(ctx, dir, os.Getenv(childName))
	case "hold":
		return hold(ctx, dir, os.Getenv(childName))
	}
	a, err := sqlite.Open[user, session](ctx, os.Getenv(childFile))
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Migrate(ctx); err != nil {
		return err
	}
	switch name := os.Getenv(childName); work {
	case "migrate":
		return nil
	case "write":
		return write(ctx, a, name)
	case "acknowledge":
		return acknowledge(ctx, a, name)
	}
	return fmt.Errorf("no such work: %s", work)
}

// child returns a process that does this work on a file.
func child(t testing.TB, work, path, name string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childWork+"="+work, childFile+"="+path, childName+"="+name)
	cmd.Stderr = os.Stderr
	return cmd
}
