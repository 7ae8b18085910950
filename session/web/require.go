package web

import "net/http"

// Require returns a handler that calls next for users who are signed in, and
// answers 401 to all other requests (see [Config].Refused). No cache can keep the
// response, even if a handler permits it: the response is no-store, without the
// headers that some caches obey first, such as Expires and CDN-Cache-Control.
// Require works with and without an [Auth.Handler] around it.
func (a *Auth[U, S]) Require(next http.Handler) http.Handler {
	return a.require(next, http.HandlerFunc(a.refuseVisitor))
}

// RequireOrRedirect is Require with a redirect (303) to url, the sign-in page,
// instead of status 401:
//
//	mux.Handle("GET /account", auth.RequireOrRedirect("/sign-in")(account))
func (a *Auth[U, S]) RequireOrRedirect(url string) func(next http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return a.require(next, http.RedirectHandler(url, http.StatusSeeOther))
	}
}

// RequireOrReturn is RequireOrRedirect for a sign-in page that leads back. For a GET
// request, the redirect has the request's path and query as the query parameter
// next, which [Next] reads.
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
