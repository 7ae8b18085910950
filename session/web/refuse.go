package web

import (
	"net/http"

	"github.com/tenon-go/tenon/session"
)

// refuseOrigin responds to a request that failed the check of its origin.
func (a *Auth[U, S]) refuseOrigin(w http.ResponseWriter, r *http.Request, reason string) {
	// Log only the path: the query may contain secrets.
	a.config.Logger.WarnContext(r.Context(), "web: request refused (403): "+reason, "method", r.Method, "path", r.URL.Path)
	a.refuse(w, r, ErrOrigin, "This request was refused: it did not come from a page of this site.", http.StatusForbidden)
}

// refuseVisitor responds to a visitor who must sign in first.
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
