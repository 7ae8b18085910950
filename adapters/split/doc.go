// Package split keeps users in one store and sessions in another, any two: the
// users in the database that an application has, say, and the sessions in one
// that is nearer or faster.
//
//	users, err := postgres.Open[Person, struct{}](ctx, usersDSN)
//	…
//	sessions, err := sqlite.OpenSessions[Device](ctx, "sessions.db")
//	…
//	store, err := split.New(users, sessions)
//
// The store owns both others: closing it closes them, so nothing else has to. Calls
// on the users' store itself are possible, but for DeleteUser, which would leave the
// user's sessions.
//
// In errors of calls that concern both stores, spec.Error's Adapter says which of
// them the error is of: "split/users" or "split/sessions".
//
// # What it cannot promise
//
// No transaction spans two stores, so calls that concern both go in steps,
// which others can see; the adapter declares that as the weakness Stepwise.
//
// CreateSession inserts the session and then looks for its user. If the user is
// not there, the session is taken back; until then Session and UserSessions
// return it, whereas SessionAndUser never does.
//
// DeleteUser deletes the user and then the user's sessions. If the second step
// fails the error is spec.ErrIndeterminate, and calling it again does what is
// left, though the user is gone. A crash between two steps, or an insertion whose
// answer is lost and that is applied later still, leaves sessions that
// SessionAndUser does not return, and that a later DeleteUser or
// DeleteUserSessions of that user, or the sweep, removes. Session and
// UserSessions return them: of package session's calls only Validate, which
// asks for the user, treats them as unknown.
//
// If a user is deleted, and another created with the same id, while a session
// is created, the session may end up as the new user's: do not give ids of
// deleted users to others.
//
// If either store declares StaleReads, a step may miss what the one before has
// written, and a session may outlive its user: the adapter declares Orphans.
//
// SessionAndUser is one read of each store, one after the other.
package split
