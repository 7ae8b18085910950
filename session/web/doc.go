// Package web puts the sessions of package session behind cookies and bearer
// tokens, for any server of net/http.
//
//	auth, err := web.New(manager, web.Config{})
//	…
//	mux.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
//		// … check the password …
//		if _, err := auth.SignIn(w, r, userID, Device{Name: web.DeviceName(r)}); err != nil {
//			http.Error(w, "Please try again later.", http.StatusServiceUnavailable)
//			return
//		}
//		http.Redirect(w, r, "/", http.StatusSeeOther)
//	})
//	mux.Handle("GET /account", auth.Require(http.HandlerFunc(account)))
//	http.ListenAndServe("localhost:8080", auth.Handler(mux))
//
// [Auth.Handler] validates the session of each request once, before the
// handlers run; they ask for it with [Auth.User] and [Auth.Session]. A request
// without a token costs no call of the store.
//
// # Cookies
//
// The cookie is named __Host-session and is Secure, HttpOnly and SameSite=Lax.
// Browsers accept and send that on http://localhost as well. For other hosts
// without TLS there is [Config].Insecure.
//
// A cookie is set when a session begins, is renewed or gets another token, and
// cleared when the user signs out; or when a page is loaded whose session is not
// found or has expired, and not by the answer to a script's request, which may come
// after a sign-in. It is never cleared because the store did not answer. Every response that sets it has
// Cache-Control: no-store, whatever the handler says.
//
// A request may have several cookies of the name: from before Scopes were
// changed, from another application, or planted by another subdomain. Of at
// most four that can be tokens the one with a session counts, if there is just
// one; signing in and clearing delete those of [Config].FormerScopes, too.
//
// # Requests from other sites
//
// A browser sends cookies also with requests that other sites cause. So
// [Auth.Handler] refuses unsafe requests (all but GET, HEAD and OPTIONS) that
// come from another origin, as [http.CrossOriginProtection] does, and two kinds
// more: unsafe requests that have neither Sec-Fetch-Site nor Origin, which no
// current browser sends, and WebSocket handshakes from another origin, although
// they are GETs. The answer is 403. GET requests must therefore change nothing.
//
// Who reads the cookie without Handler has to do the same: use
// [Auth.TokenFromRequest], which checks the request and then gives its token,
// and give that to the manager's Validate. A cookie read with [http.Request.Cookie] must
// not be believed before it is known that the request is safe or comes from
// the application's own origin, that the cookie is there once, and that its
// name is the one that the request's host calls for.
package web
