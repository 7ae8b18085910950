package mutants

import (
	"context"
	"errors"
	"sync"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func sessionDeleteMutants() []Mutant {
	return []Mutant{
		{Name: "deleting_an_absent_session_fails", Clause: "SES-08", Shipped: "adapters that count deleted rows",
			Subject: subject(deleteAbsentFails)},
		{Name: "delete_session_takes_the_users_others_along", Clause: "SES-08",
			Subject: subject(deleteTakesOthers)},
		{Name: "delete_session_only_marks_it", Clause: "SES-08",
			Subject: subject(deleteMarks)},
		{Name: "delete_session_leaves_it_in_the_list", Clause: "SES-08",
			Subject: subject(deleteLeavesInList)},
		{Name: "an_anonymous_session_has_no_user_and_is_not_found", Clause: "SES-09", Shipped: "adapters with an inner join",
			Subject: subject(anonymousNotFound)},
		{Name: "an_anonymous_session_is_refused", Clause: "SES-09", Shipped: "adapters whose user_id is not null",
			Subject: subject(anonymousRefused)},

		{Name: "delete_except_counts_what_it_keeps", Clause: "SES-11",
			Subject: subject(exceptCountsAll)},
		{Name: "delete_except_keeps_the_first_only", Clause: "SES-11",
			Subject: subject(exceptKeepsFirst)},
		{Name: "delete_user_sessions_deletes_nothing", Clause: "SES-11", Shipped: "adapters that write NOT IN (NULL)",
			Subject: subject(exceptNothing)},
		{Name: "delete_except_reaches_everyone", Clause: "SES-11", Shipped: "adapters that forgot a condition",
			Subject: subject(exceptReachesAll)},
		{Name: "delete_except_leaves_some", Clause: "SES-11", Shipped: "adapters that delete one batch",
			Subject: subject(exceptLeavesSome)},
		{Name: "delete_except_subtracts_what_it_was_to_keep", Clause: "SES-11",
			Subject: subject(exceptSubtracts)},
		{Name: "delete_except_refuses_a_long_list", Clause: "SES-11",
			Subject: subject(exceptRefusesMany)},
		{Name: "delete_except_of_an_unknown_user_fails", Clause: "SES-11",
			Subject: subject(exceptUnknownUser)},
	}
}

func deleteAbsentFails(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, deleteSession: func(ctx context.Context, id string) error {
		if _, err := a.Session(ctx, id); err != nil {
			return err
		}
		return a.DeleteSession(ctx, id)
	}}
}

func deleteTakesOthers(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, deleteSession: func(ctx context.Context, id string) error {
		session, err := a.Session(ctx, id)
		if err == nil && session.UserID != "" {
			_, err := a.DeleteUserSessions(ctx, session.UserID, nil)
			return err
		}
		return a.DeleteSession(ctx, id)
	}}
}

// deleteMarks keeps the row with a mark, which every read goes by, and so the
// id stays taken.
func deleteMarks(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	var marked sync.Map
	return &altered{rows: a,
		deleteSession: func(ctx context.Context, id string) error {
			if _, err := a.Session(ctx, id); err == nil {
				marked.Store(id, true)
			}
			return a.DeleteSession(ctx, id)
		},
		createSession: func(ctx context.Context, session spec.SessionRow) error {
			if _, taken := marked.Load(session.ID); taken {
				return spec.ErrSessionExists
			}
			return a.CreateSession(ctx, session)
		},
	}
}

func deleteLeavesInList(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	var mu sync.Mutex
	var deleted []spec.SessionRow
	return &altered{rows: a,
		deleteSession: func(ctx context.Context, id string) error {
			session, err := a.Session(ctx, id)
			if err == nil && session.UserID != "" {
				mu.Lock()
				defer mu.Unlock()
				deleted = append(deleted, session)
			}
			return a.DeleteSession(ctx, id)
		},
		userSessions: func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
			list, err := a.UserSessions(ctx, userID)
			mu.Lock()
			defer mu.Unlock()
			for _, session := range deleted {
				if session.UserID == userID && err == nil {
					list = append(list, session)
				}
			}
			return list, err
		},
	}
}

func anonymousNotFound(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, sessionAndUser: func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
		session, user, err := a.SessionAndUser(ctx, id)
		if err == nil && session.UserID == "" {
			return spec.SessionRow{}, user, spec.ErrSessionNotFound
		}
		return session, user, err
	}}
}

func anonymousRefused(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, createSession: func(ctx context.Context, session spec.SessionRow) error {
		if session.UserID == "" {
			return spec.ErrInvalid
		}
		return a.CreateSession(ctx, session)
	}}
}

// deleteExcept is the type of DeleteUserSessionsExcept, and without ids to keep
// of DeleteUserSessions.
type deleteExcept = func(ctx context.Context, userID string, keep []string) (int64, error)

// exceptAltered is an adapter whose DeleteUserSessions and
// DeleteUserSessionsExcept are built on the right ones.
func exceptAltered(t conformance.TB, s conformance.Store, columns spec.Columns, alter func(a rows, right deleteExcept) deleteExcept) rows {
	a := openHealthy(t, s, columns)
	return &altered{rows: a, deleteUserSessions: alter(a, func(ctx context.Context, userID string, keep []string) (int64, error) {
		return a.DeleteUserSessions(ctx, userID, keep)
	})}
}

func exceptCountsAll(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return exceptAltered(t, s, columns, func(a rows, right deleteExcept) deleteExcept {
		return func(ctx context.Context, userID string, keep []string) (int64, error) {
			list, _ := a.UserSessions(ctx, userID)
			_, err := right(ctx, userID, keep)
			if err != nil {
				return 0, err
			}
			return int64(len(list)), nil
		}
	})
}

func exceptKeepsFirst(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return exceptAltered(t, s, columns, func(_ rows, right deleteExcept) deleteExcept {
		return func(ctx context.Context, userID string, keep []string) (int64, error) {
			return right(ctx, userID, keep[:min(len(keep), 1)])
		}
	})
}

func exceptNothing(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return exceptAltered(t, s, columns, func(_ rows, right deleteExcept) deleteExcept {
		return func(ctx context.Context, userID string, keep []string) (int64, error) {
			if len(keep) == 0 && ctx.Err() == nil {
				return 0, nil
			}
			return right(ctx, userID, keep)
		}
	})
}

func exceptReachesAll(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	a, c := recordCreated(openHealthy(t, s, columns))
	a.deleteUserSessions = func(ctx context.Context, userID string, keep []string) (int64, error) {
		n, err := a.rows.DeleteUserSessions(ctx, userID, keep)
		for _, other := range c.Users() {
			if n > 0 && err == nil {
				_, err = a.rows.DeleteUserSessions(ctx, other, keep)
			}
		}
		return n, err
	}
	return a
}

func exceptLeavesSome(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return exceptAltered(t, s, columns, func(a rows, right deleteExcept) deleteExcept {
		return func(ctx context.Context, userID string, keep []string) (int64, error) {
			list, _ := a.UserSessions(ctx, userID)
			const batch = 100
			for _, session := range list[min(len(list), batch):] {
				keep = append(keep, session.ID)
			}
			return right(ctx, userID, keep)
		}
	})
}

// The count is that of all of the user's sessions less the length of the list.
func exceptSubtracts(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return exceptAltered(t, s, columns, func(a rows, right deleteExcept) deleteExcept {
		return func(ctx context.Context, userID string, keep []string) (int64, error) {
			list, _ := a.UserSessions(ctx, userID)
			n, err := right(ctx, userID, keep)
			if err == nil && n > 0 {
				n = int64(len(list) - len(keep))
			}
			return n, err
		}
	})
}

func exceptRefusesMany(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return exceptAltered(t, s, columns, func(_ rows, right deleteExcept) deleteExcept {
		return func(ctx context.Context, userID string, keep []string) (int64, error) {
			if len(keep) > 999 { // SQLite's limit of parameters, once
				return 0, spec.ErrFailed
			}
			return right(ctx, userID, keep)
		}
	})
}

func exceptUnknownUser(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return exceptAltered(t, s, columns, func(a rows, right deleteExcept) deleteExcept {
		return func(ctx context.Context, userID string, keep []string) (int64, error) {
			if _, err := a.User(ctx, userID); userID != "" && errors.Is(err, spec.ErrUserNotFound) {
				return 0, err
			}
			return right(ctx, userID, keep)
		}
	})
}
