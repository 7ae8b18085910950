package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// conns is how many connections the handle that Open makes for a server keeps.
const conns = 32

// Pool limits the handle that Open makes for a server: to 32 connections, of
// which a server has 100 (PostgreSQL) or 151 (MySQL) unless it is told
// otherwise, and each to five minutes without use, since what sits between
// forgets silent connections without a word to either side.
func Pool(db *sql.DB) {
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
		s.db.SetMaxIdleConns(conns)
	}
}

// Owning makes an adapter on a handle that was opened for it, and asks the
// server whether it answers. If that fails, the handle is closed.
func Owning[A any](ctx context.Context, d *Dialect, db *sql.DB, make func(*sql.DB) (*A, error)) (*A, error) {
	a, err := make(db)
	if err == nil {
		err = d.Reach(ctx, db)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return a, nil
}

// Reach asks the server behind a handle whether it answers, and whether its
// sessions are fit to be used.
func (d *Dialect) Reach(ctx context.Context, db *sql.DB) error {
	if db == nil {
		return d.Unusable("the handle is nil", nil)
	}
	if d.Fit != nil {
		if err := d.Fit(ctx, db); err != nil {
			return err
		}
	}
	return newStore(d, db, false).ping(ctx, spec.OpOpen)
}

// Unreached gives the error of a constructor that could not ask the server
// its class.
func (d *Dialect) Unreached(ctx context.Context, err error) error {
	s := newStore(d, nil, false)
	return s.settled(spec.OpOpen, s.classify(ctx, spec.OpOpen, err, pending))
}

// Unusable returns the error of a constructor that was given what cannot be
// used: attribute types, names, settings.
func (d *Dialect) Unusable(detail string, cause error) error {
	return &spec.Error{Adapter: d.Name, Op: spec.OpOpen, Class: spec.ErrInvalid, Detail: detail, Cause: cause}
}
