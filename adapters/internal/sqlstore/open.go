package sqlstore

import (
	"context"
	"database/sql"

	"github.com/tenon-go/tenon/spec"
)

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
	return s.conclude(spec.OpOpen, s.classify(ctx, spec.OpOpen, err, pending))
}

// Unusable returns the error of a constructor that was given what cannot be
// used: attribute types, names, settings.
func (d *Dialect) Unusable(detail string, cause error) error {
	return &spec.Error{Adapter: d.Name, Op: spec.OpOpen, Class: spec.ErrInvalid, Detail: detail, Cause: cause}
}
