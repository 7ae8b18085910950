package storage

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// adapterStore is a store made of an adapter. Its sessions are anonymous and
// have no credential: the cookie is signed.
type adapterStore struct {
	sessions spec.SessionAdapter[Data]
	now      func() time.Time
	masks    map[parts]attr.Mask[Data]
}

func newAdapterStore(sessions spec.SessionAdapter[Data], now func() time.Time) (adapterStore, error) {
	values, err := attr.Fields[Data]("Values")
	if err != nil {
		return adapterStore{}, err
	}
	flash, err := attr.Fields[Data]("Flash")
	if err != nil {
		return adapterStore{}, err
	}
	return adapterStore{sessions, now, map[parts]attr.Mask[Data]{
		{values: true}:              values,
		{flash: true}:               flash,
		{values: true, flash: true}: attr.All[Data](),
	}}, nil
}

// lease is the lease of a session that lives until then. It depends on nothing
// else, so whoever knows when a session expires knows what to swap from.
func lease(expires time.Time) spec.Lease {
	return spec.Lease{ActiveUntil: expires, ExpiresAt: expires}
}

func (a adapterStore) create(ctx context.Context, data Data, expires time.Time) (string, error) {
	id := rand.Text()
	return id, a.sessions.CreateSession(ctx, spec.Session[Data]{
		ID: id, CreatedAt: a.now(), Lease: lease(expires), Attributes: data,
	})
}

func (a adapterStore) read(ctx context.Context, id string) (row, bool, error) {
	s, err := a.sessions.Session(ctx, id)
	found, err := there(err)
	return row{data: s.Attributes, expires: s.ExpiresAt}, found, err
}

// update moves the expiry first: if the data then cannot be stored, nothing has
// happened but that.
func (a adapterStore) update(ctx context.Context, id string, data Data, changed parts, from, to time.Time) (bool, error) {
	err := a.sessions.SwapLease(ctx, id, lease(from), lease(to))
	if errors.Is(err, spec.ErrStale) {
		err = nil // another request has just moved it
	}
	if err == nil && changed.any() {
		err = a.sessions.UpdateSession(ctx, id, data, a.masks[changed])
	}
	return there(err)
}

func (a adapterStore) delete(ctx context.Context, id string) error {
	return a.sessions.DeleteSession(ctx, id)
}

// there turns the adapter's "not found" into false.
func there(err error) (bool, error) {
	if errors.Is(err, spec.ErrSessionNotFound) {
		return false, nil
	}
	return err == nil, err
}
