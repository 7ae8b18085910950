package session

import (
	"errors"
	"fmt"

	"github.com/tenon-go/tenon/spec"
)

var (
	// ErrNoSession: the token or the id has no valid session. It may be malformed,
	// unknown, wrong, superseded, expired or ended; the error does not say which.
	ErrNoSession = errors.New("session: no session")

	// ErrNotRecent: the session is valid, but the user signed in too long ago for
	// the requested action (see [Session.RequireRecent]).
	ErrNotRecent = errors.New("session: sign-in is not recent")

	// ErrUserChanged: the user was changed during the sign-in, so the sign-in was
	// undone (see [IfUser]).
	ErrUserChanged = errors.New("session: the user was changed during the sign-in")

	// ErrTokenReplaced: the token cannot end the session, which is still valid. The
	// token has been replaced more than once, or was never one of this session (see
	// [Manager.SignOut]).
	ErrTokenReplaced = errors.New("session: the token has been replaced, and the session lives on")
)

// errCredential: this version cannot decode the credential. A newer version in
// another process may have written it and can decode it. Therefore the error is not
// ErrNoSession, which would sign the user out for good.
var errCredential = fmt.Errorf("session: credential in an unknown form: %w", spec.ErrFailed)

// hideNotFound turns the store's ErrSessionNotFound into ErrNoSession. It returns
// all other errors, and nil, unchanged.
func hideNotFound(err error) error {
	if errors.Is(err, spec.ErrSessionNotFound) {
		return ErrNoSession
	}
	return err
}
