package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// Auth tells who sends a request, signs in and signs out. U and S are the
// attribute types of users and sessions. It is safe for concurrent use.
type Auth[U, S any] struct {
	manager    *session.Manager[U, S]
	config     Config
	protection *http.CrossOriginProtection
}

// New returns an Auth for the sessions of a manager. A config that makes no
// sense, or asks for cookies that browsers refuse, is an error.
func New[U, S any](manager *session.Manager[U, S], config Config) (*Auth[U, S], error) {
	if manager == nil {
		return nil, errors.New("web: no manager")
	}
	config, err := config.complete()
	if err != nil {
		return nil, err
	}
	a := &Auth[U, S]{manager: manager, config: config, protection: http.NewCrossOriginProtection()}
	if config.EveryResponse && manager.Renewal() == session.Rotate {
		return nil, errors.New("web: EveryResponse with session.Rotate: late responses would put back tokens that no longer work")
	}
	if err := a.checkCookies(); err != nil {
		return nil, err
	}
	for _, origin := range config.TrustedOrigins {
		if err := a.protection.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("web: TrustedOrigins: %w", err)
		}
	}
	return a, nil
}

// exchange is what is known about one request and its response.
type exchange[U, S any] struct {
	writer *writer
	bearer bool

	mu      sync.Mutex // guards what follows: a handler may use several goroutines
	session session.Session[S]
	user    spec.User[U]
}

// exchange returns that of a request which came through Handler; else nil.
func (a *Auth[U, S]) exchange(r *http.Request) *exchange[U, S] {
	e, _ := r.Context().Value(a).(*exchange[U, S]) // the key is a itself: an application may have several
	return e
}

// Handler returns a handler that validates the session of each request, if it
// presents one, before next runs, and sees to the response's cookie and its
// caching. It wraps all of an application:
//
//	http.ListenAndServe("localhost:8080", auth.Handler(mux))
//
// A request from another origin gets 403 if it may change something (see the
// package's documentation); one whose session could not be validated because
// of the store gets 503 (see [Config].Unavailable). In both cases next does not
// run and no cookie is cleared.
func (a *Auth[U, S]) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.exchange(r) != nil { // this is a Handler within a Handler
			next.ServeHTTP(w, r)
			return
		}
		p := a.presented(r)
		if !p.bearer {
			if err := a.checkOrigin(r); err != nil {
				http.Error(w, "This request was refused: it did not come from a page of this site.", http.StatusForbidden)
				return
			}
		}
		e := &exchange[U, S]{
			writer: &writer{ResponseWriter: w, cookieName: a.config.cookieName(a.config.insecure(r))},
			bearer: p.bearer,
		}
		if err := a.validate(r, p, e); err != nil {
			a.unavailable(w, r, err)
			return
		}
		// Also if next panics, since a handler outside may still answer.
		defer e.writer.finish()
		next.ServeHTTP(e.writer, r.WithContext(context.WithValue(r.Context(), a, e)))
	})
}

// validate fills in the session and the user of a request. An error is the
// store's.
func (a *Auth[U, S]) validate(r *http.Request, p presented, e *exchange[U, S]) error {
	var options []session.ValidateOption
	if p.bearer {
		options = []session.ValidateOption{session.KeepToken}
	}
	// Without a token this calls no store.
	s, user, err := a.manager.Validate(r.Context(), p.token, options...)
	switch {
	case errors.Is(err, session.ErrNoSession):
		// Only a page that is loaded clears the cookie: the answer to an older
		// request of a script may come after a sign-in has set a new one.
		if p.stale && isNavigation(r) {
			e.writer.pending = a.BlankCookies(r)
		}
		return nil
	case err != nil:
		return err
	}
	e.session, e.user = s, user
	if !p.bearer && !s.Token().IsZero() && (s.Fresh || a.config.EveryResponse) {
		e.writer.pending, err = a.Cookies(r, s)
	}
	return err
}

// unavailable answers a request whose session could not be validated.
func (a *Auth[U, S]) unavailable(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil {
		a.config.Logger.ErrorContext(r.Context(), "web: a session could not be validated", "error", err)
	}
	if a.config.Unavailable != nil {
		a.config.Unavailable(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, "The service is not available at the moment. Please try again later.", http.StatusServiceUnavailable)
}

// Session returns the session of a request that came through [Auth.Handler],
// with what the handlers have done to it so far, and whether there is one. It
// may be anonymous.
func (a *Auth[U, S]) Session(r *http.Request) (session.Session[S], bool) {
	e := a.exchange(r)
	if e == nil {
		return session.Session[S]{}, false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.session, !e.session.IsZero()
}

// User returns the user who sent a request that came through [Auth.Handler],
// and whether somebody is signed in.
func (a *Auth[U, S]) User(r *http.Request) (spec.User[U], bool) {
	e := a.exchange(r)
	if e == nil {
		return spec.User[U]{}, false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.user, e.user.ID != ""
}
