package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// ErrMethod: SignOut was called for a request with a safe method, which another
// site can cause.
var ErrMethod = errors.New("web: signing out needs a POST request")

// SignOut ends the session of the request and clears the cookie. Later calls in the
// same request see no user. Without a session SignOut returns nil. Call it before
// the response is written.
//
// When SignOut returns nil, no token of the session is valid, even if another
// request has just replaced the token: the token before the newest one can also end
// the session (see [session.Manager.SignOut]). If the request has several cookies,
// SignOut ends the session of each. More than four cookies of one name are an error.
//
// If the method is GET, HEAD or OPTIONS, the error is ErrMethod. If the request
// comes from another origin and matches [Config].UncheckedPatterns, its cookies are
// not read: the error is ErrOrigin if it has one. If the token has been replaced more
// than once and the session is valid, the error is session.ErrTokenReplaced. Any
// other error is the store's. After an error the session may still be valid, and the
// cookie is not cleared. Tell the user, who can try again.
func (a *Auth[U, S]) SignOut(w http.ResponseWriter, r *http.Request) error {
	return a.signOut(w, r, func(s session.Session[S]) error {
		return a.manager.Invalidate(r.Context(), s.ID)
	}, a.manager.SignOut)
}

// SignOutEverywhere is SignOut for all sessions of the user who sent the request.
func (a *Auth[U, S]) SignOutEverywhere(w http.ResponseWriter, r *http.Request) error {
	return a.signOut(w, r, func(s session.Session[S]) error {
		if s.UserID == "" {
			return a.manager.Invalidate(r.Context(), s.ID)
		}
		return a.manager.InvalidateUser(r.Context(), s.UserID)
	}, a.manager.SignOutEverywhere)
}

// signOut calls own to end the request's own session, and token to end the sessions
// of the request's other tokens.
func (a *Auth[U, S]) signOut(w http.ResponseWriter, r *http.Request, own func(session.Session[S]) error,
	token func(context.Context, session.Token) error) error {
	if isSafe(r) {
		return ErrMethod
	}
	e, err := a.open(r)
	if err != nil {
		return err
	}
	switch {
	case e.unread && a.cookie.Presented(r):
		return ErrOrigin
	case e.presented.err != nil:
		e.writer.SetPending(nil) // no cookie is cleared
		return fmt.Errorf("web: %w", e.presented.err)
	}
	current, signedIn := a.Session(r)
	if signedIn {
		if err := own(current); err != nil {
			return err
		}
	}
	for _, t := range e.presented.all() {
		if t.ID() == current.ID {
			continue
		}
		err := token(r.Context(), t)
		if errors.Is(err, session.ErrTokenReplaced) && signedIn {
			continue // perhaps a planted cookie
		}
		if err != nil {
			e.writer.SetPending(nil) // no cookie is cleared
			return err
		}
	}
	if !e.presented.bearer {
		e.writer.Replace(w.Header(), a.BlankCookies(r))
	}
	e.put(session.Session[S]{}, spec.User[U]{})
	return nil
}

// SignOutElsewhere ends all sessions of the user who sent the request except the
// session of the request, and gives that a new token. Call it after a new password
// has been stored (see [session.Manager.InvalidateOthers]), and before the response
// is written. If the request has a bearer token, give the client the new token,
// which [Auth.Session] then returns.
//
// If no user is signed in, the error is session.ErrNoSession. Any other error is the
// store's: other devices may still be signed in. Tell the user, who can try again.
func (a *Auth[U, S]) SignOutElsewhere(w http.ResponseWriter, r *http.Request) error {
	if _, err := a.open(r); err != nil {
		return err
	}
	current, _ := a.Session(r)
	s, err := a.manager.InvalidateOthers(r.Context(), current)
	if err != nil {
		return err
	}
	return a.SetSession(w, r, s)
}
