package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
)

// connector makes connections whose statements end on the server too when their
// contexts do. The driver only closes its end of the connection, which a server
// notices when the statement is done: one that waits for a row lock would stay
// for innodb_lock_wait_timeout, 50 s by default, and hundreds of calls that gave
// up would take all of the server's connections.
//
// One goroutine kills the statements, on one connection of its own, and Close
// ends it: database/sql calls that when the handle is closed.
type connector struct {
	driver.Connector
	abandoned chan statement
	stop      context.CancelFunc
	done      chan struct{}
}

// statement is a statement whose caller has gone.
type statement struct {
	connection int64
	text       string // how it begins
}

const (
	mostAbandoned = 64              // that wait to be killed: others are left to the server
	killTimeout   = 5 * time.Second // for one of them
	killTries     = 10
	textLen       = 1000
)

func newConnector(of driver.Connector) *connector {
	ctx, stop := context.WithCancel(context.Background())
	c := &connector{of, make(chan statement, mostAbandoned), stop, make(chan struct{})}
	go c.killAll(ctx)
	return c
}

// Close implements io.Closer.
func (c *connector) Close() error {
	c.stop()
	<-c.done
	return nil
}

// Connect implements driver.Connector. It asks for the connection's number, once;
// where there is none, statements are left to the server.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	s, ok := opened.(session)
	if !ok {
		return opened, nil
	}
	id, err := connectionID(ctx, s)
	switch {
	case err == nil:
		return &conn{s, c, id}, nil
	case s.IsValid():
		return s, nil
	}
	s.Close()
	return nil, err
}

func connectionID(ctx context.Context, s session) (int64, error) {
	rows, err := s.QueryContext(ctx, "SELECT CAST(CONNECTION_ID() AS SIGNED)", nil)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	row := make([]driver.Value, 1)
	if err := rows.Next(row); err != nil {
		return 0, err
	}
	var id sql.Null[int64]
	return id.V, id.Scan(row[0])
}

// killAll kills what is abandoned, until its context ends.
func (c *connector) killAll(ctx context.Context) {
	defer close(c.done)
	db := sql.OpenDB(c.Connector)
	defer db.Close()
	sqlstore.Pool(db)
	db.SetMaxOpenConns(1)
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-c.abandoned:
			kill(ctx, db, s)
		}
	}
}

// kill ends a statement if the server still runs it: only then, since behind
// a load balancer a connection's number may be another one's on another server.
// One that the server has not begun yet is looked for again.
func kill(ctx context.Context, db *sql.DB, s statement) {
	ctx, cancel := context.WithTimeout(ctx, killTimeout)
	defer cancel()
	find := fmt.Sprintf("SELECT COALESCE(LEFT(CAST(info AS BINARY), %d) = X'%s', 0) FROM information_schema.processlist WHERE id = %d",
		len(s.text), hex.EncodeToString([]byte(s.text)), s.connection)
	for range killTries {
		var runs bool
		if err := db.QueryRowContext(ctx, find).Scan(&runs); err != nil {
			return // the connection is gone
		}
		if runs {
			db.ExecContext(ctx, fmt.Sprint("KILL QUERY ", s.connection)) // if it fails, the server's own limit ends it
			return
		}
	}
}

// session is what go-sql-driver's connections are.
type session interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// conn is a connection that tells its connector of statements that it abandons.
type conn struct {
	session
	of *connector
	id int64
}

// ExecContext implements driver.ExecerContext.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	result, err := c.session.ExecContext(ctx, query, args)
	c.ended(ctx, query, err)
	return result, err
}

// QueryContext implements driver.QueryerContext.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := c.session.QueryContext(ctx, query, args)
	c.ended(ctx, query, err)
	return rows, err
}

// ended tells of a statement that its caller has left: then the driver has
// closed the connection. One that was not sent leaves it open, for others.
func (c *conn) ended(ctx context.Context, query string, err error) {
	if err == nil || ctx.Err() == nil || c.session.IsValid() {
		return
	}
	select {
	case c.of.abandoned <- statement{c.id, query[:min(len(query), textLen)]}:
	default:
	}
}
