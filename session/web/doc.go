// Package web carries the sessions of package session in cookies or bearer tokens,
// for any net/http server.
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
// handlers run. Handlers get the result from [Auth.User] and [Auth.Session]. A
// request without a token costs no call of the store.
//
// # Cookies
//
// The cookie is named __Host-session and is Secure, HttpOnly and SameSite=Lax.
// Browsers also accept and send such a cookie on http://localhost. For other hosts
// without TLS, set [Config].Insecure.
//
// A response sets the cookie when a session begins, is renewed or gets a new token.
// A response clears the cookie when the user signs out, or when a page is loaded
// and its session is not found or has expired. The response to a script's request
// does not clear it, because that response may arrive after a sign-in. If the store
// does not answer, the cookie is not cleared. Every response that sets the cookie
// has Cache-Control: no-store, even if the handler sets another value.
//
// A request can have several cookies of this name: one from before Scopes were
// changed, one of another application, or one that another subdomain planted. If at
// most four of them can be tokens, and exactly one session is valid, that session
// counts. Signing in and clearing also delete the cookies of [Config].FormerScopes.
//
// # Requests from other sites
//
// A browser also sends cookies with requests that other sites cause. Therefore
// [Auth.Handler] refuses unsafe requests (all but GET, HEAD and OPTIONS) that
// come from another origin, as [http.CrossOriginProtection] does. It also refuses
// unsafe requests that have neither Sec-Fetch-Site nor Origin, which no current
// browser sends, and WebSocket handshakes from another origin, although they are
// GET requests. The response has status 403. Handlers of GET requests must not
// change anything.
//
// Code that reads the cookie without Handler must do the same. Use
// [Auth.TokenFromRequest], which checks the request before it returns its token,
// and pass the token to the manager's Validate. Do not trust a cookie that was read
// with [http.Request.Cookie] before you have checked that the request is safe or
// comes from the application's own origin, that the cookie is present only once,
// and that it has the right name for the request's host.
package web
