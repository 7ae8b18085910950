package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-sql-driver/mysql"
	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/internal/prepared"
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
//
// Its connections keep their statements prepared, or write the values into them,
// and their sessions have the settings that statements rely on.
type connector struct {
	driver.Connector
	config    *mysql.Config
	abandoned chan statement
	stop      context.CancelFunc
	done      chan struct{}
}

// statement is a statement that the driver has given up.
type statement struct {
	facts
	text string // how it begins
}

const (
	mostAbandoned = 64              // statements that wait to be killed: the server ends others
	killTimeout   = 5 * time.Second // for one statement
	killTries     = 10
	textLen       = 1000 // bytes
)

func newConnector(config *mysql.Config) (*connector, error) {
	of, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	c := &connector{of, config, make(chan statement, mostAbandoned), stop, make(chan struct{})}
	go c.killAll(ctx)
	return c, nil
}

// Close implements io.Closer.
func (c *connector) Close() error {
	c.stop()
	<-c.done
	return nil
}

// Connect implements driver.Connector. It asks for the facts of the session, and
// settles it. Where the server has no answer, values are written into statements,
// and its own limits end those that are abandoned.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	s := opened.(session)
	f, err := factsOf(ctx, s)
	if err != nil && !s.IsValid() {
		s.Close()
		return nil, err
	}
	if _, failed := s.ExecContext(ctx, f.settle(), nil); failed != nil {
		s.Close()
		return nil, failed
	}
	if most := c.config.MaxAllowedPacket; most > 0 && f.maxPacket > 0 {
		f.maxPacket = min(f.maxPacket, most)
	}
	writes := writer{s, literals(f.maxPacket)}
	switch {
	case err != nil:
		return writes, nil
	case c.config.InterpolateParams, !f.binds():
		return &conn{writes, c, f}, nil
	}
	return &conn{prepared.Keep(writes, rules), c, f}, nil
}

// killAll kills abandoned statements until its context ends.
func (c *connector) killAll(ctx context.Context) {
	defer close(c.done)
	pool := sql.OpenDB(c.Connector)
	defer pool.Close()
	sqlstore.Pool(pool, 1)
	db := sqlx.NewDb(pool, "mysql").Unsafe() // which reads some columns of a row
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-c.abandoned:
			kill(ctx, db, s)
		}
	}
}

// kill ends a statement if the server still runs it. It compares the server's name
// and the text because a load balancer may lead to another server, where another
// connection has that number. The server may not have begun the statement yet, so kill
// tries again. If it fails, the server's own limits end the statement.
func kill(ctx context.Context, db *sqlx.DB, s statement) {
	ctx, cancel := context.WithTimeout(ctx, killTimeout)
	defer cancel()
	conn, err := db.Connx(ctx) // one: the next may lead to another server
	if err != nil {
		return
	}
	defer conn.Close()
	var host string
	if err := conn.GetContext(ctx, &host, "SELECT CAST(@@hostname AS BINARY)"); err != nil || host != s.host {
		return
	}
	// The server shows a statement in UTF-8, if the session does not convert it.
	if _, err := conn.ExecContext(ctx, "SET character_set_results = NULL"); err != nil {
		return
	}
	for range killTries {
		var all []process
		if err := conn.SelectContext(ctx, &all, "SHOW PROCESSLIST"); err != nil {
			return
		}
		i := slices.IndexFunc(all, func(p process) bool { return p.ID == s.connection })
		if i < 0 {
			return // the connection has ended
		}
		if all[i].runs(s.text) {
			conn.ExecContext(ctx, fmt.Sprint("KILL QUERY ", s.connection))
			return
		}
	}
}

// process is a row of SHOW PROCESSLIST. MySQL fails to read
// information_schema.processlist (3854) while the statement of any session has text
// that is not UTF-8, MariaDB has no performance_schema.processlist, and on MySQL it
// may be turned off.
type process struct {
	ID   int64          `db:"Id"`
	Info sql.NullString `db:"Info"` // the statement's first shownLen characters
}

const shownLen = 100

// runs reports whether the process runs a statement that begins with text.
func (p process) runs(text string) bool {
	shown := p.Info.String
	return p.Info.Valid && (strings.HasPrefix(shown, text) || utf8.RuneCountInString(shown) >= shownLen && strings.HasPrefix(text, shown))
}

// conn is a connection that reports abandoned statements to its connector.
type conn struct {
	session
	of *connector
	facts
}

// ExecContext implements driver.ExecerContext.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if !c.fit(query, args) {
		return nil, mysql.ErrPktTooLarge
	}
	result, err := c.session.ExecContext(ctx, query, args)
	c.ended(query, err)
	return result, err
}

// QueryContext implements driver.QueryerContext.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if !c.fit(query, args) {
		return nil, mysql.ErrPktTooLarge
	}
	rows, err := c.session.QueryContext(ctx, query, args)
	c.ended(query, err)
	return rows, err
}

// ended reports a statement whose answer the driver no longer waits for: it has
// closed the connection. A statement that was not sent leaves the connection
// open, and so does an answer, which an error of the server's is too. The server
// may show the statement with the values in their places.
func (c *conn) ended(query string, err error) {
	if err == nil || c.session.IsValid() {
		return
	}
	text, _, _ := strings.Cut(query, "?")
	select {
	case c.of.abandoned <- statement{c.facts, text[:min(len(text), textLen)]}:
	default:
	}
}
