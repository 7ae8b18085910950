package storage

import (
	"context"
	"errors"
	"fmt"
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
		st.cookie.Replace(w.Header(), r, st.cookie.Set(r, value, st.maxAge(s)))
	}
	if current, ok := st.findCurrent(r); ok {
		current.Store(s)
	}
	return nil
}

// maxAge returns for how many seconds browsers are to keep the cookie of
// a session that has just been committed.
func (st *Storage) maxAge(s *Session) int {
	age := st.config.MaxAge
	if st.config.Absolute != NoAbsolute {
		age = min(age, s.created.Add(st.config.Absolute).Sub(st.config.Now().Truncate(time.Millisecond)))
	}
	return max(int(age/time.Second), 1)
}

// Destroy ends a session and has the browser forget its cookie. The session is
// a new one then, and empty: what is set in it afterwards, such as a message
// for the next page, is committed under a new id. If the store could not end
// the session, that is the error, and session and cookie are as they were.
//
// If another request has ended the session since it was loaded, or given it
// another id under which it goes on, the error is spec.ErrSessionNotFound:
// nothing was ended here. A request that is sent again has the newer cookie.
//
// Of several cookies it ends every session whose cookie is there, as it deletes
// them all; more than four of one name are an error.
//
// A cookie that holds all data is only forgotten: a copy of it goes on working
// until it expires.
func (st *Storage) Destroy(w http.ResponseWriter, r *http.Request, s *Session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := st.endOthers(r, s.id); err != nil {
		return err
	}
	if s.id != "" {
		ended, err := st.store.end(r.Context(), s.id, s.expires)
		if err == nil && !ended {
			err = spec.ErrSessionNotFound
		}
		if err != nil {
			return err
		}
	}
	s.stored, s.id, s.created, s.expires = false, "", time.Time{}, time.Time{}
	s.data, s.changed, s.regenerate = Data{}, parts{}, false
	st.cookie.Replace(w.Header(), r, st.cookie.Clear(r))
	return nil
}

// endOthers ends the sessions of the request's cookies but the one with this id.
func (st *Storage) endOthers(r *http.Request, id string) error {
	if st.store == nil {
		return nil
	}
	contents, err := st.readCookies(r)
	if err != nil {
		return fmt.Errorf("storage: %w", err)
	}
	for _, c := range contents {
		if c.ID == id {
			continue
		}
		// One that is not there has ended, or goes on with a cookie that the
		// request does not have.
		if _, err := st.store.end(r.Context(), c.ID, st.expiry(c.committedAt(), c.createdAt())); err != nil {
			return err
		}
	}
	return nil
}

// save stores a session if there is a reason to, and returns the value that
// its cookie is to have, or "" if that stays as it is.
func (st *Storage) save(r *http.Request, s *Session) (string, error) {
	switch {
	case s.stored && s.changed.isEmpty() && !s.regenerate && !st.config.Rolling:
		return "", nil
	case !s.stored && s.data.isEmpty():
		return "", nil
	}
	now := st.config.Now()
	to := step{name: st.cookie.Name(r), content: content{At: now.UnixMilli(), Created: now.UnixMilli(), ID: s.id}}
	if !s.created.IsZero() {
		to.Created = s.created.UnixMilli()
	}
	to.expires = st.expiry(now, to.createdAt())
	var err error
	switch {
	case !now.Before(to.expires): // its absolute lifetime has ended since it was loaded
		err = spec.ErrSessionNotFound
	case st.store == nil:
		to.Data = &s.data
		to.value, err = st.seal.sign(to.name, to.content)
	case s.id == "":
		err = st.create(r.Context(), s, &to)
	case s.regenerate:
		err = st.replace(r.Context(), s, &to)
	default:
		err = st.update(r.Context(), s, &to)
	}
	switch {
	case errors.Is(err, spec.ErrSessionNotFound) && s.changed.isEmpty() && !s.regenerate:
		// Only its expiry was to move. Another request has ended it, or given
		// it another id: nothing of this one is lost.
		return "", nil
	case err != nil:
		return "", err
	}
	s.stored, s.id, s.created, s.expires = true, to.ID, to.createdAt(), to.expires
	s.changed, s.regenerate = parts{}, false
	return to.value, nil
}

// step is what a session becomes when it is stored.
type step struct {
	content
	name    string // of the cookie
	value   string // of the cookie
	expires time.Time
}

// create stores a session under a new id.
func (st *Storage) create(ctx context.Context, s *Session, to *step) (err error) {
	if to.ID, err = st.store.create(ctx, s.data, to.createdAt(), to.expires); err != nil {
		return err
	}
	if to.value, err = st.seal.sign(to.name, to.content); err != nil { // an id of many kilobytes
		st.withdraw(ctx, to.ID)
	}
	return err
}

// update stores a session under the id that it has.
func (st *Storage) update(ctx context.Context, s *Session, to *step) error {
	found, err := st.store.update(ctx, s.id, s.data, s.changed, s.expires, to.expires)
	if err == nil && !found {
		err = spec.ErrSessionNotFound
	}
	if err != nil {
		return err
	}
	to.value, err = st.seal.sign(to.name, to.content)
	return err
}

// replace stores a session under a new id and ends the old one. If that is no
// longer there, no client is told of the new one: a session that was destroyed does
// not go on under another id.
func (st *Storage) replace(ctx context.Context, s *Session, to *step) error {
	if err := st.create(ctx, s, to); err != nil {
		return err
	}
	ended, err := st.store.end(ctx, s.id, s.expires)
	if err == nil && !ended {
		err = spec.ErrSessionNotFound
	}
	if err != nil {
		st.withdraw(ctx, to.ID)
	}
	return err
}

// withdraw deletes a session that no client will learn of, also if the request has
// been given up by now. If that fails, it is a row that expires in its time.
func (st *Storage) withdraw(ctx context.Context, id string) {
	st.warn(ctx, "storage: a session was not withdrawn", st.store.discard(context.WithoutCancel(ctx), id))
}
