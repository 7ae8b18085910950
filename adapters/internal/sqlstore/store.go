package sqlstore

import (
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"
)

// store is a database and the tables in it.
type store struct {
	dialect *Dialect
	db      *sqlx.DB
	tables  []*table      // in the order in which they are created
	owned   bool          // Close closes db
	turn    chan struct{} // of writes to an embedded engine: whoever put a value in may write
	reader  call          // all calls that only read: on the handle
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

// MaxConns is how many connections the handle that Open makes for a server keeps,
// unless an option says otherwise. A server has 100 (PostgreSQL) or 151 (MySQL).
const MaxConns = 32

// Pool limits the handle that Open makes for a server: to so many connections, and
// each to five minutes without use, since what sits between forgets silent
// connections without a word to either side.
func Pool(db *sql.DB, conns int) {
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxIdleTime(5 * time.Minute)
}

// leave closes the idle connections of a handle that Open made for a server:
// they lead where one did on which a statement failed. Those in use meet the
// same when they write.
func (s *store) leave() {
	if s.owned {
		s.db.SetMaxIdleConns(0)
		s.db.SetMaxIdleConns(s.db.Stats().MaxOpenConnections)
	}
}
