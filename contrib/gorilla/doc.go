// Package tenongorilla keeps the sessions of github.com/gorilla/sessions in any store
// for sessions alone:
//
//	rows, err := postgres.OpenSessions[tenongorilla.Data](ctx, dsn)
//	…
//	store, err := tenongorilla.New(rows, key)
//	…
//	session, err := store.Get(r, "session")
//
// # What is stored
//
// The cookie has a random id, signed, and encrypted if there is a key for that. The row
// of this id has the values, as encoding/gob writes them: register types of your own
// with gob.Register. A cookie that was changed, or signed for a session of another
// name, is an error of Get, beside a new session; an id without a row is just a new
// session. So no client can choose an id, and the row alone does not make a cookie.
//
// # How long a session lives
//
// MaxAge seconds after it was last saved, in the browser and in the store. If MaxAge
// is 0 the browser forgets it when it is closed, and the store a day after it was last
// saved. If it is negative, Save deletes the row and the cookie. The cookie has no end
// of its own, as gorilla's CookieStore has: there is no MaxAge to call beside
// Options.MaxAge.
//
// Rows that have expired are not found, and stay until something deletes them: Run of
// package session's Manager on the same store, as the example does, or the command
// "tenon sweep".
//
// # A new id
//
// Give a session a new id when someone signs in, since a stranger may have given
// the browser the old one. When a session was deleted, saving it again makes one
// with the same values and a new id:
//
//	age := session.Options.MaxAge
//	session.Options.MaxAge = -1
//	err := session.Save(r, w)
//	…
//	session.Options.MaxAge = age
//	err = session.Save(r, w)
//
// # Requests at the same time
//
// Of two requests that save one session the one that saves last wins, for all values.
// A session that another request has deleted is not saved again: Save returns
// spec.ErrSessionNotFound. A session whose ID the application has set is one that the
// store does not have, and so is the same error.
//
// To read a session is one read of the store. To save one costs an insert if it is
// new, and otherwise a read and two updates, of its expiry and its values.
//
// The package has another name than its folder, because the folder has gorilla's.
package tenongorilla
