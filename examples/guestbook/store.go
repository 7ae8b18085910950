package main

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"time"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/session/storage"
	"github.com/tenon-go/tenon/spec"
)

// User has the attributes of a user.
type User struct {
	Name     string `db:"name,unique,max=30"` // public: it is shown with every entry
	Password []byte // its hash
}

// Device has the attributes of a session.
type Device struct {
	Name string // "Firefox on Linux"
}

// store is one database with three parts: users and their sessions, the data of
// visitors between pages, and the guestbook's own table.
type store struct {
	*spec.Store[User, Device]
	visits *spec.SessionStore[storage.Data]
	db     *sql.DB
}

// connection has the pragmas for every connection: wait for locks, read during writes,
// write durably, enforce foreign keys.
const connection = "_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=foreign_keys(1)"

// openStore opens the database in a file and creates what is missing. The
// caller closes it.
func openStore(ctx context.Context, file string) (_ *store, err error) {
	// SQLite would create a file that every user of the machine can read.
	f, err := os.OpenFile(file, os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	dsn := url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath(), RawQuery: connection}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	s := &store{db: db}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if s.Store, err = sqlite.New[User, Device](ctx, db); err != nil {
		return nil, err
	}
	if s.visits, err = sqlite.NewSessions[storage.Data](ctx, db, sqlite.WithTables("", "visits")); err != nil {
		return nil, err
	}
	if err := s.Migrate(ctx); err != nil {
		return nil, err
	}
	if err := s.visits.Migrate(ctx); err != nil {
		return nil, err
	}
	_, err = db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS entries (
		id INTEGER PRIMARY KEY,
		user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
		text TEXT NOT NULL,
		written_at INTEGER NOT NULL
	) STRICT;
	CREATE INDEX IF NOT EXISTS entries_user_id ON entries (user_id)`)
	return s, err
}

// Close closes the database.
func (s *store) Close() error {
	return errors.Join(s.visits.Close(), s.Store.Close(), s.db.Close())
}

// entry is an entry of the guestbook.
type entry struct {
	Author  string
	Text    string
	Written time.Time
}

// entries returns the newest entries, the newest first.
func (s *store) entries(ctx context.Context, limit int) (entries []entry, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT users.name, entries.text, entries.written_at
		FROM entries JOIN users ON users.id = entries.user_id
		ORDER BY entries.id DESC LIMIT ?`, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e entry
		var written int64
		if err := rows.Scan(&e.Author, &e.Text, &written); err != nil {
			return nil, err
		}
		e.Written = time.UnixMilli(written).UTC()
		entries = append(entries, e)
	}
	return entries, rows.Err()
}

// addEntry adds an entry and reports whether it did. The author may have deleted the
// account in between.
func (s *store) addEntry(ctx context.Context, userID, text string, written time.Time) (bool, error) {
	result, err := s.db.ExecContext(ctx,
		`INSERT INTO entries (user_id, text, written_at) SELECT id, ?, ? FROM users WHERE id = ?`,
		text, written.UnixMilli(), userID)
	if err != nil {
		return false, err
	}
	added, err := result.RowsAffected()
	return added == 1, err
}
