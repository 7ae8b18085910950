package web

import "net/http"

// Require returns a handler that runs next for users who are signed in, and
// answers 401 to all others (see [Config].Refused). No cache may keep the
// response, whatever the handlers say: it is no-store, without the headers that
// some caches obey first, such as Expires and CDN-Cache-Control. It needs no
// [Auth.Handler] around it, but works with one.
func (a *Auth[U, S]) Require(next http.Handler) http.Handler {
	return a.require(next, http.HandlerFunc(a.refuseVisitor))
}

// RequireOrRedirect is Require with a redirect (303) to url, the page to sign
// in on, in place of 401:
//
//	mux.Handle("GET /account", auth.RequireOrRedirect("/sign-in")(account))
func (a *Auth[U, S]) RequireOrRedirect(url string) func(next http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return a.require(next, http.RedirectHandler(url, http.StatusSeeOther))
	}
}

// RequireOrReturn is RequireOrRedirect for a page to sign in on that leads back:
// the redirect has the path of a GET request, with its query, as the query
// parameter next, which [Next] reads.
//
//	mux.Handle("GET /orders/{id}", auth.RequireOrReturn("/sign-in")(order))
func (a *Auth[U, S]) RequireOrReturn(url string) func(next http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return a.require(next, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, withNext(url, r), http.StatusSeeOther)
		}))
	}
}

func (a *Auth[U, S]) require(next, otherwise http.Handler) http.Handler {
	return a.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := a.exchange(r)
		e.writer.SetPrivate()
		if _, ok := a.User(r); !ok {
			otherwise.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	}))
}
