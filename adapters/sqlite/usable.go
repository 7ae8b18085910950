package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"strconv"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/tenon-go/tenon/adapters/internal/linger"
	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
)

// usable returns an error if the errors of the handle's driver contain no result code, if
// a connection has no busy timeout, or if the connections use different databases. It
// checks two connections, because a pragma that was run on the handle has affected only
// one. It also sets in d what depends on the handle.
func usable(ctx context.Context, d *sqlstore.Dialect, db *sql.DB) error {
	if db == nil {
		return d.Unusable("the handle is nil", nil)
	}
	n := 2
	if db.Stats().MaxOpenConnections == 1 {
		n = 1
	}
	var conns []*sql.Conn
	longest := 0 // busy timeout, in milliseconds
	for range n {
		var conn *sql.Conn
		err := whileBusy(ctx, func() (err error) {
			conn, err = db.Conn(ctx)
			return err
		})
		if err != nil {
			return d.Unreached(ctx, err)
		}
		defer conn.Close()
		conns = append(conns, conn)
		var timeout int
		if err := conn.QueryRowContext(ctx, "PRAGMA busy_timeout").Scan(&timeout); err != nil {
			return d.Unreached(ctx, err)
		}
		if timeout == 0 {
			return d.Unusable("a connection of the handle has no busy timeout: "+
				"add _pragma=busy_timeout(5000) to its data source name", nil)
		}
		longest = max(longest, timeout)
	}
	if time.Duration(longest)*time.Millisecond > linger.Grace {
		if err := outlives(ctx, d, conns[0]); err != nil {
			return err
		}
	}
	if err := legible(ctx, d, conns[0]); err != nil {
		return err
	}
	if n == 2 {
		if err := shared(ctx, d, conns[0], conns[1]); err != nil {
			return err
		}
	}
	return locking(ctx, d, conns)
}

// outlives sets which statements can outlive their contexts on a handle with a long busy
// timeout. SQLite does not check the context while it waits for a lock. Readers do not wait
// in WAL mode.
func outlives(ctx context.Context, d *sqlstore.Dialect, conn *sql.Conn) error {
	var journal string
	if err := conn.QueryRowContext(ctx, "PRAGMA main.journal_mode").Scan(&journal); err != nil {
		return d.Unreached(ctx, err)
	}
	d.WritesOutlive, d.QueriesOutlive = true, journal != "wal"
	return nil
}

// locking returns an error for a handle that reads a file without checking whether others
// have written to it (immutable=1). It also returns an error for a handle whose
// connections do not prevent each other from writing at once (nolock=1, or a VFS without
// locks), because their writes would destroy the file. With only one connection it
// cannot detect the latter.
func locking(ctx context.Context, d *sqlstore.Dialect, conns []*sql.Conn) error {
	within := context.WithoutCancel(ctx) // so that temporary settings are always undone
	if len(conns) == 2 {
		same, err := sameCache(within, d, conns[0], conns[1])
		if err != nil || same {
			return err
		}
	}
	for _, conn := range conns {
		begun, err := begins(ctx, d, conn)
		if err != nil || !begun {
			return err // the file is locked, or another error, which will show later
		}
		defer conn.ExecContext(within, "ROLLBACK")
	}
	// There is only one connection, or neither has a lock. They may be read-only:
	// SQLite lets those begin too.
	alone, err := alwaysExclusive(within, d, conns[0])
	if err != nil || !alone && len(conns) == 1 {
		return err
	}
	var version string
	if err := conns[0].QueryRowContext(within, "PRAGMA main.user_version").Scan(&version); err != nil {
		return d.Unreached(ctx, err)
	}
	_, refused := conns[0].ExecContext(within, "PRAGMA main.user_version = "+version)
	r, _ := report(refused)
	switch {
	case refused == nil && len(conns) == 2:
		return d.Unusable("the connections of the handle do not lock the file: "+
			"take nolock=1, or the vfs, out of its data source name", nil)
	case r.Group == strconv.Itoa(sqlite3.SQLITE_READONLY) && alone:
		return d.Unusable("the handle reads the file as one that never changes: take immutable=1 out of its data source name", nil)
	}
	return nil
}

// sameCache reports whether two connections share their cache, so that their locks are in
// the cache. modernc.org/sqlite would wait for such a lock forever. It checks whether a
// change of a setting of the cache is visible to both.
func sameCache(ctx context.Context, d *sqlstore.Dialect, conn, other *sql.Conn) (bool, error) {
	var is, was, seen int
	err := conn.QueryRowContext(ctx, "PRAGMA main.cache_size").Scan(&is)
	if err == nil {
		err = other.QueryRowContext(ctx, "PRAGMA main.cache_size").Scan(&was)
	}
	if err != nil {
		return false, d.Unreached(ctx, err)
	}
	changed := was ^ 1
	if _, err := conn.ExecContext(ctx, "PRAGMA main.cache_size = "+strconv.Itoa(changed)); err != nil {
		return false, d.Unreached(ctx, err)
	}
	err = other.QueryRowContext(ctx, "PRAGMA main.cache_size").Scan(&seen)
	if _, err := conn.ExecContext(ctx, "PRAGMA main.cache_size = "+strconv.Itoa(is)); err != nil {
		return false, d.Unreached(ctx, err)
	}
	if err != nil {
		return false, d.Unreached(ctx, err)
	}
	return seen == changed, nil
}

// begins tries to begin a write transaction without waiting for a lock, and reports
// whether that succeeded.
func begins(ctx context.Context, d *sqlstore.Dialect, conn *sql.Conn) (bool, error) {
	var timeout string
	if err := conn.QueryRowContext(ctx, "PRAGMA busy_timeout").Scan(&timeout); err != nil {
		return false, d.Unreached(ctx, err)
	}
	within := context.WithoutCancel(ctx)
	if _, err := conn.ExecContext(within, "PRAGMA busy_timeout = 0"); err != nil {
		return false, d.Unreached(ctx, err)
	}
	_, refused := conn.ExecContext(within, "BEGIN IMMEDIATE")
	if _, err := conn.ExecContext(within, "PRAGMA busy_timeout = "+timeout); err != nil {
		return false, d.Unreached(ctx, err)
	}
	if _, answered := report(refused); refused != nil && !answered {
		return false, d.Unreached(ctx, refused)
	}
	return refused == nil, nil
}

// alwaysExclusive reports whether a connection always has exclusive access to its file,
// without WAL, which no setting can change.
func alwaysExclusive(ctx context.Context, d *sqlstore.Dialect, conn *sql.Conn) (bool, error) {
	var was, is, journal string
	if err := conn.QueryRowContext(ctx, "PRAGMA main.journal_mode").Scan(&journal); err != nil {
		return false, d.Unreached(ctx, err)
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA main.locking_mode").Scan(&was); err != nil {
		return false, d.Unreached(ctx, err)
	}
	if was != "exclusive" || journal == "wal" {
		return false, nil
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA main.locking_mode = normal").Scan(&is); err != nil {
		return false, d.Unreached(ctx, err)
	}
	if is == was {
		return true, nil
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA main.locking_mode = exclusive"); err != nil {
		return false, d.Unreached(ctx, err)
	}
	return false, nil
}

// shared returns an error if each connection of a handle has its own database in memory,
// because one call would not find what another has written. It creates a table on one
// connection, looks for it on the other, and drops it.
func shared(ctx context.Context, d *sqlstore.Dialect, conn, other *sql.Conn) error {
	var inMemory, found bool
	err := conn.QueryRowContext(ctx, "SELECT COALESCE(file, '') = '' FROM pragma_database_list WHERE name = 'main'").Scan(&inMemory)
	if err != nil {
		return d.Unreached(ctx, err)
	}
	if !inMemory {
		return nil
	}
	table := "tenon_shared_" + rand.Text()
	if _, err := conn.ExecContext(ctx, "CREATE TABLE main."+table+" (id INTEGER)"); err != nil {
		if _, answered := report(err); answered {
			return nil // for example a read-only handle
		}
		return d.Unreached(ctx, err)
	}
	looked := other.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM main.sqlite_master WHERE name = '"+table+"')").Scan(&found)
	if _, err := conn.ExecContext(context.WithoutCancel(ctx), "DROP TABLE main."+table); err != nil {
		return d.Unreached(ctx, err)
	}
	if looked != nil {
		return d.Unreached(ctx, looked)
	}
	if !found {
		return d.Unusable("each connection of the handle has a database in memory of its own: call SetMaxOpenConns(1)", nil)
	}
	return nil
}
