package mutants

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

func sessionListMutants() []Mutant {
	return []Mutant{
		{Name: "the_list_is_written_under_the_wrong_key", Clause: "SES-10", Shipped: "adapters for key-value stores",
			Subject: types(listWrongKey, listWrongKey, listWrongKey)},
		{Name: "the_list_is_by_id", Clause: "SES-10",
			Subject: types(listByID, listByID, listByID)},
		{Name: "the_list_is_the_latest_first", Clause: "SES-10",
			Subject: types(listLatestFirst, listLatestFirst, listLatestFirst)},
		{Name: "the_list_ignores_case_in_its_order", Clause: "SES-10",
			Subject: types(listIgnoresCase, listIgnoresCase, listIgnoresCase)},
		{Name: "the_list_is_in_the_order_of_creation", Clause: "SES-10",
			Subject: types(listInOrder, listInOrder, listInOrder)},
		{Name: "the_list_leaves_out_the_dead", Clause: "SES-10",
			Subject: types(listWithoutDead, listWithoutDead, listWithoutDead)},
		{Name: "the_list_ends_at_a_hundred", Clause: "SES-10",
			Subject: types(listOfAHundred, healthy, healthy)},
		{Name: "the_list_is_stale_after_a_swap", Clause: "SES-10",
			Subject: types(listStale, listStale, listStale)},
		{Name: "the_list_of_nobody_is_an_error", Clause: "SES-10",
			Subject: types(listOfNobodyFails, listOfNobodyFails, listOfNobodyFails)},
		{Name: "the_list_is_found_by_joined_ids", Clause: "SES-10",
			Subject: types(listByJoinedIDs, listByJoinedIDs, listByJoinedIDs)},
		{Name: "session_and_user_mixes_up_the_columns", Clause: "SES-12",
			Subject: types(joinMixesUp, healthy, healthy)},
		{Name: "session_and_user_gives_the_user_of_another", Clause: "SES-12",
			Subject: types(joinOfAnother, joinOfAnother, joinOfAnother)},
		{Name: "session_and_user_remembers_the_user", Clause: "SES-12",
			Subject: types(joinRemembers, joinRemembers, joinRemembers)},
		{Name: "session_and_user_of_an_absent_session_is_zero", Clause: "SES-12", Shipped: "adapters that lose the error of a scan",
			Subject: types(joinAbsentIsZero, joinAbsentIsZero, joinAbsentIsZero)},
	}
}

// listAltered is an adapter that lists a user's sessions in another way.
func listAltered[U, S any](t conformance.TB, s conformance.Store, alter func([]spec.Session[S]) []spec.Session[S]) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, userSessions: func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		list, err := a.UserSessions(ctx, userID)
		return alter(list), err
	}}
}

// sorted is a list in another order.
func sorted[S any](compare func(a, b spec.Session[S]) int) func([]spec.Session[S]) []spec.Session[S] {
	return func(list []spec.Session[S]) []spec.Session[S] {
		slices.SortStableFunc(list, compare)
		return list
	}
}

// The list is written under the session's id and read by the user's.
func listWrongKey[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, userSessions: func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		session, err := a.Session(ctx, userID)
		if errors.Is(err, spec.ErrSessionNotFound) {
			return nil, nil
		}
		return []spec.Session[S]{session}, err
	}}
}

func listByID[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return listAltered[U](t, s, sorted(func(a, b spec.Session[S]) int { return cmp.Compare(a.ID, b.ID) }))
}

func listLatestFirst[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return listAltered[U](t, s, sorted(func(a, b spec.Session[S]) int { return b.CreatedAt.Compare(a.CreatedAt) }))
}

// Of sessions of one moment, letters decide and not bytes.
func listIgnoresCase[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return listAltered[U](t, s, sorted(func(a, b spec.Session[S]) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(strings.ToLower(a.ID), strings.ToLower(b.ID)))
	}))
}

func listInOrder[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, c := recording(healthy[U, S](t, s))
	a.userSessions = func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		list, err := a.Store.UserSessions(ctx, userID)
		order := c.sessionsWhere(func(_, owner string) bool { return owner == userID })
		slices.SortFunc(list, func(a, b spec.Session[S]) int {
			return cmp.Compare(slices.Index(order, a.ID), slices.Index(order, b.ID))
		})
		return list, err
	}
	return a
}

func listWithoutDead[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return listAltered[U](t, s, func(list []spec.Session[S]) []spec.Session[S] {
		return slices.DeleteFunc(list, func(s spec.Session[S]) bool { return s.State(time.Unix(0, 0)) == spec.Dead })
	})
}

func listOfAHundred(t conformance.TB, s conformance.Store) typed.Store[richUser, richSession] {
	return listAltered[richUser](t, s, func(list []spec.Session[richSession]) []spec.Session[richSession] {
		return list[:min(len(list), 100)]
	})
}

// The list has a copy of each row, which SwapLease forgets.
func listStale[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, rows := keepingRows(healthy[U, S](t, s))
	a.userSessions = func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		list, err := a.Store.UserSessions(ctx, userID)
		for i := range list {
			if row, ok := rows.Load(list[i].ID); ok {
				if first, err := row.(spec.Session[S]).Normal(); err == nil {
					list[i].Lease = first.Lease
				}
			}
		}
		return list, err
	}
	return a
}

func listOfNobodyFails[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, userSessions: func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		if _, err := a.User(ctx, userID); err != nil {
			return nil, err
		}
		return a.UserSessions(ctx, userID)
	}}
}

// The key is the user's id, a slash and the session's id, and the list is of
// the keys that begin with the user's id and a slash.
func listByJoinedIDs[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a, c := recording(healthy[U, S](t, s))
	a.userSessions = func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		list, err := a.Store.UserSessions(ctx, userID)
		if err != nil || userID == "" {
			return list, err
		}
		for _, id := range c.sessionsWhere(func(_, owner string) bool { return strings.HasPrefix(owner, userID+"/") }) {
			if session, err := a.Store.Session(ctx, id); err == nil {
				list = append(list, session)
			}
		}
		return list, nil
	}
	return a
}

// joinAltered is an adapter whose SessionAndUser answers something else.
func joinAltered[U, S any](t conformance.TB, s conformance.Store, alter func(*spec.Session[S], *spec.User[U], error) error) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, sessionAndUser: func(ctx context.Context, id string) (spec.Session[S], spec.User[U], error) {
		session, user, err := a.SessionAndUser(ctx, id)
		err = alter(&session, &user, err)
		return session, user, err
	}}
}

// Both tables have a column created_at.
func joinMixesUp(t conformance.TB, s conformance.Store) typed.Store[richUser, richSession] {
	return joinAltered(t, s, func(session *spec.Session[richSession], user *spec.User[richUser], err error) error {
		user.Attributes.CreatedAt = session.CreatedAt
		return err
	})
}

func joinOfAnother[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := healthy[U, S](t, s)
	return &altered[U, S]{Store: a, sessionAndUser: func(ctx context.Context, id string) (spec.Session[S], spec.User[U], error) {
		session, user, err := a.SessionAndUser(ctx, id)
		if other, err := a.User(ctx, strings.ToLower(session.UserID)); err == nil {
			user = other
		}
		return session, user, err
	}}
}

func joinRemembers[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	var users sync.Map
	return joinAltered(t, s, func(session *spec.Session[S], user *spec.User[U], err error) error {
		if err == nil && session.UserID != "" {
			first, _ := users.LoadOrStore(session.UserID, *user)
			*user = first.(spec.User[U])
		}
		return err
	})
}

func joinAbsentIsZero[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	return joinAltered(t, s, func(_ *spec.Session[S], _ *spec.User[U], err error) error {
		if errors.Is(err, spec.ErrSessionNotFound) {
			return nil
		}
		return err
	})
}
