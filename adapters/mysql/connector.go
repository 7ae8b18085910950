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

// connector makes connections whose statements end on the server too when the
// driver gives them up: because their context ended, or by its readTimeout. The
// driver only closes its end of the connection, which a server notices when the
// statement is done: one that waits for a row lock would stay for
// innodb_lock_wait_timeout, 50 s by default, and hundreds of calls that gave up
// would take all of the server's connections.
//
// One goroutine kills the statements, on one connection of its own, and Close
// ends it: database/sql calls that when the handle is closed.
type connector struct {
	driver.Connector
	abandoned chan statement
	stop      context.CancelFunc
	done      chan struct{}
}

// statement is a statement that the driver has given up.
type statement struct {
	connection int64
	text       string // how it begins
}

const (
	mostAbandoned = 64              // statements that wait to be killed: the server ends others
	killTimeout   = 5 * time.Second // for one statement
	killTries     = 10
	textLen       = 1000 // bytes
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

// Connect implements driver.Connector. It asks for the connection's number, once.
// If the server has none, its own limits end the statements.
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

// killAll kills abandoned statements until its context ends.
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

// kill ends a statement if the server still runs it. It compares the text because
// a load balancer may lead to another server, where another connection has that
// number. The server may not have begun the statement yet, so kill tries again.
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

// conn is a connection that reports abandoned statements to its connector.
type conn struct {
	session
	of *connector
	id int64
}

// ExecContext implements driver.ExecerContext.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	result, err := c.session.ExecContext(ctx, query, args)
	c.ended(query, err)
	return result, err
}

// QueryContext implements driver.QueryerContext.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := c.session.QueryContext(ctx, query, args)
	c.ended(query, err)
	return rows, err
}

// ended reports a statement whose answer the driver no longer waits for: it has
// closed the connection. A statement that was not sent leaves the connection
// open, and so does an answer, which an error of the server's is too.
func (c *conn) ended(query string, err error) {
	if err == nil || c.session.IsValid() {
		return
	}
	select {
	case c.of.abandoned <- statement{c.id, query[:min(len(query), textLen)]}:
	default:
	}
}
