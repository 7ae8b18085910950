package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/spec"
)

// ErrMethod: a request with a safe method, which another site can cause, asks
// to sign out.
var ErrMethod = errors.New("web: signing out needs a POST request")

// SignOut ends the session of the request, and clears the cookie. The rest of
// the request has no user. Without a session there is nothing to end,
// which is no error. It must be called before the response is written.
//
// When it returns nil no token of the session works any more, even if another
// request has just replaced it: whoever presents the token before the newest one
// may end the session (see [session.Manager.SignOut]). Of several cookies it ends
// every session whose token is there; more than four of one name are an error.
//
// A request with the method GET, HEAD or OPTIONS is ErrMethod. One with cookies
// that are not read, because it comes from elsewhere to one of UncheckedPatterns,
// is ErrOrigin. If the token has
// been replaced more than once and the session lives, the error is
// session.ErrTokenReplaced; any other error is the store's. After each of these
// the session may not have been ended, so the cookie stays: say so to the user,
// who is not signed out and can try again.
func (a *Auth[U, S]) SignOut(w http.ResponseWriter, r *http.Request) error {
	return a.signOut(w, r, func(s session.Session[S]) error {
		return a.manager.Invalidate(r.Context(), s.ID)
	}, a.manager.SignOut)
}

// SignOutEverywhere ends all sessions of the user who sent the request, and is
// SignOut in all else.
func (a *Auth[U, S]) SignOutEverywhere(w http.ResponseWriter, r *http.Request) error {
	return a.signOut(w, r, func(s session.Session[S]) error {
		if s.UserID == "" {
			return a.manager.Invalidate(r.Context(), s.ID)
		}
		return a.manager.InvalidateUser(r.Context(), s.UserID)
	}, a.manager.SignOutEverywhere)
}

// signOut ends the request's own session by own, and what else its tokens were
// for by token.
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

// SignOutElsewhere ends all sessions of the user who sent the request but this
// one, which goes on with a new token: for a password that was changed, once the
// change is stored (see [session.Manager.InvalidateOthers]). Without a user it is
// session.ErrNoSession. It must be called before the response is written. The
// client of a request that is judged by its bearer token has to be given the new
// token, which [Auth.Session] then has.
//
// Any other error is the store's: others may still be signed in. Say so to the
// user, who can try again.
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
