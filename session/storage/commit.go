package storage

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// Commit stores what was changed in a session and sets its cookie, so it comes
// before the first byte of the response. A session that is unchanged writes
// nothing and sets no cookie, unless [Cookie].Rolling is set; nor does a new one
// with nothing in it.
//
// A change of a session that was destroyed, or given another id, since it was
// loaded is spec.ErrSessionNotFound: it is never created again. Other errors are
// ErrTooLarge and those of the store. After an error no cookie was set.
//
// Behind [Storage.Middleware] there is no need to call it, and the session
// becomes the request's. Without the middleware a handler must not say
// afterwards that caches may keep the response.
func (st *Storage) Commit(w http.ResponseWriter, r *http.Request, s *Session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	value, err := st.save(r, s)
	if err != nil {
		return err
	}
	if value != "" {
		st.cookie.Replace(w.Header(), r, st.cookie.Set(r, value, int(st.config.MaxAge/time.Second)))
	}
	if current, ok := st.current(r); ok {
		current.Store(s)
	}
	return nil
}

// Destroy ends a session and has the browser forget its cookie. The session is
// a new one then, and empty: what is set in it afterwards, such as a message
// for the next page, is committed under a new id. If the store could not end
// the session, that is the error, and session and cookie are as they were.
//
// A cookie that holds all data is only forgotten: a copy of it goes on working
// until it expires.
func (st *Storage) Destroy(w http.ResponseWriter, r *http.Request, s *Session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.id != "" {
		if err := st.store.delete(r.Context(), s.id); err != nil {
			return err
		}
	}
	s.stored, s.id, s.expires = false, "", time.Time{}
	s.data, s.changed, s.regenerate = Data{}, parts{}, false
	st.cookie.Replace(w.Header(), r, st.cookie.Clear(r))
	return nil
}

// save stores a session if there is a reason to, and returns the value that
// its cookie is to have, or "" if that stays as it is.
func (st *Storage) save(r *http.Request, s *Session) (string, error) {
	switch {
	case s.stored && !s.changed.any() && !s.regenerate && !st.config.Rolling:
		return "", nil
	case !s.stored && s.data.empty():
		return "", nil
	}
	// To the millisecond, as stores and the cookie keep it.
	expires := st.config.Now().Add(st.config.MaxAge).UTC().Truncate(time.Millisecond)
	name := st.cookie.Name(r)
	value, id, err := "", s.id, error(nil)
	switch {
	case st.store == nil:
		value, err = st.seal.sign(name, content{Expires: expires.UnixMilli(), Data: &s.data})
	case id == "":
		value, id, err = st.create(r.Context(), name, s.data, expires)
	case s.regenerate:
		value, id, err = st.replace(r.Context(), name, s, expires)
	default:
		value, err = st.update(r.Context(), name, s, expires)
	}
	switch {
	case errors.Is(err, spec.ErrSessionNotFound) && !s.changed.any() && !s.regenerate:
		// Only its expiry was to move. Another request has ended it, or given
		// it another id: nothing of this one is lost.
		return "", nil
	case err != nil:
		return "", err
	}
	s.stored, s.id, s.expires = true, id, expires
	s.changed, s.regenerate = parts{}, false
	return value, nil
}

// create stores data under a new id and returns the value of its cookie.
func (st *Storage) create(ctx context.Context, name string, data Data, expires time.Time) (value, id string, err error) {
	id, err = st.store.create(ctx, data, expires)
	if err != nil {
		return "", "", err
	}
	value, err = st.seal.sign(name, content{Expires: expires.UnixMilli(), ID: id})
	if err != nil { // an id of many kilobytes
		st.withdraw(ctx, id)
	}
	return value, id, err
}

// update stores a session under the id that it has.
func (st *Storage) update(ctx context.Context, name string, s *Session, expires time.Time) (string, error) {
	found, err := st.store.update(ctx, s.id, s.data, s.changed, s.expires, expires)
	if err == nil && !found {
		err = spec.ErrSessionNotFound
	}
	if err != nil {
		return "", err
	}
	return st.seal.sign(name, content{Expires: expires.UnixMilli(), ID: s.id})
}

// replace stores a session under a new id and ends the old one. It looks for
// the old one first, as one that was destroyed must not go on under another id.
func (st *Storage) replace(ctx context.Context, name string, s *Session, expires time.Time) (value, id string, err error) {
	_, found, err := st.store.read(ctx, s.id)
	if err == nil && !found {
		err = spec.ErrSessionNotFound
	}
	if err != nil {
		return "", "", err
	}
	if value, id, err = st.create(ctx, name, s.data, expires); err != nil {
		return "", "", err
	}
	if err := st.store.delete(ctx, s.id); err != nil {
		st.withdraw(ctx, id)
		return "", "", err
	}
	return value, id, nil
}

// withdraw deletes a session that nobody will hear of, also if the request has
// been given up by now. If that fails, it is a row that expires in its time.
func (st *Storage) withdraw(ctx context.Context, id string) {
	st.warn(ctx, "storage: a session was not withdrawn", st.store.delete(context.WithoutCancel(ctx), id))
}
