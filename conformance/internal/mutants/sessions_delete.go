package mutants

import (
	"context"
	"errors"
	"sync"

	"github.com/tenon-go/tenon/spec"
)

func sessionDeleteMutants() []Mutant {
	return []Mutant{
		{Name: "deleting_an_absent_session_fails", Clause: "SES-08", Shipped: "adapters that count deleted rows", Subject: alterAll(func(a *altered) {
			a.deleteSession = func(ctx context.Context, id string) error {
				if _, err := a.rows.Session(ctx, id); err != nil {
					return err
				}
				return a.rows.DeleteSession(ctx, id)
			}
		})},
		{Name: "delete_session_takes_the_users_others_along", Clause: "SES-08", Subject: alterAll(func(a *altered) {
			a.deleteSession = func(ctx context.Context, id string) error {
				session, err := a.rows.Session(ctx, id)
				if err == nil && session.UserID != "" {
					_, err := a.rows.DeleteUserSessions(ctx, session.UserID, nil)
					return err
				}
				return a.rows.DeleteSession(ctx, id)
			}
		})},
		{Name: "delete_session_only_marks_it", Clause: "SES-08", Subject: alterAll(func(a *altered) {
			// It marks the row as deleted, which every read checks, so the id stays taken.
			var marked sync.Map
			a.deleteSession = func(ctx context.Context, id string) error {
				if _, err := a.rows.Session(ctx, id); err == nil {
					marked.Store(id, true)
				}
				return a.rows.DeleteSession(ctx, id)
			}
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if _, taken := marked.Load(session.ID); taken {
					return spec.ErrSessionExists
				}
				return a.rows.CreateSession(ctx, session)
			}
		})},
		{Name: "delete_session_leaves_it_in_the_list", Clause: "SES-08", Subject: alterAll(func(a *altered) {
			var mu sync.Mutex
			var deleted []spec.SessionRow
			a.deleteSession = func(ctx context.Context, id string) error {
				session, err := a.rows.Session(ctx, id)
				if err == nil && session.UserID != "" {
					mu.Lock()
					defer mu.Unlock()
					deleted = append(deleted, session)
				}
				return a.rows.DeleteSession(ctx, id)
			}
			a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
				list, err := a.rows.UserSessions(ctx, userID)
				mu.Lock()
				defer mu.Unlock()
				for _, session := range deleted {
					if session.UserID == userID && err == nil {
						list = append(list, session)
					}
				}
				return list, err
			}
		})},
		{Name: "an_anonymous_session_has_no_user_and_is_not_found", Clause: "SES-09", Shipped: "adapters with an inner join", Subject: alterAll(func(a *altered) {
			a.sessionAndUser = func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
				session, user, err := a.rows.SessionAndUser(ctx, id)
				if err == nil && session.UserID == "" {
					return spec.SessionRow{}, user, spec.ErrSessionNotFound
				}
				return session, user, err
			}
		})},
		{Name: "an_anonymous_session_is_refused", Clause: "SES-09", Shipped: "adapters whose user_id is not null", Subject: alterAll(func(a *altered) {
			a.createSession = func(ctx context.Context, session spec.SessionRow) error {
				if session.UserID == "" {
					return spec.ErrInvalid
				}
				return a.rows.CreateSession(ctx, session)
			}
		})},

		{Name: "delete_except_counts_what_it_keeps", Clause: "SES-11", Subject: alterAll(func(a *altered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				list, _ := a.rows.UserSessions(ctx, userID)
				_, err := a.rows.DeleteUserSessions(ctx, userID, keep)
				if err != nil {
					return 0, err
				}
				return int64(len(list)), nil
			}
		})},
		{Name: "delete_except_keeps_the_first_only", Clause: "SES-11", Subject: alterAll(func(a *altered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				return a.rows.DeleteUserSessions(ctx, userID, keep[:min(len(keep), 1)])
			}
		})},
		{Name: "delete_user_sessions_deletes_nothing", Clause: "SES-11", Shipped: "adapters that write NOT IN (NULL)", Subject: alterAll(func(a *altered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				if len(keep) == 0 && ctx.Err() == nil {
					return 0, nil
				}
				return a.rows.DeleteUserSessions(ctx, userID, keep)
			}
		})},
		{Name: "delete_except_reaches_everyone", Clause: "SES-11", Shipped: "adapters that forgot a condition", Subject: alterAll(func(a *altered) {
			c := recordCreated(a)
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				n, err := a.rows.DeleteUserSessions(ctx, userID, keep)
				for _, other := range c.Users() {
					if n > 0 && err == nil {
						_, err = a.rows.DeleteUserSessions(ctx, other, keep)
					}
				}
				return n, err
			}
		})},
		{Name: "delete_except_leaves_some", Clause: "SES-11", Shipped: "adapters that delete one batch", Subject: alterAll(func(a *altered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				list, _ := a.rows.UserSessions(ctx, userID)
				const batch = 100
				for _, session := range list[min(len(list), batch):] {
					keep = append(keep, session.ID)
				}
				return a.rows.DeleteUserSessions(ctx, userID, keep)
			}
		})},
		{Name: "delete_except_subtracts_what_it_was_to_keep", Clause: "SES-11", Subject: alterAll(func(a *altered) {
			// The count is the number of the user's sessions minus the length of the list.
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				list, _ := a.rows.UserSessions(ctx, userID)
				n, err := a.rows.DeleteUserSessions(ctx, userID, keep)
				if err == nil && n > 0 {
					n = int64(len(list) - len(keep))
				}
				return n, err
			}
		})},
		{Name: "delete_except_refuses_a_long_list", Clause: "SES-11", Subject: alterAll(func(a *altered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				if len(keep) > 999 { // SQLite's limit of parameters, once
					return 0, spec.ErrFailed
				}
				return a.rows.DeleteUserSessions(ctx, userID, keep)
			}
		})},
		{Name: "delete_except_of_an_unknown_user_fails", Clause: "SES-11", Subject: alterAll(func(a *altered) {
			a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
				if _, err := a.rows.User(ctx, userID); userID != "" && errors.Is(err, spec.ErrUserNotFound) {
					return 0, err
				}
				return a.rows.DeleteUserSessions(ctx, userID, keep)
			}
		})},
	}
}
