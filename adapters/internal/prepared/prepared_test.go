package prepared_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/tenon-go/tenon/adapters/internal/prepared"
)

const find = "SELECT b FROM t WHERE a = ?"

// A text is prepared once, and closed with its connection. What has no arguments
// is not prepared, unless it is worth it.
func TestKeep(t *testing.T) {
	t.Parallel()
	db, n, _, _ := open(t)
	for range 5 {
		want(t, "row 1", text(t, db, find, 1), "one")
		want(t, "row 2", text(t, db, find, 2), "two")
		exec(t, db, "BEGIN")
		exec(t, db, "UPDATE t SET a = a WHERE a = ?", 1)
		exec(t, db, "COMMIT")
	}
	want(t, "prepared", n.prepared.Load(), 4)
	want(t, "run unprepared", n.unprepared.Load(), 0)
	exec(t, db, "CREATE TABLE other (a INTEGER)")
	want(t, "run unprepared", n.unprepared.Load(), 1)
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	want(t, "open after Close", n.open(), 0)
}

// However many texts there are, so many are open, and the one that is used all the
// time stays.
func TestMost(t *testing.T) {
	t.Parallel()
	db, n, _, _ := open(t)
	for i := range 3 * prepared.Most {
		exec(t, db, fmt.Sprintf("UPDATE t SET a = a WHERE a = ? /* %d */", i), 1)
		text(t, db, find, 1)
		if n.open() > prepared.Most {
			t.Fatalf("%d statements are open, want %d at the most", n.open(), prepared.Most)
		}
	}
	want(t, "prepared", n.prepared.Load(), 3*prepared.Most+1)
	want(t, "run unprepared", n.unprepared.Load(), 0)
}

// Another connection changes the table between two uses of a statement.
func TestSchemaChange(t *testing.T) {
	t.Parallel()
	db, n, _, plain := open(t)
	set := func(value string) {
		t.Helper()
		exec(t, db, "UPDATE t SET b = ? WHERE a = ?", value, 1)
		want(t, "what was written", text(t, db, find, 1), value)
		want(t, "what others read", text(t, plain, find, 1), value)
	}
	set("first")
	exec(t, plain, "ALTER TABLE t ADD COLUMN c TEXT NOT NULL DEFAULT 'c'")
	set("with a column more")
	exec(t, plain, "ALTER TABLE t RENAME TO old")
	if _, err := db.ExecContext(t.Context(), "UPDATE t SET b = ? WHERE a = ?", "x", 1); err == nil {
		t.Error("an update of a table that is gone succeeded")
	}
	exec(t, plain, "CREATE TABLE t (b TEXT, more INTEGER, a INTEGER)")
	exec(t, plain, "INSERT INTO t SELECT b, 0, a FROM old")
	set("in another table")
	exec(t, plain, "CREATE INDEX i ON t (a)")
	set("with an index")
	want(t, "prepared", n.prepared.Load(), 2)
}

// While the rows of a statement are read, its text runs on the same connection
// without disturbing them.
func TestRowsThatAreRead(t *testing.T) {
	t.Parallel()
	db, n, _, _ := open(t)
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const all = "SELECT b FROM t WHERE a > ? ORDER BY a"
	read := func(rows *sql.Rows) (got string) {
		t.Helper()
		if rows.Next() {
			if err := rows.Scan(&got); err != nil {
				t.Fatal(err)
			}
		}
		return got
	}
	query := func() *sql.Rows {
		t.Helper()
		rows, err := conn.QueryContext(t.Context(), all, 0)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	outer := query()
	want(t, "the first row", read(outer), "one")
	inner := query()
	want(t, "the first row, inside", read(inner), "one")
	if _, err := conn.ExecContext(t.Context(), all, 0); err != nil {
		t.Error(err)
	}
	want(t, "the second row", read(outer), "two")
	want(t, "the second row, inside", read(inner), "two")
	want(t, "run unprepared", n.unprepared.Load(), 2)
	inner.Close()
	outer.Close()
	again := query()
	want(t, "the first row, again", read(again), "one")
	again.Close()
	want(t, "prepared", n.prepared.Load(), 1)
	want(t, "run unprepared", n.unprepared.Load(), 2)
}

// What the server cannot prepare, or no longer knows, runs once, unprepared.
func TestUnprepared(t *testing.T) {
	t.Parallel()
	const add = "UPDATE t SET a = a + ? WHERE b = 'two'"
	for _, c := range []struct {
		name       string
		faults     faults
		prepared   int64 // with the first use of each text
		unprepared int64
		afterwards int64 // prepared when the fault is gone
	}{
		{"not to be prepared", faults{prepare: errUnprepared}, 0, 4, 0},
		{"unknown", faults{execute: fmt.Errorf("execute: %w", errUnprepared)}, 4, 4, 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			db, n, f, plain := open(t)
			*f = c.faults
			for i := range 2 {
				exec(t, db, add, 10)
				want(t, "what was written", text(t, plain, "SELECT a FROM t WHERE b = 'two'"), fmt.Sprint(12+10*i))
				want(t, "row 1", text(t, db, find, 1), "one")
			}
			want(t, "prepared", n.prepared.Load(), c.prepared)
			want(t, "run unprepared", n.unprepared.Load(), c.unprepared)
			*f = faults{}
			exec(t, db, add, 10)
			want(t, "row 1", text(t, db, find, 1), "one")
			want(t, "prepared when the fault is gone", n.prepared.Load(), c.afterwards)
			if open := n.open(); open > 2 {
				t.Errorf("%d statements are open, want 2 at the most", open)
			}
		})
	}
}

// Other errors are the statement's own: nothing runs in its place. The caller can
// tell that a statement was not run.
func TestNotRun(t *testing.T) {
	t.Parallel()
	db, n, f, _ := open(t)
	broken := errors.New("the connection is gone")
	_, err := db.ExecContext(t.Context(), "UPDATE gone SET a = ?", 1)
	if _, ok := errors.AsType[*prepared.NotRun](err); !ok {
		t.Errorf("a table that is not there: %v is no *NotRun", err)
	}
	exec(t, db, "UPDATE t SET a = a WHERE a = ?", 1)
	f.prepare, f.execute = broken, broken
	_, err = db.ExecContext(t.Context(), "UPDATE t SET a = ?", 1)
	if _, ok := errors.AsType[*prepared.NotRun](err); !ok || !errors.Is(err, broken) {
		t.Errorf("preparing failed: %v is no *NotRun with the driver's error", err)
	}
	_, err = db.ExecContext(t.Context(), "UPDATE t SET a = a WHERE a = ?", 1)
	if _, ok := errors.AsType[*prepared.NotRun](err); ok || !errors.Is(err, broken) {
		t.Errorf("running failed: %v, want the driver's error", err)
	}
	want(t, "run unprepared", n.unprepared.Load(), 0)
}

// A context that ends while a statement runs ends it, and the statement can be
// used again.
func TestContexts(t *testing.T) {
	t.Parallel()
	db, n, _, _ := open(t)
	const count = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < ?) SELECT COUNT(*) FROM c"
	want(t, "a short count", text(t, db, count, 10), "10")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		var s string
		ended <- db.QueryRowContext(ctx, count, 1<<40).Scan(&s)
	}()
	for db.Stats().InUse == 0 {
		runtime.Gosched()
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("a count that was cancelled: %v", err)
	}
	if _, err := db.ExecContext(ctx, "UPDATE t SET a = 0 WHERE a = ?", 1); !errors.Is(err, context.Canceled) {
		t.Errorf("an update with a context that is done: %v", err)
	}
	want(t, "a short count, again", text(t, db, count, 11), "11")
	want(t, "row 1", text(t, db, find, 1), "one")
	db.Close()
	want(t, "open after Close", n.open(), 0)
}

// Close comes while calls run: they end, and so do all statements.
func TestCloseDuringCalls(t *testing.T) {
	t.Parallel()
	for range 5 {
		db, n, _, _ := open(t)
		db.SetMaxOpenConns(4)
		var calls sync.WaitGroup
		started := make(chan struct{}, 4)
		for range 4 {
			calls.Go(func() {
				for i := 0; ; i++ {
					rows, err := db.QueryContext(t.Context(), find, 1)
					if err != nil {
						return // it is closed
					}
					for rows.Next() {
					}
					rows.Close()
					if i == 0 {
						started <- struct{}{}
					}
				}
			})
		}
		<-started
		db.Close()
		calls.Wait()
		want(t, "open after Close", n.open(), 0)
	}
}
