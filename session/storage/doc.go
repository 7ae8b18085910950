// Package storage keeps data for visitors between requests: a shopping cart,
// a half-filled form, a message for the next page. It offers for net/http what
// Remix and SolidStart call session storage.
//
// To keep users signed in, use package session, which can list, renew and end a
// user's sessions. The sessions of package storage belong to no user.
//
// # Where the data is kept
//
//   - [New] keeps it in any store of package spec, for example one opened with
//     sqlite.OpenSessions[storage.Data].
//   - [NewWithCallbacks] keeps it wherever your four functions put it.
//   - [NewInCookie] keeps all of it in the cookie. The cookie is signed, so a client
//     cannot change the data, but anyone who has the cookie can read it. A copy of
//     the cookie is valid until it expires: Destroy and Regenerate do not affect it.
//
// With the first two the cookie contains a signed id. The id alone grants no access,
// and a client cannot choose the id of its session.
//
// # Use
//
// A [Session] is a set of named JSON values, as it was when it was loaded.
// [Storage.Commit] stores its changes and sets the cookie. [Storage.Middleware]
// commits the session of every request immediately before the response begins:
//
//	store, err := storage.New(sessions, storage.Cookie{Secrets: []string{os.Getenv("SESSION_SECRET")}})
//	…
//	http.ListenAndServe(addr, store.Middleware(mux))
//	…
//	s, err := store.Get(r)
//	err = s.Set("cart", cart)
//
// If two requests change one session at the same time, the last commit overwrites
// all values if it changed any, and all flash values if it changed any. A session
// that another request has destroyed is not created again: Commit fails.
//
// A session expires [Cookie].MaxAge after the last commit that changed it or, with
// [Cookie].Rolling, after its last use. In any case it expires [Cookie].Absolute
// after its first commit. [Storage.Run] and [Storage.Sweep] delete expired rows.
// Rows that callbacks keep you must delete yourself.
//
// The attribute SameSite=Lax prevents most forged requests, but not all. Wrap
// handlers that change something in [net/http.CrossOriginProtection].
package storage
