// Package tenongorilla keeps the sessions of github.com/gorilla/sessions in any
// spec.SessionStore:
//
//	rows, err := postgres.OpenSessions[tenongorilla.Data](ctx, dsn)
//	…
//	store, err := tenongorilla.New(rows, key)
//	…
//	session, err := store.Get(r, "session")
//
// # What is stored
//
// The cookie has a random id. It is signed, and encrypted if you give a key for that.
// The row with this id has the values, encoded with encoding/gob. Register your own
// types with gob.Register. For a cookie that was changed, or that was signed for a session
// with another name, Get returns an error and a new session. For an id without a row it
// returns a new session and no error. So a client cannot choose an id, and a row is not
// enough to make a cookie.
//
// # How long a session lives
//
// A session lives for Options.MaxAge seconds after it was last saved, in the browser and
// in the store. If MaxAge is 0, the browser forgets it when the browser closes, and the
// store a day after it was last saved. If MaxAge is negative, Save deletes the row and
// the cookie. Unlike that of gorilla's CookieStore, the value of the cookie does not
// expire, so there is no method MaxAge to call besides setting Options.MaxAge.
//
// Expired rows are not found, but stay until they are deleted: by Run of package
// session's Manager on the same store, as in the example, or by the command "tenon
// sweep".
//
// # A new id
//
// Give a session a new id when a user signs in, since an attacker may have given the
// browser the old one. Saving a deleted session creates one with the same values and a
// new id:
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
// If two requests save the same session, the last save wins, for all values. Save never
// creates a session again that another request has deleted: it returns
// spec.ErrSessionNotFound. It returns the same error if the application has set the
// session's ID, since the store has no such session.
//
// Reading a session costs one read of the store. Saving a new one costs an insert. Saving
// an existing one costs a read and two updates, of its expiry and its values.
//
// The package is not named like its folder, since gorilla is the name of the other
// project.
package tenongorilla
