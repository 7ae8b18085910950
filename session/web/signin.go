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

// SignIn signs a user in on the client that sent r, whoever was signed in
// before: it creates a session with a new token, ends the one that the request
// has, and sets the cookie. The rest of the request sees the new session and
// its user, as read before. It must be called before the response is written.
// See [session.Manager.SignIn] for its errors; on any error no cookie is set,
// and unless the store cannot say what it did, who was signed in before still is.
//
// "Remember me" is session.Persistent(true), or false where the box is not
// ticked: then the session ends soon in the store, too (see
// session.Config.NotRemembered). Without that option [Config].EndWithBrowser
// decides. With session.IfUser no sign-in counts that began before a password was
// changed.
//
// A request that is judged by its bearer token gets no cookie: give the
// client the token of the session that is returned.
func (a *Auth[U, S]) SignIn(w http.ResponseWriter, r *http.Request, userID string, attributes S, options ...session.CreateOption) (session.Session[S], error) {
	e, err := a.open(r)
	if err != nil {
		return session.Session[S]{}, err
	}
	// First, as nothing may fail once the old session has been ended.
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

// SetSession gives the client that sent r the token of a session and makes it
// the request's: one of the manager's Create (an anonymous one, say), Renew,
// RotateNow or Update. One that has no token and is not the request's own is
// session.ErrNoSession. It must be called before the response is written.
//
// Browsers forget the cookie when they are closed unless the session is
// Persistent: give Create session.Persistent(true). Only [Auth.SignIn] does so by
// itself.
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

// warnPlain tells the developer why a sign-in is going to have no effect.
func (a *Auth[U, S]) warnPlain(r *http.Request) {
	page := r.Header.Get("Origin")
	if page == "" || page == "null" {
		page = r.Header.Get("Referer")
	}
	if a.isPlainPage(r, page) {
		a.config.Logger.WarnContext(r.Context(), "web: sign-in without effect: "+adviceTLS)
	}
}

// give makes a session the request's, and has the client get its token.
func (a *Auth[U, S]) give(w http.ResponseWriter, r *http.Request, e *exchange[U, S], s session.Session[S], user spec.User[U]) {
	// There is no token where the client has been sent a newer one.
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

// put sets what the rest of the request sees.
func (e *exchange[U, S]) put(s session.Session[S], user spec.User[U]) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.session, e.user = s, user
}
