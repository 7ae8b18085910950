package session

import (
	"errors"
	"fmt"

	"github.com/tenon-go/tenon/spec"
)

var (
	// ErrNoSession: the token or the id is not that of a valid session. It may
	// be malformed, unknown, wrong, superseded, expired or ended; which of these
	// is not said.
	ErrNoSession = errors.New("session: no session")

	// ErrNotRecent: the session is valid, but its sign-in is too long ago for
	// what is asked (see [Session.RequireRecent]).
	ErrNotRecent = errors.New("session: sign-in is not recent")

	// ErrUserChanged: the user was changed during a sign-in, so that it does
	// not count (see [IfUser]).
	ErrUserChanged = errors.New("session: the user was changed during the sign-in")

	// ErrTokenReplaced: the session lives on, and the token is not its own, or
	// has been replaced more than once, so that it cannot end the session (see
	// [Manager.SignOut]).
	ErrTokenReplaced = errors.New("session: the token has been replaced, and the session lives on")
)

// errCredential: a row whose credential this version did not write is not
// ErrNoSession, which would sign its owner out for good: a newer version, in
// another process, may be able to read it.
var errCredential = fmt.Errorf("session: credential in an unknown form: %w", spec.ErrFailed)

// hideNotFound turns the store's "session not found" into ErrNoSession and leaves
// all other errors, and nil, as they are.
func hideNotFound(err error) error {
	if errors.Is(err, spec.ErrSessionNotFound) {
		return ErrNoSession
	}
	return err
}
