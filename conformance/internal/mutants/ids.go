package mutants

import (
	"context"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/created"
	"github.com/tenon-go/tenon/spec"
)

func idMutants() []Mutant {
	return []Mutant{
		{Name: "ids_are_compared_without_case", Clause: "IDS-01", Shipped: "MySQL adapters with the default collation",
			Subject: subject(idsWithoutCase)},
		{Name: "ids_are_compared_without_trailing_spaces", Clause: "IDS-01", Shipped: "MySQL adapters with utf8mb4_bin",
			Subject: subject(idsWithoutTrailingSpaces)},
		{Name: "ids_are_normalized", Clause: "IDS-01",
			Subject: subject(idsNormalized)},
		{Name: "ids_are_compared_as_numbers", Clause: "IDS-01", Shipped: "adapters with an integer id column on MySQL",
			Subject: subject(idsAsNumbers)},
		{Name: "a_user_with_the_id_0_gets_another", Clause: "IDS-01", Shipped: "adapters with an AUTO_INCREMENT column on MySQL",
			Subject: subject(zeroCountsUp)},
		{Name: "delete_session_ignores_case", Clause: "IDS-01",
			Subject: subject(deleteSessionIgnoresCase)},
		{Name: "delete_user_matches_a_pattern", Clause: "IDS-01",
			Subject: subject(deleteUserMatchesPattern)},
		{Name: "session_ids_are_trimmed_on_read", Clause: "IDS-01",
			Subject: subject(sessionTrims)},
		{Name: "ids_to_keep_ignore_case", Clause: "IDS-01",
			Subject: subject(keepIgnoresCase)},
		{Name: "sessions_are_listed_by_a_prefix_of_the_key", Clause: "IDS-01", Shipped: "adapters for key-value stores",
			Subject: subject(listsByPrefix)},
		{Name: "users_and_sessions_share_their_keys", Clause: "IDS-01",
			Subject: subject(sharedKeys)},

		{Name: "ids_are_cut_at_20_bytes", Clause: "IDS-02", Shipped: "adapters with an id column of VARCHAR(20)",
			Subject: subject(idsCut)},
		{Name: "ids_over_36_bytes_are_refused", Clause: "IDS-02",
			Subject: subject(longIDsRefused)},

		{Name: "credentials_are_compared_without_case", Clause: "IDS-05", Shipped: "MySQL adapters with the default collation",
			Subject: subject(credentialsWithoutCase)},
		{Name: "credentials_are_cut_at_64_bytes", Clause: "IDS-05",
			Subject: subject(credentialsCut)},
		{Name: "an_empty_credential_is_refused", Clause: "IDS-05",
			Subject: subject(emptyCredentialRefused)},
	}
}

// withIDs changes every id that the adapter is given.
func withIDs(a rows, user, session func(string) string) *altered {
	return &altered{rows: a,
		createUser: func(ctx context.Context, u spec.UserRow) error {
			u.ID = user(u.ID)
			return a.CreateUser(ctx, u)
		},
		user: func(ctx context.Context, id string) (spec.UserRow, error) { return a.User(ctx, user(id)) },
		updateUser: func(ctx context.Context, id string, change spec.Change) error {
			return a.UpdateUser(ctx, user(id), change)
		},
		deleteUser: func(ctx context.Context, id string) error { return a.DeleteUser(ctx, user(id)) },
		createSession: func(ctx context.Context, s spec.SessionRow) error {
			s.ID, s.UserID = session(s.ID), user(s.UserID)
			return a.CreateSession(ctx, s)
		},
		session: func(ctx context.Context, id string) (spec.SessionRow, error) { return a.Session(ctx, session(id)) },
		sessionAndUser: func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
			return a.SessionAndUser(ctx, session(id))
		},
		userSessions: func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
			return a.UserSessions(ctx, user(userID))
		},
		updateSession: func(ctx context.Context, id string, change spec.Change) error {
			return a.UpdateSession(ctx, session(id), change)
		},
		swapLease: func(ctx context.Context, id string, from, to spec.Lease) error {
			return a.SwapLease(ctx, session(id), from, to)
		},
		deleteSession: func(ctx context.Context, id string) error { return a.DeleteSession(ctx, session(id)) },
		deleteUserSessions: func(ctx context.Context, userID string, keep []string) (int64, error) {
			kept := make([]string, len(keep))
			for i, id := range keep {
				kept[i] = session(id)
			}
			return a.DeleteUserSessions(ctx, user(userID), kept)
		},
		deleteExpiredSessions: func(ctx context.Context, sweep spec.Sweep) (int64, error) {
			sweep.UserID = user(sweep.UserID)
			return a.DeleteExpiredSessions(ctx, sweep)
		},
	}
}

func idsCut(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return withIDs(openHealthy(t, s, columns), created.CutAt(20), created.CutAt(20))
}

func longIDsRefused(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
		if len(session.ID) > 36 {
			return spec.ErrFailed
		}
		return a.CreateSession(ctx, session)
	}}
}

// zeroCountsUp treats 0 as a request for the next id.
func zeroCountsUp(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createUser: func(ctx context.Context, user spec.UserRow) error {
		if user.ID == "0" {
			user.ID = "4711"
		}
		return a.CreateUser(ctx, user)
	}}
}
