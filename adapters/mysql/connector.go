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

// connector opens connections. If the driver abandons a statement, because its context
// ended or by its readTimeout, the connector kills it on the server. The driver itself
// only closes the connection, and the server does not notice that until the statement
// ends. A statement that waits for a row lock would continue for
// innodb_lock_wait_timeout, 50 s by default, and hundreds of abandoned calls could use all
// connections of the server.
//
// One goroutine kills the statements, on its own connection. Close ends it; database/sql
// calls Close when the handle is closed.
//
// The connections keep their statements prepared, or write the values into them. Their
// sessions have the settings that the statements rely on.
type connector struct {
	driver.Connector
	config    *mysql.Config
	abandoned chan statement
	stop      context.CancelFunc
	done      chan struct{}
}

// statement is a statement that the driver has abandoned.
type statement struct {
	facts
	text string // how it begins
}

const (
	mostAbandoned = 64              // statements that wait to be killed; the server's own limits end others
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

// Connect implements driver.Connector. It reads the facts of the session and changes its
// settings. If the server does not return the facts, values are written into statements,
// and abandoned statements end by the server's own limits.
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
	if _, failed := s.ExecContext(ctx, f.pinStatement(), nil); failed != nil {
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
	db := sqlx.NewDb(pool, "mysql").Unsafe() // Unsafe, because it reads only some columns of a row
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-c.abandoned:
			kill(ctx, db, s)
		}
	}
}

// kill ends a statement if the server still runs it. It compares the server's name and the
// statement's text, because a load balancer can lead to another server, where another
// connection has this number. It tries again, because the server may not have begun the
// statement yet. If kill fails, the server's own limits end the statement.
func kill(ctx context.Context, db *sqlx.DB, s statement) {
	ctx, cancel := context.WithTimeout(ctx, killTimeout)
	defer cancel()
	conn, err := db.Connx(ctx) // only one, because the next can lead to another server
	if err != nil {
		return
	}
	defer conn.Close()
	var host string
	if err := conn.GetContext(ctx, &host, "SELECT CAST(@@hostname AS BINARY)"); err != nil || host != s.host {
		return
	}
	// The server shows a statement in UTF-8 if the session does not convert it.
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

// process is a row of SHOW PROCESSLIST. The tables with the same data cannot be used:
// reading information_schema.processlist fails on MySQL (3854) while the statement of any
// session has text that is not UTF-8. MariaDB has no performance_schema.processlist, and
// MySQL can have it turned off.
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
	if !c.accepts(query, args) {
		return nil, mysql.ErrPktTooLarge
	}
	result, err := c.session.ExecContext(ctx, query, args)
	c.ended(query, err)
	return result, err
}

// QueryContext implements driver.QueryerContext.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if !c.accepts(query, args) {
		return nil, mysql.ErrPktTooLarge
	}
	rows, err := c.session.QueryContext(ctx, query, args)
	c.ended(query, err)
	return rows, err
}

// ended reports a statement to the connector if the driver has abandoned it, which shows
// by the closed connection. The connection stays open if the statement was not sent, or if
// the server has answered, even with an error. The server may show the text of the
// statement with the values in place of the parameters.
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
