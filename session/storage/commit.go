package storage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// Commit stores the changes of a session and sets its cookie. It must be called
// before the response is written. If the session is unchanged, and [Cookie].Rolling
// is not set, Commit does nothing. If the session is new and empty, it does nothing
// either.
//
// If the session was destroyed, or got another id, since it was loaded, Commit does
// not create it again. If it has changes, or Regenerate was called, the error is
// spec.ErrSessionNotFound. Other errors are ErrTooLarge and those of the store. After an
// error no cookie is set.
//
// With [Storage.Middleware] you need not call Commit. If you do, s becomes the
// session of the request. Without the middleware, a handler must not permit caches
// to keep the response after the Commit.
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

// maxAge returns how many seconds browsers should keep the cookie of a session that
// has just been committed.
func (st *Storage) maxAge(s *Session) int {
	age := st.config.MaxAge
	if st.config.Absolute != NoAbsolute {
		age = min(age, s.created.Add(st.config.Absolute).Sub(st.config.Now().Truncate(time.Millisecond)))
	}
	return max(int(age/time.Second), 1)
}

// Destroy ends a session and makes the browser delete its cookie. Afterwards s is a
// new, empty session: values that are set in it, such as a message for the next
// page, are committed under a new id. If the store cannot end the session, Destroy
// returns the error and changes neither the session nor the cookie.
//
// If another request has ended the session since it was loaded, or given it another
// id under which it continues, the error is spec.ErrSessionNotFound. Destroy has
// then ended nothing. If the client repeats the request, it sends the newer cookie.
//
// If the request has several cookies, Destroy ends the sessions of all of them and
// deletes the cookies. More than four cookies of one name are an error.
//
// A storage of [NewInCookie] can only delete the cookie: a copy of it is valid until
// it expires.
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

// endOthers ends the sessions of the request's cookies, except the one with this id.
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
		// If it is not found, it has ended, or continues under another id, whose
		// cookie the request does not have.
		if _, err := st.store.end(r.Context(), c.ID, st.expiry(c.committedAt(), c.createdAt())); err != nil {
			return err
		}
	}
	return nil
}

// save stores a session if necessary, and returns the new value of its cookie, or ""
// if the cookie does not change.
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
		// Only the expiry would have moved. Another request has ended the session or
		// given it another id. No change is lost.
		return "", nil
	case err != nil:
		return "", err
	}
	s.stored, s.id, s.created, s.expires = true, to.ID, to.createdAt(), to.expires
	s.changed, s.regenerate = parts{}, false
	return to.value, nil
}

// step is the state of a session after it is stored.
type step struct {
	content
	name    string // name of the cookie
	value   string // value of the cookie
	expires time.Time
}

// create stores a session under a new id.
func (st *Storage) create(ctx context.Context, s *Session, to *step) (err error) {
	if to.ID, err = st.store.create(ctx, s.data, to.createdAt(), to.expires); err != nil {
		return err
	}
	if to.value, err = st.seal.sign(to.name, to.content); err != nil { // the id has several kilobytes
		st.withdraw(ctx, to.ID)
	}
	return err
}

// update stores a session under its current id.
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

// replace stores a session under a new id and ends the old one. If the old session no
// longer exists, it discards the new one: a session that was destroyed must not
// continue under another id.
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

// withdraw deletes a session whose id no client has, even if the request has been
// canceled. If that fails, the row remains until it expires.
func (st *Storage) withdraw(ctx context.Context, id string) {
	st.warn(ctx, "storage: a session was not withdrawn", st.store.discard(context.WithoutCancel(ctx), id))
}
