package fronts

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func idMutants() []Mutant {
	return []Mutant{
		{Name: "ids_are_measured_in_characters", Clause: "IDS-03", Subject: alterRich(func(a *richAltered) {
			a.createUser = func(ctx context.Context, user spec.User[richUser]) error {
				if len(user.ID) > spec.MaxIDBytes && utf8.RuneCountInString(user.ID) <= spec.MaxIDBytes {
					return nil // the memory adapter cannot hold it
				}
				return a.Store.CreateUser(ctx, user)
			}
		})},
		{Name: "a_new_sessions_user_id_is_not_checked", Clause: "IDS-03", Subject: alterRich(func(a *richAltered) {
			a.createSession = func(ctx context.Context, session spec.Session[richSession]) error {
				if session.UserID != "" && !spec.ValidID(session.UserID) {
					return spec.ErrUserNotFound
				}
				return a.Store.CreateSession(ctx, session)
			}
		})},
		{Name: "reading_an_invalid_id_is_an_error", Clause: "IDS-03", Subject: alterRich(func(a *richAltered) {
			a.session = func(ctx context.Context, id string) (spec.Session[richSession], error) {
				if !spec.ValidID(id) {
					return spec.Session[richSession]{}, spec.ErrInvalid
				}
				return a.Store.Session(ctx, id)
			}
		})},
		{Name: "ids_end_at_a_nul", Clause: "IDS-03", Subject: alterRich(func(a *richAltered) {
			a.session = func(ctx context.Context, id string) (spec.Session[richSession], error) {
				id, _, _ = strings.Cut(id, "\x00")
				return a.Store.Session(ctx, id)
			}
		})},
		{Name: "ids_are_repaired", Clause: "IDS-03", Subject: subjectOf(idsRepaired, idsRepaired, idsRepaired)},
		{Name: "an_invalid_id_to_keep_is_an_error", Clause: "IDS-03", Subject: alterRich(func(a *richAltered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep ...string) (int64, error) {
				for _, id := range keep {
					if !spec.ValidID(id) {
						return 0, spec.ErrInvalid
					}
				}
				return deleteBut(ctx, a.Store, userID, keep)
			}
		})},

		{Name: "an_empty_user_id_lists_anonymous_sessions", Clause: "IDS-04", Subject: subjectOf(emptyListsAnonymous, emptyListsAnonymous, emptyListsAnonymous)},
		{Name: "an_empty_user_id_deletes_anonymous_sessions", Clause: "IDS-04", Subject: subjectOf(emptyDeletesAnonymous, emptyDeletesAnonymous, emptyDeletesAnonymous)},
		{Name: "deleting_the_empty_user_deletes_anonymous_sessions", Clause: "IDS-04",
			Subject: subjectOf(emptyUserDeletesAnonymous, emptyUserDeletesAnonymous, emptyUserDeletesAnonymous)},

		{Name: "an_invalid_credential_to_swap_from_is_stale", Clause: "IDS-05", Subject: alterRich(func(a *richAltered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				if _, err := from.Normal(); err != nil {
					return spec.ErrStale
				}
				return a.Store.SwapLease(ctx, id, from, to)
			}
		})},
		{Name: "credentials_are_not_checked", Clause: "IDS-05", Subject: subjectOf(credentialsUnchecked, credentialsUnchecked, credentialsUnchecked)},
	}
}

// withIDs changes every id that is passed to the adapter.
func withIDs[U, S any](a typed.Store[U, S], user, session func(string) string) *altered[U, S] {
	return &altered[U, S]{Store: a,
		createUser: func(ctx context.Context, u spec.User[U]) error {
			u.ID = user(u.ID)
			return a.CreateUser(ctx, u)
		},
		user: func(ctx context.Context, id string) (spec.User[U], error) { return a.User(ctx, user(id)) },
		updateUser: func(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
			return a.UpdateUser(ctx, user(id), attributes, mask)
		},
		deleteUser: func(ctx context.Context, id string) error { return a.DeleteUser(ctx, user(id)) },
		createSession: func(ctx context.Context, s spec.Session[S]) error {
			s.ID, s.UserID = session(s.ID), user(s.UserID)
			return a.CreateSession(ctx, s)
		},
		session: func(ctx context.Context, id string) (spec.Session[S], error) { return a.Session(ctx, session(id)) },
		sessionAndUser: func(ctx context.Context, id string) (spec.Session[S], spec.User[U], error) {
			return a.SessionAndUser(ctx, session(id))
		},
		userSessions: func(ctx context.Context, userID string) ([]spec.Session[S], error) {
			return a.UserSessions(ctx, user(userID))
		},
		updateSession: func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
			return a.UpdateSession(ctx, session(id), attributes, mask)
		},
		swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
			return a.SwapLease(ctx, session(id), from, to)
		},
		deleteSession: func(ctx context.Context, id string) error { return a.DeleteSession(ctx, session(id)) },
		deleteUserSessions: func(ctx context.Context, userID string, keep ...string) (int64, error) {
			kept := make([]string, len(keep))
			for i, id := range keep {
				kept[i] = session(id)
			}
			return deleteBut(ctx, a, user(userID), kept)
		},
		deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
			sweep.UserID = user(sweep.UserID)
			return a.DeleteExpiredSessions(ctx, sweep)
		},
	}
}

func idsRepaired[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	repaired := func(id string) string { return strings.ToValidUTF8(id, "\ufffd") }
	return withIDs(openHealthy[U, S](t, s), repaired, repaired)
}
