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
	sessions spec.TypedSessionAdapter[Data]
	now      func() time.Time
	masks    map[parts]attr.Mask[Data]
}

func newAdapterStore(sessions spec.TypedSessionAdapter[Data], now func() time.Time) (adapterStore, error) {
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

func (a adapterStore) create(ctx context.Context, data Data, created, expires time.Time) (string, error) {
	id := rand.Text()
	return id, a.sessions.CreateSession(ctx, spec.Session[Data]{
		ID: id, CreatedAt: created, Lease: lease(expires), Attributes: data,
	})
}

func (a adapterStore) read(ctx context.Context, id string) (row, bool, error) {
	s, err := a.sessions.Session(ctx, id)
	found, err := there(err)
	return row{data: s.Attributes, expires: s.ExpiresAt}, found && a.now().Before(s.ExpiresAt), err
}

// update moves the expiry first: if the data then cannot be stored, nothing has
// happened but that.
func (a adapterStore) update(ctx context.Context, id string, data Data, changed parts, from, to time.Time) (bool, error) {
	err := a.sessions.SwapLease(ctx, id, lease(from), lease(to))
	if errors.Is(err, spec.ErrStale) { // another request has just moved it, or ended it
		_, found, err := a.read(ctx, id)
		if err != nil || !found {
			return false, err
		}
	} else if err != nil {
		return there(err)
	}
	if err = nil; changed.any() {
		err = a.sessions.UpdateSession(ctx, id, data, a.masks[changed])
	}
	return there(err)
}

// end first gives a session a lease that expired before all time. Of several
// requests that do so at once one succeeds, and no other changes the session from
// then on. Whether the deletion succeeds does not matter: if it fails, a sweep does
// it.
func (a adapterStore) end(ctx context.Context, id string, expires time.Time) (bool, error) {
	for {
		err := a.sessions.SwapLease(ctx, id, lease(expires), spec.Lease{})
		if !errors.Is(err, spec.ErrStale) {
			if err == nil {
				_ = a.sessions.DeleteSession(ctx, id)
			}
			return there(err)
		}
		row, found, err := a.read(ctx, id) // another request has just moved it, or ended it
		if err != nil || !found {
			return false, err
		}
		expires = row.expires
	}
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
