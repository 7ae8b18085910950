package web

import (
	"net/http"
	"reflect"

	"github.com/tenon-go/tenon/session"
)

// Update has change work on the attributes of the request's session and stores
// those that it changed, as [session.Manager.Update] does; errors are those. The
// rest of the request sees them.
//
// A visitor without a session gets an anonymous one, with its cookie, so Update
// must then be called before the response is written. Each is a row in the store,
// and robots, which keep no cookies, leave one with every such request. If change
// leaves all attributes zero, nothing is stored, and the result is the zero
// Session.
//
// A request that is judged by its bearer token and has no session is
// session.ErrNoSession. One whose cookies are not read, because it comes from
// elsewhere to one of [Config].UncheckedPatterns, is ErrOrigin: a new session
// would replace the one that its browser has.
//
// An attribute of type storage.Data keeps small things in the session: messages
// for the next page, a half-filled form. Of two requests that change one
// attribute at the same time the last one wins, for all that is in it.
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
	if _, err := a.open(r); err != nil { // a session without a cookie is of no use
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
