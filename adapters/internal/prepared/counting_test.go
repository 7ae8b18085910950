package prepared_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"

	"modernc.org/sqlite"

	"github.com/tenon-go/tenon/adapters/internal/prepared"
)

// counts are what connections did below the kept statements.
type counts struct{ prepared, closed, unprepared atomic.Int64 }

func (c *counts) open() int64 { return c.prepared.Load() - c.closed.Load() }

// faults are errors that a driver returns where no real server does on demand.
type faults struct{ prepare, execute error }

var errUnprepared = errors.New("unknown statement handler")

// connector makes connections to a SQLite file that keep statements.
type connector struct {
	driver.Connector
	counts *counts
	faults *faults
}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	below := &counting{opened.(prepared.Conn), c.counts, c.faults}
	return prepared.Keep(below, prepared.Rules{
		Bare:       []string{"BEGIN", "COMMIT"},
		Unprepared: func(err error) bool { return errors.Is(err, errUnprepared) },
	}), nil
}

type counting struct {
	prepared.Conn
	counts *counts
	faults *faults
}

func (c *counting) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if err := c.faults.prepare; err != nil {
		return nil, err
	}
	s, err := c.Conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.counts.prepared.Add(1)
	return &countingStmt{s.(stmt), c}, nil
}

func (c *counting) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.counts.unprepared.Add(1)
	return c.Conn.ExecContext(ctx, query, args)
}

func (c *counting) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.counts.unprepared.Add(1)
	return c.Conn.QueryContext(ctx, query, args)
}

type stmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type countingStmt struct {
	stmt
	of *counting
}

func (s *countingStmt) Close() error {
	s.of.counts.closed.Add(1)
	return s.stmt.Close()
}

func (s *countingStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.of.faults.execute; err != nil {
		return nil, err
	}
	return s.stmt.ExecContext(ctx, args)
}

func (s *countingStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.of.faults.execute; err != nil {
		return nil, err
	}
	return s.stmt.QueryContext(ctx, args)
}

// open returns a handle whose connections keep statements, on a table with two
// rows, and one of which do not.
func open(t *testing.T) (kept *sql.DB, n *counts, f *faults, plain *sql.DB) {
	t.Helper()
	dsn := filepath.Join(t.TempDir(), "a.db") + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)"
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		t.Fatal(err)
	}
	n, f = new(counts), new(faults)
	kept, plain = sql.OpenDB(connector{c, n, f}), sql.OpenDB(c)
	kept.SetMaxOpenConns(1)
	t.Cleanup(func() { kept.Close(); plain.Close() })
	exec(t, plain, "CREATE TABLE t (a INTEGER, b TEXT)")
	exec(t, plain, "INSERT INTO t VALUES (1, 'one'), (2, 'two')")
	return kept, n, f, plain
}

func exec(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// text returns the only value of a query.
func text(t *testing.T, db *sql.DB, query string, args ...any) (s string) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&s); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return s
}

func want[T comparable](t *testing.T, what string, got, expected T) {
	t.Helper()
	if got != expected {
		t.Errorf("%s: got %v, want %v", what, got, expected)
	}
}
