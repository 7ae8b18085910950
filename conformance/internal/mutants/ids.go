package mutants

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tenon-go/tenon/conformance/internal/mutants/created"
	"github.com/tenon-go/tenon/spec"
)

func idMutants() []Mutant {
	return []Mutant{
		{Name: "ids_are_compared_without_case", Clause: "IDS-01", Shipped: "MySQL adapters with the default collation", Subject: alterAll(foldedIDs(strings.ToLower))},
		{Name: "ids_are_compared_without_trailing_spaces", Clause: "IDS-01", Shipped: "MySQL adapters with utf8mb4_bin",
			Subject: alterAll(foldedIDs(func(id string) string { return strings.TrimRight(id, " ") }))},
		{Name: "ids_are_normalized", Clause: "IDS-01", Subject: alterAll(foldedIDs(strings.NewReplacer("e\u0301", "é", "A\u030a", "\u00c5").Replace))},
		{Name: "ids_are_compared_as_numbers", Clause: "IDS-01", Shipped: "adapters with an integer id column on MySQL", Subject: alterAll(foldedIDs(func(id string) string {
			if m := leadingDigits.FindStringSubmatch(id); m != nil {
				if n, err := strconv.Atoi(m[1]); err == nil {
					return strconv.Itoa(n)
				}
			}
			return id
		}))},
		{Name: "a_user_with_the_id_0_gets_another", Clause: "IDS-01", Shipped: "adapters with an AUTO_INCREMENT column on MySQL", Subject: alterAll(func(a *altered) {
			// It treats 0 as a request for the next id.
			a.createUser = func(ctx context.Context, user spec.UserRow) error {
				if user.ID == "0" {
					user.ID = "4711"
				}
				return a.rows.CreateUser(ctx, user)
			}
		})},
		{Name: "delete_session_ignores_case", Clause: "IDS-01", Subject: alterAll(func(a *altered) {
			c := recordCreated(a)
			a.deleteSession = func(ctx context.Context, id string) error {
				for _, other := range c.Sessions(func(other, _ string) bool { return strings.EqualFold(other, id) }) {
					if err := a.rows.DeleteSession(ctx, other); err != nil {
						return err
					}
				}
				return nil
			}
		})},
		{Name: "delete_user_matches_a_pattern", Clause: "IDS-01", Subject: alterAll(func(a *altered) {
			c := recordCreated(a)
			a.deleteUser = func(ctx context.Context, id string) error {
				like := strings.NewReplacer("%", ".*", "_", ".").Replace(regexp.QuoteMeta(id))
				pattern := regexp.MustCompile("(?s)^" + like + "$")
				for _, other := range c.Users() {
					if pattern.MatchString(other) {
						if err := a.rows.DeleteUser(ctx, other); err != nil {
							return err
						}
					}
				}
				return nil
			}
		})},
		{Name: "session_ids_are_trimmed_on_read", Clause: "IDS-01", Subject: alterAll(func(a *altered) {
			a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
				found, err := a.rows.Session(ctx, id)
				if errors.Is(err, spec.ErrSessionNotFound) {
					return a.rows.Session(ctx, strings.TrimSpace(id))
				}
				return found, err
			}
		})},
		{Name: "ids_to_keep_ignore_case", Clause: "IDS-01", Subject: alterAll(func(a *altered) {
			c := recordCreated(a)
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				kept := c.Sessions(func(id, _ string) bool {
					return slices.ContainsFunc(keep, func(k string) bool { return strings.EqualFold(k, id) })
				})
				return a.rows.DeleteUserSessions(ctx, userID, kept)
			}
		})},
		{Name: "sessions_are_listed_by_a_prefix_of_the_key", Clause: "IDS-01", Shipped: "adapters for key-value stores", Subject: alterAll(func(a *altered) {
			c := recordCreated(a)
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				list, err := a.rows.UserSessions(ctx, userID)
				if err != nil || userID == "" {
					return list, err
				}
				others := c.Sessions(func(id, owner string) bool {
					return owner != "" && owner != userID && strings.HasPrefix(owner+":"+id, userID+":")
				})
				for _, id := range others {
					other, err := a.rows.Session(ctx, id)
					if err == nil {
						list = append(list, other)
					}
				}
				return list, nil
			}
		})},
		{Name: "users_and_sessions_share_their_keys", Clause: "IDS-01", Subject: alterAll(func(a *altered) {
			c := recordCreated(a)
			create := a.createSession
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if slices.Contains(c.Users(), session.ID) {
					return spec.ErrSessionExists
				}
				return create(ctx, session)
			}
		})},

		{Name: "ids_are_cut_at_20_bytes", Clause: "IDS-02", Shipped: "adapters with an id column of VARCHAR(20)",
			Subject: alterAll(func(a *altered) { withIDs(a, created.CutAt(20), created.CutAt(20)) })},
		{Name: "ids_over_36_bytes_are_refused", Clause: "IDS-02", Subject: alterAll(func(a *altered) {
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if len(session.ID) > 36 {
					return spec.ErrFailed
				}
				return a.rows.CreateSession(ctx, session)
			}
		})},

		{Name: "credentials_are_compared_without_case", Clause: "IDS-05", Shipped: "MySQL adapters with the default collation", Subject: alterAll(func(a *altered) {
			a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
				err := a.rows.SwapLease(ctx, id, from, to)
				if !errors.Is(err, spec.ErrStale) {
					return err
				}
				found, readErr := a.rows.Session(ctx, id)
				if readErr != nil || !strings.EqualFold(found.Credential, from.Credential) {
					return err
				}
				from.Credential = found.Credential
				return a.rows.SwapLease(ctx, id, from, to)
			}
		})},
		{Name: "credentials_are_cut_at_64_bytes", Clause: "IDS-05", Subject: alterAll(func(a *altered) {
			withCredentials(a, func(credential string) string {
				if len(credential) > spec.MaxIDBytes {
					return credential
				}
				return created.CutAt(64)(credential)
			})
		})},
		{Name: "an_empty_credential_is_refused", Clause: "IDS-05", Subject: alterAll(func(a *altered) {
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if session.Credential == "" {
					return spec.ErrInvalid
				}
				return a.rows.CreateSession(ctx, session)
			}
		})},
	}
}

// withIDs changes every id that is passed to the adapter.
func withIDs(a *altered, user, session func(string) string) {
	a.createUser = func(ctx context.Context, u spec.UserRow) error {
		u.ID = user(u.ID)
		return a.rows.CreateUser(ctx, u)
	}
	a.user = func(ctx context.Context, id string) (spec.UserRow, error) { return a.rows.User(ctx, user(id)) }
	a.updateUser = func(ctx context.Context, id string, change spec.Change) error {
		return a.rows.UpdateUser(ctx, user(id), change)
	}
	a.deleteUser = func(ctx context.Context, id string) error { return a.rows.DeleteUser(ctx, user(id)) }
	a.createSession = func(ctx context.Context, s spec.SessionRow) error {
		s.ID, s.UserID = session(s.ID), user(s.UserID)
		return a.rows.CreateSession(ctx, s)
	}
	a.session = func(ctx context.Context, id string) (spec.SessionRow, error) { return a.rows.Session(ctx, session(id)) }
	a.sessionAndUser = func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
		return a.rows.SessionAndUser(ctx, session(id))
	}
	a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
		return a.rows.UserSessions(ctx, user(userID))
	}
	a.updateSession = func(ctx context.Context, id string, change spec.Change) error {
		return a.rows.UpdateSession(ctx, session(id), change)
	}
	a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
		return a.rows.SwapLease(ctx, session(id), from, to)
	}
	a.deleteSession = func(ctx context.Context, id string) error { return a.rows.DeleteSession(ctx, session(id)) }
	a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
		kept := make([]string, len(keep))
		for i, id := range keep {
			kept[i] = session(id)
		}
		return a.rows.DeleteUserSessions(ctx, user(userID), kept)
	}
	a.deleteExpiredSessions = func(ctx context.Context, sweep spec.Sweep) (int64, error) {
		sweep.UserID = user(sweep.UserID)
		return a.rows.DeleteExpiredSessions(ctx, sweep)
	}
}

// withCredentials changes every credential that is passed to the adapter.
func withCredentials(a *altered, change func(string) string) {
	a.createSession = func(ctx context.Context, session spec.SessionRow) error {
		session.Credential = change(session.Credential)
		return a.rows.CreateSession(ctx, session)
	}
	a.swapLease = func(ctx context.Context, id string, from, to spec.Lease) error {
		from.Credential, to.Credential = change(from.Credential), change(to.Credential)
		return a.rows.SwapLease(ctx, id, from, to)
	}
}
