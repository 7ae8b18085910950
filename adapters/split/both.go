package split

import (
	"context"

	"github.com/tenon-go/tenon/spec"
)

// Ping checks that both stores answer. In a store without [spec.Pinger] it reads a
// session, which need not exist.
func (a *Adapter) Ping(ctx context.Context) error {
	for _, s := range a.stores {
		var err error
		if p, ok := spec.As[spec.Pinger](s.SessionAdapter); ok {
			err = p.Ping(ctx)
		} else if err = s.UpdateSession(ctx, "ping", spec.Change{}); spec.ClassOf(err) == spec.ErrSessionNotFound {
			err = nil
		}
		if err != nil {
			return nameStore(s.name, err)
		}
	}
	return nil
}

// Describe returns both engines and their versions, those of the users' store first. It
// adds Stepwise to the weaknesses of both.
func (a *Adapter) Describe(ctx context.Context) (spec.Description, error) {
	d := spec.Description{Name: splitName, Weaknesses: spec.Weaknesses{Stepwise: true}}
	w := &d.Weaknesses
	for name, describer := range listOffering[spec.Describer](a) {
		store, err := describer.Describe(ctx)
		if err != nil {
			return spec.Description{}, nameStore(name, err)
		}
		if d.Engine != "" {
			d.Engine += " and "
			d.Version += " and "
		}
		d.Engine += store.Engine
		d.Version += store.Version
		if name == sessionsName { // sessions in the users' store do not count
			w.Expires, w.ExpirySlack = store.Weaknesses.Expires, store.Weaknesses.ExpirySlack
		}
		w.Volatile = w.Volatile || store.Weaknesses.Volatile
		w.StaleReads = w.StaleReads || store.Weaknesses.StaleReads
		w.LosesWrites = w.LosesWrites || store.Weaknesses.LosesWrites
	}
	// A read of the user, or a deletion of sessions, can miss a recent write in
	// either store.
	w.Orphans = w.StaleReads
	return d, nil
}

// Close closes both stores.
func (a *Adapter) Close() error {
	var errs []error
	for _, s := range a.stores {
		if s.closer != nil {
			errs = append(errs, nameStore(s.name, s.closer.Close()))
		}
	}
	return join(errs)
}
