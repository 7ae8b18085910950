// Package session keeps users signed in. Its sessions have an idle period, an
// absolute lifetime and renewal, and are kept in any store of package spec. Package
// web adds cookies and bearer tokens.
//
// A [Manager] creates sessions and validates the tokens that clients present:
//
//	manager, err := session.NewManager(store, session.Config{})
//	…
//	s, err := manager.SignIn(ctx, session.Session[Device]{}, user.ID, Device{Name: "Firefox"})
//	cookie := s.Token().Reveal()
//	…
//	token, err := session.ParseToken(cookie)
//	s, user, err := manager.Validate(ctx, token)
//
// # Tokens
//
// A [Token] is 40 characters of a–z and 0–9. Tokens that were moved from another
// system can also have A–Z. The first 15 characters are the [ID] of the session.
// The ID is public: it can be shown in a list of devices or logged, and grants no
// access. The other 25 characters are the secret. The store keeps only their
// SHA-256, so reading the store is not enough to sign in.
//
// # States
//
// A session is active until ActiveUntil: it is valid. Then it is idle until
// ExpiresAt: it is still valid, and is renewed when it is validated. Then it is
// dead: it has expired. Its absolute lifetime starts at the sign-in. When that is
// over, the session expires, however often it was renewed.
//
// # Renewal
//
// [Extend] moves the times and keeps the token. [Rotate] also issues a new token.
// Both replace the lease of one row by compare-and-swap. If several requests
// validate a session at once, one of them renews it. A renewal never brings back a
// session that has ended. If a renewal fails, the validation still succeeds: the
// token that the client has remains valid.
//
// # Errors
//
// If a token or an id has no valid session, the error is [ErrNoSession], whatever
// the reason. The store's own errors have the classes of package spec. They say
// nothing about the session, so an application should answer 503 and leave the
// cookies unchanged.
package session
