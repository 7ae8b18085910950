package storage

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// sessionStore keeps data in sessions of package spec. They are anonymous and
// have no credential: the cookie is signed.
type sessionStore struct {
	sessions *spec.SessionStore[Data]
	now      func() time.Time
	masks    map[parts]attr.Mask[Data]
}

func newSessionStore(sessions *spec.SessionStore[Data], now func() time.Time) (sessionStore, error) {
	values, err := attr.Fields[Data]("Values")
	if err != nil {
		return sessionStore{}, err
	}
	flash, err := attr.Fields[Data]("Flash")
	if err != nil {
		return sessionStore{}, err
	}
	return sessionStore{sessions, now, map[parts]attr.Mask[Data]{
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

func (s sessionStore) create(ctx context.Context, data Data, created, expires time.Time) (string, error) {
	id := rand.Text()
	return id, s.sessions.CreateSession(ctx, spec.Session[Data]{
		ID: id, CreatedAt: created, Lease: lease(expires), Attributes: data,
	})
}

func (s sessionStore) read(ctx context.Context, id string) (row, bool, error) {
	session, err := s.sessions.Session(ctx, id)
	found, err := isFound(err)
	return row{data: session.Attributes, expires: session.ExpiresAt}, found && s.now().Before(session.ExpiresAt), err
}

// update moves the expiry first: if the data then cannot be stored, nothing has
// happened but that.
func (s sessionStore) update(ctx context.Context, id string, data Data, changed parts, from, to time.Time) (bool, error) {
	err := s.sessions.SwapLease(ctx, id, lease(from), lease(to))
	if errors.Is(err, spec.ErrStale) { // another request has just moved it, or ended it
		_, found, err := s.read(ctx, id)
		if err != nil || !found {
			return false, err
		}
	} else if err != nil {
		return isFound(err)
	}
	if err = nil; !changed.isEmpty() {
		err = s.sessions.UpdateSession(ctx, id, data, s.masks[changed])
	}
	return isFound(err)
}

// end first gives a session a lease that expired before all time. Of several
// requests that do so at once one succeeds, and no other changes the session from
// then on. Whether the deletion succeeds does not matter: if it fails, a sweep does
// it.
func (s sessionStore) end(ctx context.Context, id string, expires time.Time) (bool, error) {
	for {
		err := s.sessions.SwapLease(ctx, id, lease(expires), spec.Lease{})
		if !errors.Is(err, spec.ErrStale) {
			if err == nil {
				_ = s.sessions.DeleteSession(ctx, id)
			}
			return isFound(err)
		}
		row, found, err := s.read(ctx, id) // another request has just moved it, or ended it
		if err != nil || !found {
			return false, err
		}
		expires = row.expires
	}
}

func (s sessionStore) discard(ctx context.Context, id string) error {
	return s.sessions.DeleteSession(ctx, id)
}

// isFound turns the store's "not found" into false.
func isFound(err error) (bool, error) {
	if errors.Is(err, spec.ErrSessionNotFound) {
		return false, nil
	}
	return err == nil, err
}
