package storage

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"
)

// Callbacks are functions of an application that keep the data of sessions. All
// four must be set and must be safe for concurrent use. The storage returns their
// errors unchanged.
//
// Delete does not report whether it deleted a session, so Regenerate and Destroy
// first call Read. Between that Read and the Delete, two requests can miss each
// other. If one regenerates the session and the other destroys it, both succeed, and
// the session remains under its new id. If both regenerate it, both succeed too.
// With [New] neither can happen.
type Callbacks struct {
	// Create stores the data of a new session and returns a new id for it. The data
	// need not be kept after expires.
	Create func(ctx context.Context, data Data, expires time.Time) (id string, err error)

	// Read returns the data of a session. If there is no session with this id, it
	// returns false and no error.
	Read func(ctx context.Context, id string) (data Data, found bool, err error)

	// Update replaces the data of a session. If there is no session with this id,
	// because another request has destroyed it, Update must not create one: it
	// returns false and no error.
	Update func(ctx context.Context, id string, data Data, expires time.Time) (found bool, err error)

	// Delete deletes a session. If there is no such session, it returns nil.
	Delete func(ctx context.Context, id string) error
}

// callbackStore is a store that calls callbacks.
type callbackStore struct{ Callbacks }

func (c callbackStore) create(ctx context.Context, data Data, _, expires time.Time) (string, error) {
	id, err := c.Create(ctx, data.clone(), expires)
	if err == nil && (id == "" || !utf8.ValidString(id)) {
		return "", errors.New("storage: the callback Create returned an id that is empty or not UTF-8")
	}
	return id, err
}

func (c callbackStore) read(ctx context.Context, id string) (row, bool, error) {
	data, found, err := c.Read(ctx, id)
	return row{data: data.clone()}, found, err
}

func (c callbackStore) update(ctx context.Context, id string, data Data, _ parts, _, to time.Time) (bool, error) {
	return c.Update(ctx, id, data.clone(), to)
}

func (c callbackStore) end(ctx context.Context, id string, _ time.Time) (bool, error) {
	_, found, err := c.Read(ctx, id)
	if err != nil || !found {
		return false, err
	}
	err = c.Delete(ctx, id)
	return err == nil, err
}

func (c callbackStore) discard(ctx context.Context, id string) error { return c.Delete(ctx, id) }
