package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/tenon-go/tenon/adapters/internal/prepared"
	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
)

// maxConns is the default of the maximum number of connections of Open.
const maxConns = 16

// settings are the pragmas of every connection of Open, in this order, with the values
// that SQLite returns when they are read. The busy timeout is short because SQLite does
// not check the context while it waits, and no call may outlive its context by a second;
// the adapter tries again (see lockTries).
var settings = []struct{ pragma, value string }{
	{"busy_timeout", "500"},
	{"locking_mode", "normal"},
	{"journal_mode", "wal"},
	{"synchronous", "2"}, // FULL: durable when acknowledged
	{"foreign_keys", "1"},
}

// lockTries is how often the adapter tries to get a lock. Each try lasts up to the busy
// timeout.
const lockTries = 60

// patientDialect returns the dialect of Open.
func patientDialect() *sqlstore.Dialect {
	d := dialect()
	d.Embedded.LockTries = lockTries
	return d
}

// settingError reports that a database does not accept our settings.
type settingError struct{ reason string }

func (e *settingError) Error() string { return e.reason }

// connector opens connections with our settings.
type connector struct {
	driver.Connector
	file string // the file to create if it does not exist; empty for none
}

func newConnector(dsn string) (driver.Connector, error) {
	if err := checkParameters(dsn); err != nil {
		return nil, err
	}
	file := fileOf(dsn)
	dsn, err := withoutSettings(dsn)
	if err != nil {
		return nil, err
	}
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return connector{c, file}, nil
}

// rules determine which statements connections keep. SQLite itself prepares a statement
// again if the schema has changed, and gives up only if it changes every time.
var rules = prepared.Rules{
	Bare: []string{begin, "COMMIT", "ROLLBACK"},
	Unprepared: func(err error) bool {
		e, ok := errors.AsType[*sqlite.Error](err)
		return ok && e.Code()&0xff == sqlite3.SQLITE_SCHEMA
	},
}

// Connect opens a connection that keeps its statements, and applies the settings.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	create(c.file)
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := whileBusy(ctx, func() error { return setUp(ctx, conn) }); err != nil {
		conn.Close()
		return nil, err
	}
	return prepared.Keep(conn.(prepared.Conn), rules), nil
}

// whileBusy calls connect again while the database is locked, at most lockTries times. A
// busy timeout is not enough: if several connections switch a new file to WAL at once,
// SQLite makes all but one fail without waiting.
func whileBusy(ctx context.Context, connect func() error) error {
	for try := 1; ; try++ {
		err := connect()
		r, _ := report(err)
		if r.Group != strconv.Itoa(sqlite3.SQLITE_BUSY) || try == lockTries {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(try) * 10 * time.Millisecond):
		}
	}
}

func setUp(ctx context.Context, conn driver.Conn) error {
	file, err := ask(ctx, conn, "SELECT file FROM pragma_database_list WHERE name = 'main'")
	if err != nil {
		return err
	}
	if file == "" {
		return &settingError{"a database in memory is not durable: use adapters/memory, or a file"}
	}
	for _, s := range settings {
		is, err := ask(ctx, conn, "PRAGMA "+s.pragma)
		if err != nil {
			return err
		}
		if is == s.value {
			continue
		}
		if _, err := ask(ctx, conn, "PRAGMA "+s.pragma+" = "+s.value); err != nil {
			return err
		}
		if is, err = ask(ctx, conn, "PRAGMA "+s.pragma); err != nil {
			return err
		}
		if is != s.value {
			return &settingError{fmt.Sprintf("the database stays at %s=%s, where %s is needed", s.pragma, is, s.value)}
		}
	}
	return nil
}

// ask runs a query and returns the first column of its first row as text, or "" if there
// is no row.
func ask(ctx context.Context, conn driver.Conn, query string) (string, error) {
	rows, err := conn.(driver.QueryerContext).QueryContext(ctx, query, nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	values := make([]driver.Value, len(rows.Columns()))
	if len(values) == 0 {
		return "", nil
	}
	if err := rows.Next(values); err != nil {
		if err == io.EOF {
			err = nil
		}
		return "", err
	}
	return fmt.Sprint(values[0]), nil
}
