package web

import (
	"net/http"
	"reflect"

	"github.com/tenon-go/tenon/session"
)

// Update calls change with the attributes of the request's session and stores those
// that it modifies, as [session.Manager.Update] does. Its errors are those of that
// method. Later calls in the same request see the new attributes.
//
// If the visitor has no session, Update creates an anonymous one and sets its
// cookie. It must then be called before the response is written. Each such session
// is a row in the store. Robots keep no cookies, so each of their requests that
// calls Update adds a row. If change leaves all attributes zero, Update stores
// nothing and returns the zero Session.
//
// If the request has a bearer token but no session, the error is
// session.ErrNoSession. If the request comes from another origin and matches
// [Config].UncheckedPatterns, its cookies are not read and the error is ErrOrigin:
// a new session would replace the one of the browser.
//
// Use an attribute of type storage.Data for small data, such as messages for the
// next page or a half-filled form. If two requests change the same attribute at the
// same time, the last one overwrites all of it.
func (a *Auth[U, S]) Update(w http.ResponseWriter, r *http.Request, change func(*S)) (session.Session[S], error) {
	e := a.exchange(r)
	if e == nil {
		return session.Session[S]{}, errNoHandler
	}
	if s, ok := a.Session(r); ok {
		s, err := a.manager.Update(r.Context(), s, change)
		if err != nil {
			return session.Session[S]{}, err
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.session.ID == s.ID {
			e.session = s
		}
		return s, nil
	}
	switch {
	case e.presented.bearer:
		return session.Session[S]{}, session.ErrNoSession
	case e.unread:
		return session.Session[S]{}, ErrOrigin
	}
	if _, err := a.open(r); err != nil { // a session without its cookie would be useless
		return session.Session[S]{}, err
	}
	var attributes S
	change(&attributes)
	if reflect.ValueOf(attributes).IsZero() {
		return session.Session[S]{}, nil
	}
	s, err := a.manager.Create(r.Context(), "", attributes, session.Persistent(!a.config.EndWithBrowser))
	if err != nil {
		return session.Session[S]{}, err
	}
	return s, a.SetSession(w, r, s)
}
