package storage

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"

	"github.com/tenon-go/tenon/session/internal/cookie"
	"github.com/tenon-go/tenon/spec"
)

// contextKey is the key of a storage's session in a request's context.
type contextKey struct{ st *Storage }

// current is the session of a request, and its response.
type current struct {
	atomic.Pointer[Session]
	writer cookie.Writer
}

// findCurrent returns the session of a request that is behind the middleware.
func (st *Storage) findCurrent(r *http.Request) (*current, bool) {
	c, ok := r.Context().Value(contextKey{st}).(*current)
	return c, ok
}

// Middleware loads the session of each request, which [Storage.Get] then
// returns, and commits it right before the response begins, so that no one
// forgets to. If next panics before that, nothing is committed; if it panics
// later, what it changed since is not.
//
// If the session cannot be loaded, next is not called; if it cannot be
// committed, what next would respond is dropped, and its Write fails. The
// response is then 503, or 409 if next changed a session that was destroyed
// in between, or 500 if it is too large for its cookie.
//
// Every response has "Vary: Cookie". One that sets the cookie is no-store,
// whatever next says and whenever it says it. Any other is as next says; if next
// says nothing about caching it is "private, no-store" where the request had the
// cookie, or next called [Storage.Get]. So no shared cache shows the page of one
// visitor to another, and the Back button does not show it after the end of the
// session. Files that are the same for everyone need a Cache-Control of their
// own, or a place outside the middleware.
//
// What is changed after the response has begun, by a template that reads a flash
// value, say, is still stored if that takes no new cookie; else it is lost, and
// logged as an error.
func (st *Storage) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := st.Get(r)
		if err != nil {
			st.refuse(w, r, err)
			return
		}
		current := new(current)
		current.Store(s)
		r = r.WithContext(context.WithValue(r.Context(), contextKey{st}, current))
		current.writer.Init(st.cookie, w, r, func() error {
			err := st.Commit(w, r, current.Load())
			if err != nil {
				st.refuse(w, r, err)
			}
			return err
		})
		next.ServeHTTP(&current.writer, r)
		if current.writer.Finish() == nil {
			st.warn(r.Context(), "storage: a session was not committed", st.saveLate(r, current.Load()))
		}
	})
}

// saveLate stores what was changed since the response began.
func (st *Storage) saveLate(r *http.Request, s *Session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.changed.isEmpty() && !s.regenerate, !s.stored && s.data.isEmpty():
		return nil
	case s.id == "" || s.regenerate:
		return errLate
	}
	_, err := st.save(r, s)
	return err
}

// ofThePage are headers that are about a page, and wrong about another one.
var ofThePage = []string{"Content-Disposition", "Content-Encoding", "Content-Language", "Content-Location",
	"Content-Range", "Etag", "Last-Modified", "Location", "Refresh"}

// refuse responds that a session could not be loaded or committed.
func (st *Storage) refuse(w http.ResponseWriter, r *http.Request, err error) {
	for _, name := range ofThePage {
		w.Header().Del(name)
	}
	cookie.NoStore(w.Header())
	switch {
	case errors.Is(err, spec.ErrSessionNotFound):
		http.Error(w, "Your session has ended. Please try again.", http.StatusConflict)
		return
	case errors.Is(err, ErrTooLarge):
		http.Error(w, "Internal server error.", http.StatusInternalServerError)
	default:
		w.Header().Set("Retry-After", cookie.RetryAfter)
		http.Error(w, "The service is unavailable at the moment. Please try again later.", http.StatusServiceUnavailable)
	}
	st.warn(r.Context(), "storage: a session was not loaded or committed", err)
}

// warn logs a failure that the caller is not told of. That a client gave up is
// none.
func (st *Storage) warn(ctx context.Context, message string, err error) {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return
	}
	st.config.Logger.ErrorContext(ctx, message, "error", err)
}
