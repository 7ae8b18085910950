package mutants

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tenon-go/tenon/spec"
)

func sessionListMutants() []Mutant {
	return []Mutant{
		{Name: "the_list_is_written_under_the_wrong_key", Clause: "SES-10", Shipped: "adapters for key-value stores", Subject: alterAll(func(a *altered) {
			// The list is written under the session's id and read by the user's.
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				session, err := a.rows.Session(ctx, userID)
				if errors.Is(err, spec.ErrSessionNotFound) {
					return nil, nil
				}
				return []spec.SessionRow{session}, err
			}
		})},
		{Name: "the_list_leaves_out_expired_sessions", Clause: "SES-10", Subject: alterAll(func(a *altered) {
			listAltered(a, func(list []spec.SessionRow) []spec.SessionRow {
				return slices.DeleteFunc(list, func(s spec.SessionRow) bool { return s.State(time.Unix(0, 0)) == spec.Expired })
			})
		})},
		{Name: "the_list_ends_at_a_hundred", Clause: "SES-10", Subject: alterAll(func(a *altered) {
			listAltered(a, func(list []spec.SessionRow) []spec.SessionRow {
				return list[:min(len(list), 100)]
			})
		})},
		{Name: "the_list_is_stale_after_a_swap", Clause: "SES-10", Subject: alterAll(func(a *altered) {
			// The list has a copy of each row, which SwapLease does not update.
			kept := keepingRows(a)
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				list, err := a.rows.UserSessions(ctx, userID)
				for i := range list {
					if row, ok := kept.Load(list[i].ID); ok {
						if first, err := row.(spec.SessionRow).Normal(); err == nil {
							list[i].Lease = first.Lease
						}
					}
				}
				return list, err
			}
		})},
		{Name: "the_list_of_an_unknown_user_is_an_error", Clause: "SES-10", Subject: alterAll(func(a *altered) {
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				if _, err := a.rows.User(ctx, userID); err != nil {
					return nil, err
				}
				return a.rows.UserSessions(ctx, userID)
			}
		})},
		{Name: "the_list_is_found_by_joined_ids", Clause: "SES-10", Subject: alterAll(func(a *altered) {
			// The key is the user's id, a slash and the session's id, and the list is of
			// the keys that begin with the user's id and a slash.
			c := recordCreated(a)
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				list, err := a.rows.UserSessions(ctx, userID)
				if err != nil || userID == "" {
					return list, err
				}
				for _, id := range c.Sessions(func(_, owner string) bool { return strings.HasPrefix(owner, userID+"/") }) {
					if session, err := a.rows.Session(ctx, id); err == nil {
						list = append(list, session)
					}
				}
				return list, nil
			}
		})},
		{Name: "session_and_user_mixes_up_the_columns", Clause: "SES-12", Subject: alterRich(func(a *altered) {
			// Both tables have a column created_at.
			joinAltered(a, func(session *spec.SessionRow, user *spec.UserRow, err error) error {
				if user.ID != "" {
					user.Attributes[placeOf[richUser]("CreatedAt")] = session.CreatedAt
				}
				return err
			})
		})},
		{Name: "session_and_user_gives_the_user_of_another", Clause: "SES-12", Subject: alterAll(func(a *altered) {
			a.sessionAndUser = func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
				session, user, err := a.rows.SessionAndUser(ctx, id)
				if other, err := a.rows.User(ctx, strings.ToLower(session.UserID)); err == nil {
					user = other
				}
				return session, user, err
			}
		})},
		{Name: "session_and_user_remembers_the_user", Clause: "SES-12", Subject: alterAll(func(a *altered) {
			var users sync.Map
			joinAltered(a, func(session *spec.SessionRow, user *spec.UserRow, err error) error {
				if err == nil && session.UserID != "" {
					first, _ := users.LoadOrStore(session.UserID, *user)
					*user = first.(spec.UserRow)
				}
				return err
			})
		})},
		{Name: "session_and_user_of_an_absent_session_is_zero", Clause: "SES-12", Shipped: "adapters that lose the error of a scan", Subject: alterAll(func(a *altered) {
			joinAltered(a, func(_ *spec.SessionRow, _ *spec.UserRow, err error) error {
				if errors.Is(err, spec.ErrSessionNotFound) {
					return nil
				}
				return err
			})
		})},
	}
}

// listAltered makes an adapter list a user's sessions in another way.
func listAltered(a *altered, alter func([]spec.SessionRow) []spec.SessionRow) {
	a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
		list, err := a.rows.UserSessions(ctx, userID)
		return alter(list), err
	}
}

// joinAltered makes SessionAndUser return another result.
func joinAltered(a *altered, alter func(*spec.SessionRow, *spec.UserRow, error) error) {
	a.sessionAndUser = func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
		session, user, err := a.rows.SessionAndUser(ctx, id)
		err = alter(&session, &user, err)
		return session, user, err
	}
}
