// Package storage keeps data for visitors between requests: a shopping cart,
// a half-filled form, a message for the next page. It is what Remix and
// SolidStart call session storage, for net/http.
//
// To keep people signed in, package session is made: it lists and ends a user's
// sessions and renews them. A data session knows of no users.
//
// # Where the data is
//
//   - [New] keeps it in any store of package spec: sqlite.OpenSessions[storage.Data], say.
//   - [NewWithCallbacks] keeps it where four functions of yours put it.
//   - [NewInCookie] keeps all of it in the cookie. It is signed, so a client cannot
//     change it, but whoever has the cookie can read it, and a copy of the
//     cookie works until it expires, whatever becomes of the session: Destroy
//     and Regenerate cannot reach it.
//
// With the first two the cookie has an id, signed, so that an id alone opens
// nothing, and no client can have a session under an id of their choice.
//
// # Use
//
// A [Session] is a set of JSON values by name, as it was when it was loaded.
// [Storage.Commit] stores what was changed and sets the cookie;
// [Storage.Middleware] does that for every request, right before the response
// begins:
//
//	store, err := storage.New(sessions, storage.Cookie{Secrets: []string{os.Getenv("SESSION_SECRET")}})
//	…
//	http.ListenAndServe(addr, store.Middleware(mux))
//	…
//	s, err := store.Get(r)
//	err = s.Set("cart", cart)
//
// Of two requests that change one session at the same time the one that commits
// last wins, for all values together and for all flash values together. A
// session that was destroyed in between is not brought back: Commit fails.
//
// A session expires [Cookie].MaxAge after its last commit that changed it, or
// with [Cookie].Rolling, after its last use, and [Cookie].Absolute after its
// first in any case. Rows that have expired stay until [Storage.Run] or
// [Storage.Sweep] deletes them; those of callbacks until you do.
//
// Cookies that are SameSite=Lax keep most forged requests away, not all: wrap
// handlers that change something in [net/http.CrossOriginProtection].
package storage
