package web

import (
	"net/http"

	"github.com/tenon-go/tenon/session"
)

// refuseOrigin answers a request that came from somewhere else.
func (a *Auth[U, S]) refuseOrigin(w http.ResponseWriter, r *http.Request, reason string) {
	// The path, not the query: that may have secrets in it.
	a.config.Logger.WarnContext(r.Context(), "web: request refused (403): "+reason, "method", r.Method, "path", r.URL.Path)
	a.refuse(w, r, ErrOrigin, "This request was refused: it did not come from a page of this site.", http.StatusForbidden)
}

// refuseVisitor answers a request that needs a user who is signed in.
func (a *Auth[U, S]) refuseVisitor(w http.ResponseWriter, r *http.Request) {
	if a.config.Bearer {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	a.refuse(w, r, session.ErrNoSession, "Please sign in.", http.StatusUnauthorized)
}

func (a *Auth[U, S]) refuse(w http.ResponseWriter, r *http.Request, err error, text string, status int) {
	if a.config.Refused != nil {
		a.config.Refused(w, r, err)
		return
	}
	http.Error(w, text, status)
}
