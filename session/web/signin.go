package web

import (
	"errors"
	"net/http"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

var (
	errNoHandler = errors.New("web: the request did not come through Auth.Handler")
	errSent      = errors.New("web: the headers have been sent already, or the connection taken over")
)

// SignIn signs a user in on the client that sent r. It creates a session with a new
// token, ends the session that the request has, and sets the cookie. Later calls in
// the same request see the new session and its user, as read before the session was
// created. Call SignIn before the response is written.
//
// The errors are those of [session.Manager.SignIn]. After an error no cookie is set.
// A user who was signed in before still is, unless the outcome in the store is
// unknown.
//
// For "remember me", pass session.Persistent(true) or, if the box is not ticked,
// session.Persistent(false): the session then also expires early in the store (see
// session.Config.NotRemembered). Without this option [Config].EndWithBrowser
// decides. Pass session.IfUser to undo a sign-in that began before a password was
// changed.
//
// If the request has a bearer token, no cookie is set: give the client the token of
// the returned session.
func (a *Auth[U, S]) SignIn(w http.ResponseWriter, r *http.Request, userID string, attributes S, options ...session.CreateOption) (session.Session[S], error) {
	e, err := a.open(r)
	if err != nil {
		return session.Session[S]{}, err
	}
	// Before the sign-in, because nothing may fail after the old session has ended.
	user, err := a.manager.User(r.Context(), userID)
	if err != nil {
		return session.Session[S]{}, err
	}
	old, _ := a.Session(r)
	a.warnPlain(r)
	options = append([]session.CreateOption{session.Persistent(!a.config.EndWithBrowser)}, options...)
	s, err := a.manager.SignIn(r.Context(), old, userID, attributes, options...)
	if err != nil {
		return session.Session[S]{}, err
	}
	a.give(w, r, e, s, user)
	return s, nil
}

// SetSession gives the client that sent r the token of s and makes s the session of
// the request. The session s comes from the manager's Create (for example an
// anonymous session), Renew, RotateNow or Update. If s has no token and is not the
// request's own session, the error is session.ErrNoSession. Call SetSession before
// the response is written.
//
// Browsers delete the cookie when they are closed unless the session is Persistent.
// Pass session.Persistent(true) to Create: only [Auth.SignIn] sets this option for
// you.
func (a *Auth[U, S]) SetSession(w http.ResponseWriter, r *http.Request, s session.Session[S]) error {
	e, err := a.open(r)
	switch {
	case err != nil:
		return err
	case s.IsZero():
		return session.ErrNoSession
	}
	e.mu.Lock()
	user, known := e.user, e.session.ID == s.ID
	e.mu.Unlock()
	if !known {
		if _, user, err = a.manager.Validate(r.Context(), s.Token(), session.ReadOnly()); err != nil {
			return err
		}
	}
	a.give(w, r, e, s, user)
	return nil
}

// warnPlain logs why a sign-in will have no effect.
func (a *Auth[U, S]) warnPlain(r *http.Request) {
	page := r.Header.Get("Origin")
	if page == "" || page == "null" {
		page = r.Header.Get("Referer")
	}
	if a.isPlainPage(r, page) {
		a.config.Logger.WarnContext(r.Context(), "web: sign-in without effect: "+adviceTLS)
	}
}

// give makes s the session of the request and gives the client its token.
func (a *Auth[U, S]) give(w http.ResponseWriter, r *http.Request, e *exchange[U, S], s session.Session[S], user spec.User[U]) {
	// The session has no token if the client has been sent a newer one.
	if cookies, err := a.Cookies(r, s); err == nil && !e.presented.bearer {
		e.writer.Replace(w.Header(), cookies)
	}
	e.put(s, user)
}

// open returns the exchange of a request whose headers can still be changed.
func (a *Auth[U, S]) open(r *http.Request) (*exchange[U, S], error) {
	e := a.exchange(r)
	if e == nil {
		return nil, errNoHandler
	}
	if e.writer.Sent() {
		return nil, errSent
	}
	return e, nil
}

// put sets the session and the user that later calls in the request see.
func (e *exchange[U, S]) put(s session.Session[S], user spec.User[U]) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.session, e.user = s, user
}
