// Package session keeps people signed in: sessions with an idle period, an
// absolute lifetime and renewal, on any store of package spec. Package web
// puts it behind cookies and bearer tokens.
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
// A [Token] is 40 characters of a–z and 0–9 (A–Z too, if it was moved from
// another system). The first 15 are the [ID] of the session. It is public: it
// opens nothing, and is fit for a list of devices or a log line. The other 25 are
// the secret. The store has its SHA-256 only, so that reading the store is not
// enough to sign in.
//
// # States
//
// A session is active until ActiveUntil: valid as it is. Then it is idle until
// ExpiresAt: valid, and renewed when it is validated. Then it is dead: it
// has expired. Whatever renewals it has had, it expires when its absolute lifetime
// is over, which counts from the sign-in.
//
// # Renewal
//
// [Extend] moves the times and keeps the token. [Rotate] also gives a new
// token. Both replace one row's lease by compare and swap, so that of any
// number of validations at once one renews, and a session that was ended stays
// ended. A renewal that does not succeed never fails the validation: the token
// that the client has goes on working.
//
// # Errors
//
// What is not a valid session is [ErrNoSession], whatever the reason. The
// store's own errors have the classes of package spec, and mean that nothing
// is known about the session: an application answers 503, and leaves cookies
// alone.
package session
