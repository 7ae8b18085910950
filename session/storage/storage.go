package storage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Storage loads and stores the sessions behind one cookie. It is safe for
// concurrent use.
type Storage struct {
	cookie Cookie // without its secrets
	seal   seal
	schema *attr.Schema[Data]
	store  store // nil: all is in the cookie
}

// store is where data is that is not in the cookie.
type store interface {
	create(ctx context.Context, data Data, expires time.Time) (id string, err error)
	read(ctx context.Context, id string) (row, bool, error)
	// update reports false if there is no such session, and creates none.
	update(ctx context.Context, id string, data Data, changed parts, from, to time.Time) (bool, error)
	delete(ctx context.Context, id string) error
}

// row is a session as a store has it.
type row struct {
	data    Data
	expires time.Time // zero: the store does not say
}

// New returns a storage that keeps data in a store of package spec, opened for
// sessions alone. The adapter stays the caller's, who closes it. A cookie that
// cannot work is an error.
func New(sessions spec.SessionAdapter[Data], cookie Cookie) (*Storage, error) {
	if sessions == nil {
		return nil, errors.New("storage: no adapter")
	}
	st, err := newStorage(cookie)
	if err != nil {
		return nil, err
	}
	if st.store, err = newAdapterStore(sessions, st.cookie.Now); err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	return st, nil
}

// NewWithCallbacks returns a storage that keeps data by means of callbacks. A
// callback that is missing, or a cookie that cannot work, is an error.
func NewWithCallbacks(callbacks Callbacks, cookie Cookie) (*Storage, error) {
	if callbacks.Create == nil || callbacks.Read == nil || callbacks.Update == nil || callbacks.Delete == nil {
		return nil, errors.New("storage: a callback is missing")
	}
	st, err := newStorage(cookie)
	if err != nil {
		return nil, err
	}
	st.store = callbackStore{callbacks}
	return st, nil
}

// NewInCookie returns a storage that keeps all data in the cookie, which is
// signed but not secret: its owner can read it, and a copy of it works until it
// expires, whatever becomes of the session. There is room for about 2 KB of
// JSON; see [ErrTooLarge]. A cookie that cannot work is an error.
func NewInCookie(cookie Cookie) (*Storage, error) { return newStorage(cookie) }

func newStorage(cookie Cookie) (*Storage, error) {
	cookie, err := cookie.complete()
	if err != nil {
		return nil, err
	}
	schema, err := spec.SessionSchema[Data]()
	if err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	st := &Storage{cookie: cookie, seal: newSeal(cookie.Name, cookie.Secrets), schema: schema}
	st.cookie.Secrets = nil // nothing prints what is not there
	return st, nil
}

// New returns a new session, which is nowhere until it is committed with
// something in it.
func (st *Storage) New() *Session { return &Session{schema: st.schema} }

// Get returns the session of a request: behind [Storage.Middleware] the one
// that the middleware commits, and else the one that the request's cookie names,
// as it is now. If there is no cookie, or it is not one of ours, or its session
// is dead or gone, that is a new session. Errors are those of the store.
func (st *Storage) Get(r *http.Request) (*Session, error) {
	if current, ok := st.current(r); ok {
		return current.Load(), nil
	}
	c, ok := st.seal.verify(st.cookie.presented(r))
	now := st.cookie.Now()
	if !ok || !now.Before(c.expires()) {
		return st.New(), nil
	}
	if st.store == nil {
		if c.Data == nil {
			return st.New(), nil
		}
		return &Session{schema: st.schema, stored: true, data: *c.Data, expires: c.expires()}, nil
	}
	if c.ID == "" {
		return st.New(), nil
	}
	row, found, err := st.store.read(r.Context(), c.ID)
	if err != nil {
		return nil, err
	}
	if row.expires.IsZero() {
		row.expires = c.expires()
	}
	if !found || !now.Before(row.expires) {
		return st.New(), nil
	}
	return &Session{schema: st.schema, stored: true, id: c.ID, data: row.data, expires: row.expires}, nil
}
