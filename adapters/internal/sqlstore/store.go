package sqlstore

import (
	"database/sql"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
)

// store is a database and the tables in it.
type store struct {
	dialect *Dialect
	db      *sqlx.DB
	tables  []*table      // in the order in which they are created
	owned   bool          // Close closes db
	turn    chan struct{} // for writes to an embedded engine: sending a value takes the turn
	reader  call          // the call for all reads, which run on the handle

	begun *atomic.Bool // set before a write does what can be applied; nil if the call cannot be left
}

func newStore(d *Dialect, db *sql.DB, owned bool, tables ...*table) *store {
	s := &store{
		dialect: d, db: sqlx.NewDb(db, d.Name), tables: tables, owned: owned, turn: make(chan struct{}, 1),
	}
	s.reader = call{store: s, on: s.db, statements: pending}
	return s
}

// Close closes the handle if it was opened for the adapter.
func (s *store) Close() error {
	if !s.owned {
		return nil
	}
	return s.db.Close()
}

// MaxConns is the default of the maximum number of connections of Open to a server. By
// default a server accepts 100 (PostgreSQL) or 151 (MySQL).
const MaxConns = 32

// Pool limits a handle of Open for a server to this number of connections, and each
// connection to five minutes without use, because network equipment silently drops idle
// connections.
func Pool(db *sql.DB, conns int) {
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxIdleTime(5 * time.Minute)
}

// leave closes the idle connections of a handle of Open for a server. They probably lead to
// the same server as the connection on which a statement failed. Connections in use will
// fail in the same way when they write.
func (s *store) leave() {
	if s.owned {
		s.db.SetMaxIdleConns(0)
		s.db.SetMaxIdleConns(s.db.Stats().MaxOpenConnections)
	}
}
