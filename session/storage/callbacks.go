package storage

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"
)

// Callbacks keep the data of sessions where an application wants them. All four
// must be given, and be safe for concurrent use. Their errors are passed on as
// they are.
//
// Delete does not say whether it deleted anything, so Regenerate and Destroy look
// for the session with Read first. That leaves a moment, between this Read and the
// Delete, in which two requests can miss each other: if one regenerates the
// session and the other destroys it, both succeed, and the session goes on under
// its new id; if both regenerate it, both succeed. With [New] neither can happen.
type Callbacks struct {
	// Create stores the data of a new session and returns its id, which must
	// be new. The data need not be kept after expires.
	Create func(ctx context.Context, data Data, expires time.Time) (id string, err error)

	// Read returns the data of a session, and false if there is none with this
	// id, which is no error.
	Read func(ctx context.Context, id string) (data Data, found bool, err error)

	// Update replaces the data of a session, and returns false if there is none
	// with this id, which is no error. It must not create one: the session was
	// destroyed in between.
	Update func(ctx context.Context, id string, data Data, expires time.Time) (found bool, err error)

	// Delete deletes a session. One that is not there is no error.
	Delete func(ctx context.Context, id string) error
}

// callbackStore is a store made of callbacks.
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
