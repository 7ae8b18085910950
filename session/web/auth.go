package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/internal/cookie"
	"github.com/tenon-go/tenon/spec"
)

// Auth authenticates requests, and signs users in and out. U and S are the types of
// the attributes of users and sessions. An Auth is safe for concurrent use.
type Auth[U, S any] struct {
	manager    *session.Manager[U, S]
	config     Config
	cookie     *cookie.Cookie
	protection *http.CrossOriginProtection
	unchecked  *http.ServeMux // matches UncheckedPatterns; nil without patterns
}

// New returns an Auth for the sessions of a manager. It returns an error if the
// config is not valid or describes cookies that browsers refuse.
func New[U, S any](manager *session.Manager[U, S], config Config) (*Auth[U, S], error) {
	if manager == nil {
		return nil, errors.New("web: no manager")
	}
	config, carrier, err := config.complete()
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	a := &Auth[U, S]{manager: manager, config: config, cookie: carrier, protection: http.NewCrossOriginProtection()}
	if config.EveryResponse && manager.Renewal() == session.Rotate {
		return nil, errors.New("web: EveryResponse with session.Rotate: late responses would put back tokens that no longer work")
	}
	if err := a.trust(config.TrustedOrigins); err != nil {
		return nil, fmt.Errorf("web: TrustedOrigins: %w", err)
	}
	if a.unchecked, err = newPatterns(config.UncheckedPatterns); err != nil {
		return nil, fmt.Errorf("web: UncheckedPatterns: %w", err)
	}
	return a, nil
}

// exchange is the state of one request and its response.
type exchange[U, S any] struct {
	writer    cookie.Writer
	presented presented
	unread    bool             // the request comes from another origin and matches UncheckedPatterns, so its cookies are not read
	first     [1]session.Token // space for presented.tokens, to save an allocation

	mu      sync.Mutex // guards the fields below: a handler may use several goroutines
	session session.Session[S]
	user    spec.User[U]
}

// exchange returns the exchange of a request that came through Handler. For any
// other request it returns nil.
func (a *Auth[U, S]) exchange(r *http.Request) *exchange[U, S] {
	e, _ := r.Context().Value(a).(*exchange[U, S]) // the key is a itself: an application may have several Auths
	return e
}

// Handler returns a handler that validates the session of each request with a
// token, and then calls next. It also sets the cookie and the caching headers of the
// response. Wrap the whole application in it:
//
//	http.ListenAndServe("localhost:8080", auth.Handler(mux))
//
// Every response has "Vary: Cookie". A response that sets the cookie has
// "Cache-Control: no-store", which handlers cannot override. For any other response
// the handler's own caching headers are kept. If the handler sets none, the response
// is "private, no-store" if the request had a cookie or bearer token, or if a
// handler called [Auth.Session] or [Auth.User]. So no shared cache shows the page of
// one user to another, and the Back button does not show it after the sign-out. For
// files that are the same for all users, set Cache-Control or serve them outside
// Handler.
//
// Handler answers 403 to a request from another origin that can change something
// (see the package's documentation). It answers 503 if the store's error prevents the
// validation of a session (see [Config].Unavailable). In both cases it does not call
// next and clears no cookie.
func (a *Auth[U, S]) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.exchange(r) != nil { // a Handler within a Handler
			next.ServeHTTP(w, r)
			return
		}
		e := new(exchange[U, S])
		e.writer.Init(a.cookie, w, r, nil)
		// Even if next panics, since an outer handler may still respond.
		defer e.writer.Finish()
		e.presented = a.readTokens(r, e.first[:0])
		if e.presented.bearer {
			e.writer.SetPersonal()
		} else if reason := a.checkOrigin(r); reason != "" {
			if !a.isUnchecked(r) {
				a.refuseOrigin(&e.writer, r, reason)
				return
			}
			e.presented, e.unread = presented{}, true
		}
		if err := a.validate(r, e); err != nil {
			a.answerUnavailable(&e.writer, r, err)
			return
		}
		next.ServeHTTP(&e.writer, r.WithContext(context.WithValue(r.Context(), a, e)))
	})
}

// validate sets the session and the user of a request. Its errors are the store's.
func (a *Auth[U, S]) validate(r *http.Request, e *exchange[U, S]) error {
	p := &e.presented
	if p.bearer {
		s, user, err := a.choose(r.Context(), p.tokens, session.KeepToken())
		if errors.Is(err, session.ErrNoSession) {
			return nil
		}
		e.session, e.user = s, user
		return err
	}
	s, user, err := a.choose(r.Context(), p.tokens)
	former := false
	for i := 0; i < len(p.former) && errors.Is(err, session.ErrNoSession); i++ {
		s, user, err = a.choose(r.Context(), p.former[i])
		former = err == nil
	}
	switch {
	case errors.Is(err, errSeveral):
		return nil
	case errors.Is(err, session.ErrNoSession):
		// Only loading a page clears the cookie: the response to an older request of
		// a script may arrive after a sign-in has set a new cookie.
		if p.stale && isNavigation(r) {
			e.writer.SetPending(a.BlankCookies(r))
		}
		return nil
	case err != nil:
		return err
	}
	e.session, e.user = s, user
	if !s.Token().IsZero() && (s.Fresh || former || a.config.EveryResponse) {
		cookies, err := a.Cookies(r, s)
		if err != nil {
			return err
		}
		e.writer.SetPending(cookies)
	}
	return nil
}

// errSeveral: the request has cookies of several valid sessions, and it is unknown
// which of them the user signed in with.
var errSeveral = errors.New("web: cookies of several sessions")

// choose validates the token that has a session. If there is no such token, the
// error is session.ErrNoSession.
func (a *Auth[U, S]) choose(ctx context.Context, tokens []session.Token, options ...session.ValidateOption) (session.Session[S], spec.User[U], error) {
	token, err := a.pick(ctx, tokens)
	if err != nil {
		return session.Session[S]{}, spec.User[U]{}, err
	}
	return a.manager.Validate(ctx, token, options...)
}

// pick returns the token that has a session. If there is only one token, it returns
// that without calling the store.
func (a *Auth[U, S]) pick(ctx context.Context, tokens []session.Token) (session.Token, error) {
	if len(tokens) == 1 {
		return tokens[0], nil
	}
	var chosen session.Session[S]
	var token session.Token
	for _, candidate := range tokens {
		s, err := a.manager.ValidateSession(ctx, candidate, session.ReadOnly())
		switch {
		case errors.Is(err, session.ErrNoSession):
			continue
		case err != nil:
			return session.Token{}, err
		case !chosen.IsZero() && chosen.ID != s.ID:
			return session.Token{}, errSeveral
		case chosen.IsZero() || chosen.Token().IsZero(): // of two tokens of one session, the newer one
			chosen, token = s, candidate
		}
	}
	if chosen.IsZero() {
		return session.Token{}, session.ErrNoSession
	}
	return token, nil
}

// answerUnavailable answers a request whose session could not be validated.
func (a *Auth[U, S]) answerUnavailable(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("Retry-After", cookie.RetryAfter)
	if r.Context().Err() == nil {
		a.config.Logger.ErrorContext(r.Context(), "web: a session could not be validated", "error", err)
	}
	if a.config.Unavailable != nil {
		a.config.Unavailable(w, r, err)
		return
	}
	cookie.NoStore(w.Header())
	http.Error(w, "The service is not available at the moment. Please try again later.", http.StatusServiceUnavailable)
}

// Session returns the session of a request that came through [Auth.Handler], and
// whether there is one. It includes the changes that handlers have made during the
// request. The session can be anonymous.
func (a *Auth[U, S]) Session(r *http.Request) (session.Session[S], bool) {
	e := a.exchange(r)
	if e == nil {
		return session.Session[S]{}, false
	}
	e.writer.SetPersonal()
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.session, !e.session.IsZero()
}

// User returns the user who sent a request that came through [Auth.Handler],
// and whether a user is signed in.
func (a *Auth[U, S]) User(r *http.Request) (spec.User[U], bool) {
	e := a.exchange(r)
	if e == nil {
		return spec.User[U]{}, false
	}
	e.writer.SetPersonal()
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.user, e.user.ID != ""
}

// TokenFromRequest returns the token of a request, for programs that do not use
// [Auth.Handler]. It does not validate the token: pass it to the manager's Validate.
//
// If the cookies of the request must not be trusted, the error is ErrOrigin. If the
// request has no well-formed token, the error is session.ErrNoSession. If it has
// several cookies, TokenFromRequest calls the store and returns the token of the only
// one that has a session. It returns the store's errors unchanged. It does not read
// cookies with former names.
func (a *Auth[U, S]) TokenFromRequest(r *http.Request) (session.Token, error) {
	p := a.readTokens(r, nil)
	if !p.bearer && a.checkOrigin(r) != "" {
		return session.Token{}, ErrOrigin
	}
	token, err := a.pick(r.Context(), p.tokens)
	if errors.Is(err, errSeveral) {
		err = session.ErrNoSession
	}
	return token, err
}
