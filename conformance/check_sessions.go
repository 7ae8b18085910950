package conformance

import (
	"cmp"
	"fmt"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func sessionChecks[U, S any]() []check[U, S] {
	return []check[U, S]{
		{clause: "SES-01", sentence: "create_then_read", run: seeded(sessionRoundTrip[U, S])},
		{clause: "SES-01", sentence: "create_then_read_with_each_attribute_zero", run: sessionEachZero[U, S]},
		{clause: "SES-01", sentence: "the_order_of_the_times_does_not_matter", run: sessionAnyOrder[U, S]},
		{clause: "SES-01", sentence: "create_is_never_seen_half_done", run: seeded(sessionCreateHalf[U, S])},
		{clause: "SES-02", sentence: "taken_id_is_exists_and_untouched", run: seeded(sessionTaken[U, S])},
		{clause: "SES-03", sentence: "unknown_user_is_not_found_and_leaves_nothing", users: true, run: seeded(sessionOfUnknownUser[U, S])},
		{clause: "SES-04", sentence: "absent_is_not_found_and_stays_absent", run: seeded(sessionAbsent[U, S])},
		{clause: "SES-04", sentence: "an_empty_store_has_nothing", run: sessionEmptyStore[U, S]},

		{clause: "SES-05", sentence: "update_of_all_attributes", run: seeded(sessionUpdateAll[U, S])},
		{clause: "SES-05", sentence: "update_of_each_attribute_alone_leaves_the_others", run: seeded(sessionUpdateEach[U, S])},
		{clause: "SES-05", sentence: "update_with_equal_values_succeeds", run: seeded(sessionUpdateEqual[U, S])},
		{clause: "SES-05", sentence: "update_after_a_swap_keeps_the_new_lease", run: seeded(sessionUpdateAfterSwap[U, S])},
		{clause: "SES-05", sentence: "update_and_swap_at_once_are_both_kept", run: seeded(sessionUpdateAndSwap[U, S])},
		{clause: "SES-05", sentence: "update_is_never_seen_half_done", run: seeded(sessionUpdateHalf[U, S])},
		{clause: "SES-06", sentence: "empty_mask_changes_nothing", run: seeded(sessionEmptyMask[U, S])},
		{clause: "SES-07", sentence: "update_after_delete_does_not_resurrect", run: seeded(sessionUpdateDeleted[U, S])},

		{clause: "SES-08", sentence: "delete_leaves_the_others", run: seeded(sessionDelete[U, S])},
		{clause: "SES-08", sentence: "delete_of_absent_session_succeeds", run: seeded(sessionDeleteAbsent[U, S])},
		{clause: "SES-08", sentence: "a_deleted_id_is_free_again", run: seeded(sessionCreateAgain[U, S])},
		{clause: "SES-09", sentence: "anonymous_session_is_kept_like_any_other", run: seeded(sessionAnonymous[U, S])},
		{clause: "SES-09", sentence: "the_empty_user_id_lists_and_deletes_nothing", run: seeded(sessionEmptyUser[U, S])},

		{clause: "SES-10", sentence: "list_is_by_created_at_then_id", run: seeded(sessionListOrder[U, S])},
		{clause: "SES-10", sentence: "list_follows_every_change", run: seeded(sessionListChanges[U, S])},
		{clause: "SES-10", sentence: "list_of_a_user_whose_id_is_part_of_another", run: sessionListPrefixes[U, S]},
		{clause: "SES-10", sentence: "list_of_an_unknown_user_is_empty", run: seeded(sessionListUnknown[U, S])},

		{clause: "SES-11", sentence: "delete_all_but_some_counts", run: seeded(sessionDeleteExcept[U, S])},
		{clause: "SES-11", sentence: "without_ids_to_keep_all_go", run: seeded(sessionDeleteAll[U, S])},
		{clause: "SES-11", sentence: "to_keep_none_is_invalid", run: seeded(sessionKeepNone[U, S])},
		{clause: "SES-11", sentence: "ids_to_keep_that_are_no_sessions_of_the_user_count_for_nothing", run: seeded(sessionKeepOthers[U, S])},
		{clause: "SES-11", sentence: "many_sessions_and_many_ids_to_keep", run: seeded(sessionDeleteMany[U, S])},
		{clause: "SES-11", sentence: "an_unknown_user_has_none_to_delete", run: seeded(sessionDeleteUnknown[U, S])},

		{clause: "SES-12", sentence: "session_and_user_after_every_change", users: true, run: sessionAndUser[U, S]},
		{clause: "SES-12", sentence: "absent_session_is_not_found", users: true, run: seeded(sessionAndUserAbsent[U, S])},
	}
}

func sessionRoundTrip[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.compare(a, "after CreateSession")
}

// If one of two columns is zero, the check detects a store that confuses the two, and a
// store that omits a column because its value is zero.
func sessionEachZero[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.emptyWorld()
	w.createUser(a, ann)
	var zero S
	for _, field := range append(fieldNames[S](t), "") {
		s, mask := w.newSession(annPhone, ann), attr.All[S]()
		if field != "" {
			mask = fieldMask[S](t, field)
		}
		s.Attributes = merge(t, s.Attributes, zero, mask)
		w.addSession(a, s)
		w.compare(a, "after CreateSession with a zero "+cmp.Or(field, "value in every attribute"))
		w.deleteSession(a, annPhone, "DeleteSession")
	}
}

func sessionAnyOrder[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.emptyWorld()
	w.createUser(a, ann)
	times := []struct{ created, active, expires time.Time }{
		{noon, noon.Add(2 * time.Hour), noon.Add(time.Hour)},
		{noon, noon.Add(-time.Hour), noon.Add(-2 * time.Hour)},
		{noon.Add(time.Hour), noon, noon.Add(2 * time.Hour)},
		{noon, noon, noon},
		{endOfTime, time.Time{}, noon},
		{time.Time{}, endOfTime, time.Time{}},
	}
	for i, x := range times {
		s := w.newSession(fmt.Sprintf("s%d", i), ann)
		s.CreatedAt, s.ActiveUntil, s.ExpiresAt = x.created, x.active, x.expires
		w.addSession(a, s)
	}
	w.compare(a, "after CreateSession with times in any order")
}

func sessionTaken[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	attempts := []struct {
		call    string
		session spec.Session[S]
	}{
		{"of the same user", w.newSession(annPhone, ann)},
		{"of another user", w.newSession(annPhone, annUpper)},
		{"of a user who has none", w.newSession(annPhone, annSpace)},
		{"of no user", w.newSession(annPhone, "")},
		{"that an anonymous session has", w.newSession(visitor, ann)},
		{"of the same session again", w.sessions[annPhone]},
	}
	for _, x := range attempts {
		err := a.CreateSession(t.ctx(), x.session)
		t.wantClass(err, spec.ErrSessionExists, "CreateSession with a taken id, %s", x.call)
		w.compare(a, "after CreateSession with a taken id, "+x.call)
	}
	w.sweepEverything(a, "after CreateSession with taken ids")
}

func sessionOfUnknownUser[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.createUser(a, "gone")
	w.deleteUser(a, "gone", "DeleteUser")
	for _, userID := range []string{"unknown", "gone", "Ann", "ann  ", annPhone} {
		s := w.newSession("new", userID)
		err := a.CreateSession(t.ctx(), s)
		t.wantClass(err, spec.ErrUserNotFound, "CreateSession for the unknown user %q", userID)
		w.wantAbsent(a, "new", fmt.Sprintf("after CreateSession for the unknown user %q", userID))
		w.wantAbsent(a, userID, fmt.Sprintf("after CreateSession for the unknown user %q", userID))

		// The id and the attributes must be free, and a user who is created later must not
		// have the session.
		s.UserID = ann
		w.addSession(a, s)
		w.deleteSession(a, "new", "DeleteSession")
		w.createUser(a, userID)
		w.compare(a, fmt.Sprintf("after CreateSession for the unknown user %q, who was created then", userID))
	}
	w.sweepEverything(a, "after CreateSession for unknown users")
}

func sessionAbsent[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, id := range []string{"unknown", ann, "s-ann  ", "S-Ann"} {
		w.wantAbsent(a, id, "never created")
		for _, mask := range []attr.Mask[S]{attr.All[S](), fieldMask[S](t, t.samples.sessionField)} {
			err := a.UpdateSession(t.ctx(), id, t.samples.session(50), mask)
			t.wantClass(err, spec.ErrSessionNotFound, "UpdateSession(%q), which is absent", id)
		}
		w.wantAbsent(a, id, "after UpdateSession of an absent session")
	}
	w.compare(a, "after UpdateSession of an absent session")
	w.sweepEverything(a, "after UpdateSession of an absent session")
}

// Before the first write a store may have no table, bucket or collection.
func sessionEmptyStore[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.emptyWorld()
	w.wantAbsent(a, "unknown", "in an empty store")
	t.wantClass(a.UpdateSession(t.ctx(), "unknown", t.samples.session(1), attr.All[S]()), spec.ErrSessionNotFound, "UpdateSession in an empty store")
	l := w.newSession("unknown", "").Lease
	t.wantClass(a.SwapLease(t.ctx(), "unknown", l, l), spec.ErrSessionNotFound, "SwapLease in an empty store")
	t.must(a.DeleteSession(t.ctx(), "unknown"), "DeleteSession in an empty store")
	n, err := a.DeleteUserSessionsExcept(t.ctx(), "unknown", "unknown")
	t.wantCount(n, err, 0, "DeleteUserSessionsExcept in an empty store")
	for _, userID := range []string{"", "unknown"} {
		n, err = a.DeleteExpiredSessions(t.ctx(), spec.Sweep{Now: endOfTime, UserID: userID, Everyone: userID == "", Limit: 10})
		t.wantCount(n, err, 0, "DeleteExpiredSessions in an empty store")
	}
	if t.users {
		t.wantClass(a.UpdateUser(t.ctx(), "unknown", t.samples.user(1), attr.All[U]()), spec.ErrUserNotFound, "UpdateUser in an empty store")
		t.must(a.DeleteUser(t.ctx(), "unknown"), "DeleteUser in an empty store")
	}
	w.wantAbsent(a, "unknown", "in a store that is still empty")
}
