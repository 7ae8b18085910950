// Package split keeps users in one store and sessions in another. For example, it can
// keep the users in the application's main database and the sessions in one that is
// nearer or faster. Any two adapters can be combined.
//
//	users, err := postgres.Open[Person, struct{}](ctx, usersDSN)
//	…
//	sessions, err := sqlite.OpenSessions[Device](ctx, "sessions.db")
//	…
//	store, err := split.New(users, sessions)
//
// The split store owns the two other stores and closes them when it is closed. You can
// still call the users' store directly, except for its DeleteUser, which would not
// delete the user's sessions.
//
// If a call uses both stores, the field Adapter of its [spec.Error] says which of them
// failed: "split/users" or "split/sessions".
//
// # Weaknesses
//
// A transaction cannot span two stores. A call that uses both therefore works in steps,
// and other calls can see the state between two steps. The adapter declares the
// weakness Stepwise.
//
// CreateSession inserts the session and then reads its user. If the user does not
// exist, it deletes the session again. Until then Session and UserSessions return the
// session, but SessionAndUser does not.
//
// DeleteUser deletes the user and then the user's sessions. If the second step fails,
// the error is spec.ErrIndeterminate. Calling DeleteUser again deletes the remaining
// sessions, even though the user no longer exists.
//
// Two events leave sessions without a user: a crash between the two steps, and an insert
// that the database executes after its answer was lost. SessionAndUser does not return
// such sessions. A later DeleteUser or DeleteUserSessions of that user, or a sweep,
// deletes them. Session and UserSessions do return them. In package session only
// Validate, which reads the user, treats them as unknown.
//
// If a user is deleted and another is created with the same id while a session is
// created, the session can become one of the new user. Do not reuse the ids of deleted
// users.
//
// If one of the stores declares StaleReads, a step can miss what the step before has
// written, and a session can outlive its user. The adapter then declares Orphans.
//
// SessionAndUser reads first the one store and then the other.
package split
