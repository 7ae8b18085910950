package split

import (
	"context"
	"errors"
	"io"

	"github.com/tenon-go/tenon/spec"
)

const name = "split"

// both calls f for each store that offers T, the users' first. That neither may
// offer it changes nothing about a done context, or an adapter that is closed.
func both[T, U, S any](ctx context.Context, a *Adapter[U, S], op spec.Op, f func(T) error) error {
	if a.closed.Load() {
		return fail(op, spec.ErrClosed, nil)
	}
	if err := ctx.Err(); err != nil {
		return fail(op, err, nil)
	}
	return each(a, f)
}

func each[T, U, S any](a *Adapter[U, S], f func(T) error) error {
	for _, store := range []any{a.users, a.TypedSessionAdapter} {
		if t, ok := spec.As[T](store); ok {
			if err := f(t); err != nil {
				return err
			}
		}
	}
	return nil
}

// Migrate migrates both stores.
func (a *Adapter[U, S]) Migrate(ctx context.Context) error {
	return both(ctx, a, spec.OpMigrate, func(m spec.Migrator) error { return m.Migrate(ctx) })
}

// Check checks both stores. If both have findings, both are in the error; a
// store that cannot be checked is an error of its own class, without the other's
// findings.
func (a *Adapter[U, S]) Check(ctx context.Context) error {
	var findings []error
	err := both(ctx, a, spec.OpCheck, func(m spec.Migrator) error {
		err := m.Check(ctx)
		if errors.Is(err, spec.ErrFailed) {
			findings = append(findings, err)
			return nil
		}
		return err
	})
	switch {
	case err != nil || len(findings) == 0:
		return err
	case len(findings) == 1:
		return findings[0]
	}
	return &spec.Error{
		Adapter: name, Op: spec.OpCheck, Class: spec.ErrFailed,
		Detail: findings[0].Error() + "; " + findings[1].Error(), Cause: errors.Join(findings...),
	}
}

// Ping asks both stores.
func (a *Adapter[U, S]) Ping(ctx context.Context) error {
	return both(ctx, a, spec.OpPing, func(p spec.Pinger) error { return p.Ping(ctx) })
}

// Describe names both engines and their versions, the users' first, and adds
// to the weaknesses of both that calls go in steps.
func (a *Adapter[U, S]) Describe(ctx context.Context) (spec.Description, error) {
	d := spec.Description{Name: name, Weaknesses: spec.Weaknesses{Stepwise: true}}
	c := &d.Weaknesses
	err := both(ctx, a, spec.OpDescribe, func(describer spec.Describer) error {
		store, err := describer.Describe(ctx)
		if d.Engine != "" {
			d.Engine += " and "
			d.Version += " and "
		}
		d.Engine += store.Engine
		d.Version += store.Version
		// Only the sessions' store expires rows that anybody reads: it comes last.
		c.Expires, c.ExpirySlack = store.Weaknesses.Expires, store.Weaknesses.ExpirySlack
		c.Volatile = c.Volatile || store.Weaknesses.Volatile
		c.StaleReads = c.StaleReads || store.Weaknesses.StaleReads
		// A look for the user, or a deletion of sessions, may miss what was just
		// written, in either store.
		c.Orphans = c.StaleReads
		return err
	})
	if err != nil {
		return spec.Description{}, err
	}
	return d, nil
}

// Close closes both stores.
func (a *Adapter[U, S]) Close() error {
	a.closed.Store(true)
	var errs []error
	each(a, func(c io.Closer) error { errs = append(errs, c.Close()); return nil })
	return errors.Join(errs...)
}
