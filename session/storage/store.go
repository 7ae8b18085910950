package storage

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// sessionStore keeps data in sessions of package spec. They are anonymous and have no
// credential, because the cookie is signed.
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

// lease returns the lease of a session that expires at this time. The lease depends
// on nothing else, so the expiry is enough to know what to swap from.
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

// update moves the expiry first. If it then cannot store the data, only the expiry
// has changed.
func (s sessionStore) update(ctx context.Context, id string, data Data, changed parts, from, to time.Time) (bool, error) {
	err := s.sessions.SwapLease(ctx, id, lease(from), lease(to))
	if errors.Is(err, spec.ErrStale) { // another request has moved the expiry or ended the session
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

// end first swaps the lease of a session for one with zero times. If several requests
// try that at once, one of them succeeds, and no other can change the session
// afterwards. Then end deletes the row. If the deletion fails, a sweep deletes it.
func (s sessionStore) end(ctx context.Context, id string, expires time.Time) (bool, error) {
	for {
		err := s.sessions.SwapLease(ctx, id, lease(expires), spec.Lease{})
		if !errors.Is(err, spec.ErrStale) {
			if err == nil {
				_ = s.sessions.DeleteSession(ctx, id)
			}
			return isFound(err)
		}
		row, found, err := s.read(ctx, id) // another request has moved the expiry or ended the session
		if err != nil || !found {
			return false, err
		}
		expires = row.expires
	}
}

func (s sessionStore) discard(ctx context.Context, id string) error {
	return s.sessions.DeleteSession(ctx, id)
}

// isFound turns the store's ErrSessionNotFound into false.
func isFound(err error) (bool, error) {
	if errors.Is(err, spec.ErrSessionNotFound) {
		return false, nil
	}
	return err == nil, err
}
