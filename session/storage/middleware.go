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

// findCurrent returns the session of a request that came through the middleware.
func (st *Storage) findCurrent(r *http.Request) (*current, bool) {
	c, ok := r.Context().Value(contextKey{st}).(*current)
	return c, ok
}

// Middleware returns a handler that loads the session of each request, which
// [Storage.Get] then returns, calls next, and commits the session immediately before
// the response begins. If next panics before that, nothing is committed. If it panics
// later, the changes that it made after the commit are lost.
//
// If the session cannot be loaded, next is not called. If it cannot be committed, the
// response of next is dropped and its calls of Write fail. The response is then 503,
// or 409 if next changed a session that another request has destroyed, or 500 if the
// session is too large for its cookie.
//
// Every response has "Vary: Cookie". A response that sets the cookie has
// "Cache-Control: no-store", which next cannot override. For any other response the
// caching headers of next are kept. If next sets none, the response is "private,
// no-store" if the request had the cookie or if next called [Storage.Get]. So no
// shared cache shows the page of one visitor to another, and the Back button does not
// show it after the end of the session. For files that are the same for all visitors,
// set Cache-Control or serve them outside the middleware.
//
// A session can change after the response has begun, for example because a template
// reads a flash value. Such a change is stored if it needs no new cookie. Otherwise
// it is lost, and an error is logged.
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

// saveLate stores the changes that were made after the response began.
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

// ofThePage are headers that describe one page and would be wrong for an error page.
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

// warn logs a failure that the caller is not told of. It ignores the errors of
// contexts, because then the client gave up.
func (st *Storage) warn(ctx context.Context, message string, err error) {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return
	}
	st.config.Logger.ErrorContext(ctx, message, "error", err)
}
