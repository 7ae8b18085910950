package storage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/tenon-go/tenon/session/internal/cookie"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Storage loads and stores the sessions behind one cookie. It is safe for
// concurrent use.
type Storage struct {
	config Cookie // without its secrets
	cookie *cookie.Cookie
	seal   seal
	schema *attr.Schema[Data]
	store  store // nil if all data is in the cookie
}

// store keeps data that is not in the cookie.
type store interface {
	create(ctx context.Context, data Data, created, expires time.Time) (id string, err error)
	read(ctx context.Context, id string) (row, bool, error)
	// update reports false if there is no such session. It never creates one.
	update(ctx context.Context, id string, data Data, changed parts, from, to time.Time) (bool, error)
	// end ends a session. Expires is its expiry when it was loaded. It reports false
	// if another request has ended the session before, or given it another id.
	end(ctx context.Context, id string, expires time.Time) (bool, error)
	// discard deletes a session whose id no client has.
	discard(ctx context.Context, id string) error
}

// row is a session as a store returns it.
type row struct {
	data    Data
	expires time.Time // zero if the store does not know
}

// New returns a storage that keeps data in a store of package spec that was opened
// for sessions only. The caller closes the store. New returns an error if the cookie
// is not valid.
func New(sessions *spec.SessionStore[Data], cookie Cookie) (*Storage, error) {
	if sessions == nil {
		return nil, errors.New("storage: no store")
	}
	st, err := newStorage(cookie)
	if err != nil {
		return nil, err
	}
	if st.store, err = newSessionStore(sessions, st.config.Now); err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	return st, nil
}

// NewWithCallbacks returns a storage that keeps data by calling callbacks. It returns
// an error if a callback is missing or the cookie is not valid.
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

// NewInCookie returns a storage that keeps all data in the cookie. The cookie is
// signed but not encrypted: its owner can read it. A copy of the cookie is valid until
// it expires, even after the session was destroyed. The cookie can hold about 2 KB of
// JSON; see [ErrTooLarge]. NewInCookie returns an error if the cookie is not valid.
func NewInCookie(cookie Cookie) (*Storage, error) { return newStorage(cookie) }

func newStorage(config Cookie) (*Storage, error) {
	config, carrier, err := config.complete()
	if err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	schema, err := spec.SessionSchema[Data]()
	if err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	st := &Storage{config: config, cookie: carrier, seal: newSeal(config.Secrets), schema: schema}
	st.config.Secrets = nil // so that printing a Storage does not print them
	return st, nil
}

// New returns a new, empty session. It is stored when it is committed with at least
// one value.
func (st *Storage) New() *Session { return &Session{schema: st.schema} }

// Get returns the session of a request. With [Storage.Middleware] it returns the
// session that the middleware will commit. Without it, Get loads the session of the
// request's cookie. If there is no cookie, or it is not a cookie of this storage, or
// its session has expired or does not exist, Get returns a new session. If there are
// several cookies with different values, the one with a session counts; if several
// have one, none counts. The errors are those of the store.
func (st *Storage) Get(r *http.Request) (*Session, error) {
	if current, ok := st.findCurrent(r); ok {
		current.writer.SetPersonal()
		return current.Load(), nil
	}
	var found *Session
	contents, _ := st.readCookies(r)
	for _, c := range contents {
		s, err := st.load(r.Context(), c)
		switch {
		case err != nil:
			return nil, err
		case s == nil:
		case found != nil:
			return st.New(), nil
		default:
			found = s
		}
	}
	if found == nil {
		return st.New(), nil
	}
	return found, nil
}

// readCookies returns the contents of a request's cookies that we signed and that
// have not expired. More than four are an error.
func (st *Storage) readCookies(r *http.Request) ([]content, error) {
	name, now := st.cookie.Name(r), st.config.Now()
	return cookie.Append(nil, st.cookie, r, func(value string) (content, bool) {
		c, ok := st.seal.verify(name, value)
		ok = ok && now.Before(st.expiry(c.committedAt(), c.createdAt())) && (c.Data != nil) == (st.store == nil) && (c.ID != "") == (st.store != nil)
		return c, ok
	})
}

// load returns the session of a cookie, or nil if there is no such session.
func (st *Storage) load(ctx context.Context, c content) (*Session, error) {
	expires := st.expiry(c.committedAt(), c.createdAt())
	if st.store == nil {
		return &Session{schema: st.schema, stored: true, created: c.createdAt(), data: *c.Data, expires: expires}, nil
	}
	row, found, err := st.store.read(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, nil
	}
	if row.expires.IsZero() {
		row.expires = expires
	}
	return &Session{schema: st.schema, stored: true, id: c.ID, created: c.createdAt(), data: row.data, expires: row.expires}, nil
}

// expiry returns when a session expires that was last committed at one time and
// created at another. The result is cut to the millisecond, as stores and the cookie
// keep times.
func (st *Storage) expiry(at, created time.Time) time.Time {
	expires := at.Add(st.config.MaxAge)
	if end := created.Add(st.config.Absolute); st.config.Absolute != NoAbsolute && end.Before(expires) {
		expires = end
	}
	return expires.UTC().Truncate(time.Millisecond)
}
