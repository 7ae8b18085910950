package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func idChecks[U, S any]() []check[U, S] {
	return []check[U, S]{
		{clause: "IDS-01", sentence: "an_id_that_looks_like_another_is_not_found", run: seeded(idsAlikeAbsent[U, S])},
		{clause: "IDS-01", sentence: "ids_to_keep_are_compared_byte_for_byte", run: seeded(idsKeep[U, S])},
		{clause: "IDS-01", sentence: "ids_that_are_equal_when_joined_are_not_mixed_up", run: idsJoined[U, S]},
		{clause: "IDS-02", sentence: "ids_of_1_to_255_bytes_are_kept_whole", run: idsLengths[U, S]},
		{clause: "IDS-03", sentence: "create_with_an_invalid_id_is_invalid", run: idsInvalidCreate[U, S]},
		{clause: "IDS-03", sentence: "elsewhere_an_invalid_id_names_no_row", run: idsInvalidElsewhere[U, S]},
		{clause: "IDS-04", sentence: "an_empty_user_id_names_no_user", run: seeded(idsEmptyUser[U, S])},
		{clause: "IDS-05", sentence: "an_invalid_credential_is_refused", run: seeded(credentialsInvalid[U, S])},
	}
}

// wantNoRow calls every method that takes an id with an id that no user and no session has.
// What describes the id.
func (w *world[U, S]) wantNoRow(a front[U, S], id, what string) {
	w.t.Helper()
	t, ctx := w.t, w.t.ctx()
	w.next++
	if t.users {
		_, err := a.User(ctx, id)
		t.wantClass(err, spec.ErrUserNotFound, "User with %s", what)
		_, _, err = a.SessionAndUser(ctx, id)
		t.wantClass(err, spec.ErrSessionNotFound, "SessionAndUser with %s", what)
		for _, mask := range []attr.Mask[U]{attr.All[U](), {}} {
			err = a.UpdateUser(ctx, id, t.samples.user(w.next), mask)
			t.wantClass(err, spec.ErrUserNotFound, "UpdateUser with %s", what)
		}
		t.must(a.DeleteUser(ctx, id), "DeleteUser with %s, which deletes nothing", what)
	}
	_, err := a.Session(ctx, id)
	t.wantClass(err, spec.ErrSessionNotFound, "Session with %s", what)
	for _, mask := range []attr.Mask[S]{attr.All[S](), {}} {
		err = a.UpdateSession(ctx, id, t.samples.session(w.next), mask)
		t.wantClass(err, spec.ErrSessionNotFound, "UpdateSession with %s", what)
	}
	err = a.SwapLease(ctx, id, w.sessions[annPhone].Lease, w.newSession(id, "").Lease)
	t.wantClass(err, spec.ErrSessionNotFound, "SwapLease with %s", what)
	t.must(a.DeleteSession(ctx, id), "DeleteSession with %s, which deletes nothing", what)
	w.ownsNothing(a, id, what)
}

// ownsNothing calls every method for the sessions of a user with the id of a user that has
// none.
func (w *world[U, S]) ownsNothing(a front[U, S], userID, what string) {
	w.t.Helper()
	t, ctx := w.t, w.t.ctx()
	list, err := a.UserSessions(ctx, userID)
	t.must(err, "UserSessions with %s", what)
	if len(list) > 0 {
		t.Errorf("UserSessions with %s\n  got:  %d sessions, the first of the user %s\n  want: none", what, len(list), shortenID(list[0].UserID))
	}
	n, err := a.DeleteUserSessions(ctx, userID)
	t.wantCount(n, err, 0, "DeleteUserSessions with %s", what)
	n, err = a.DeleteUserSessionsExcept(ctx, userID, "unknown")
	t.wantCount(n, err, 0, "DeleteUserSessionsExcept with %s", what)
	if userID != "" {
		n, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: endOfTime, UserID: userID, Limit: 1000})
		t.wantCount(n, err, 0, "DeleteExpiredSessions with %s", what)
	}
}

func idsAlikeAbsent[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.createUser(a, "42")
	w.createSession(a, "s-42", "42")
	w.createUser(a, "é")
	w.createSession(a, "s-é", "é")
	for _, id := range []string{
		"Ann", "ann  ", " ann", "ann\t", "ａｎｎ", "an", "annn", "an_", "%", "ann%", ".*",
		"S-Ann", "s-ann  ", " s-ann", "S-VISITOR", "s-visitor ", "s-visito", "s-visitor1", "s_ann",
		"042", "42abc", " 42", "4.2e1", "S-42", "e", "e\u0301", "É", "s-e\u0301", "S-É", "null", "true",
	} {
		w.wantNoRow(a, id, "the id "+shortenID(id))
		if t.users {
			err := a.CreateSession(t.ctx(), w.newSession("fresh", id))
			t.wantClass(err, spec.ErrUserNotFound, "CreateSession of the user %s, who is not there", shortenID(id))
		}
	}
	w.gone["fresh"] = t.users
	w.compare(a, "after calls with ids that look like those that are there (Ann, an_, %, …)")
}

// idsAlike creates users and sessions with all the ids that look alike in one store, changes
// all of them, and deletes every second one in every way. It is slow, so it runs for only one
// pair of types.
func idsAlike[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.emptyWorld()
	for _, id := range alike {
		w.createUser(a, id)
		w.createSession(a, id, id)
	}
	w.compare(a, "after creating users and sessions with ids that look alike")
	for _, id := range alike {
		if t.users {
			err := a.CreateUser(t.ctx(), w.newUser(id))
			t.wantClass(err, spec.ErrUserExists, "CreateUser with the taken id %s", shortenID(id))
		}
		err := a.CreateSession(t.ctx(), w.newSession(id, id))
		t.wantClass(err, spec.ErrSessionExists, "CreateSession with the taken id %s", shortenID(id))
	}
	w.changeAll(a)
	w.compare(a, "after updating all and swapping all leases, one after another")

	// Delete one of any two neighbors first.
	var left []string
	for i, id := range alike {
		if i%2 == 1 {
			left = append(left, id)
			continue
		}
		w.deleteSessionOf(a, i/2, id)
		if t.users && i%4 == 0 {
			w.deleteUser(a, id, "DeleteUser(%q)", id)
		}
	}
	w.compare(a, "after deleting every second session and every fourth user")
	for i, id := range left {
		w.deleteSessionOf(a, i, id)
		if t.users {
			w.deleteUser(a, id, "DeleteUser(%q)", id)
		}
	}
	w.compare(a, "after deleting the rest of the sessions and their users")
}

// changeAll updates every user and every session, and swaps every lease.
func (w *world[U, S]) changeAll(a front[U, S]) {
	t, ctx := w.t, w.t.ctx()
	for _, id := range slices.Sorted(maps.Keys(w.users)) {
		if !t.users {
			break
		}
		changed := w.newUser(id)
		t.must(a.UpdateUser(ctx, id, changed.Attributes, attr.All[U]()), "UpdateUser(%q)", id)
		w.users[id] = changed
	}
	for _, id := range slices.Sorted(maps.Keys(w.sessions)) {
		s := w.sessions[id]
		changed := w.newSession(id, s.UserID)
		changed.CreatedAt = s.CreatedAt
		t.must(a.UpdateSession(ctx, id, changed.Attributes, attr.All[S]()), "UpdateSession(%q)", id)
		t.must(a.SwapLease(ctx, id, s.Lease, changed.Lease), "SwapLease(%q)", id)
		w.sessions[id] = changed
	}
}

// deleteSessionOf deletes the only session of a user, which has the user's id, in the
// i-th way.
func (w *world[U, S]) deleteSessionOf(a front[U, S], i int, userID string) {
	t, ctx := w.t, w.t.ctx()
	var n int64
	var err error
	switch i % 4 {
	case 0:
		err = a.DeleteSession(ctx, userID)
		t.must(err, "DeleteSession(%q)", userID)
		n = 1
	case 1:
		n, err = a.DeleteUserSessions(ctx, userID)
		t.must(err, "DeleteUserSessions(%q)", userID)
	case 2:
		n, err = a.DeleteUserSessionsExcept(ctx, userID, userID)
		t.wantCount(n, err, 0, "DeleteUserSessionsExcept(%q) of the session to keep", userID)
		n, err = a.DeleteUserSessionsExcept(ctx, userID, userID+"x")
		t.must(err, "DeleteUserSessionsExcept(%q) with another id to keep", userID)
	case 3:
		n, err = a.DeleteExpiredSessions(ctx, spec.Sweep{Now: endOfTime, UserID: userID, Limit: 1000})
		t.must(err, "DeleteExpiredSessions(%q)", userID)
	}
	t.want(n, int64(1), "how many sessions of %q were deleted", userID)
	w.forgetSession(userID)
}

func idsKeep[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	n, err := a.DeleteUserSessionsExcept(t.ctx(), ann, upperPhone, "S-ann", "s-ann  ", " s-ann", "s-an_", "s-ann%", "%", "s-annx", "s-an", "s-ann\t")
	t.wantCount(n, err, 2, "DeleteUserSessionsExcept with ids to keep that only look like the user's")
	w.forgetSession(annPhone)
	w.forgetSession(annLaptop)
	w.compare(a, "after DeleteUserSessionsExcept with ids to keep that only look like the user's")

	var keep []string
	some := alike[:60]
	for i, id := range some {
		w.createSession(a, id, ann)
		if i%2 == 0 {
			keep = append(keep, id)
		} else {
			w.forgetSession(id)
		}
	}
	n, err = a.DeleteUserSessionsExcept(t.ctx(), ann, keep...)
	t.wantCount(n, err, int64(len(some)-len(keep)), "DeleteUserSessionsExcept with every second of ids that look alike")
	w.compare(a, "after DeleteUserSessionsExcept with every second of ids that look alike")
}

// idsJoined uses pairs of ids that are the same when they are joined by a character that ids
// can contain. A store can have such keys of a user's and a session's id.
func idsJoined[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.emptyWorld()
	joints := []string{"", ":", "/", "|", ".", "-", "_", " ", ",", ";", "#", "\t", "\n", "\x01", "\x1f", "\x7f", "\u00ff", "\U0010ffff"}
	w.createUser(a, "a")
	for i, joint := range joints {
		w.createUser(a, "a"+joint+"b")
		w.createSession(a, fmt.Sprint("b", joint, "c", i), "a")
		w.createSession(a, fmt.Sprint("c", i), "a"+joint+"b")
	}
	// Ids of users are not ids of sessions, and the other way round.
	w.createUser(a, "c0")
	w.createSession(a, "a", "c0")
	w.compare(a, "after creating users and sessions whose ids are equal when joined")

	n, err := a.DeleteUserSessionsExcept(t.ctx(), "a", "b:c1", "c2")
	t.wantCount(n, err, int64(len(joints)-1), "DeleteUserSessionsExcept of the user whose id is the beginning of the others'")
	for i, joint := range joints {
		if joint != ":" {
			w.forgetSession(fmt.Sprint("b", joint, "c", i))
		}
	}
	w.compare(a, "after DeleteUserSessionsExcept of the user whose id is the beginning of the others'")

	if t.users {
		w.deleteUser(a, "a", "DeleteUser of the user whose id is the beginning of the others'")
	}
	w.deleteSession(a, "c0", "DeleteSession with the id of a user")
	w.compare(a, "after DeleteUser of the user whose id is the beginning of the others', and DeleteSession with the id of a user")
}

func idsLengths[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.emptyWorld()
	ids := []string{
		// These differ only in the last byte.
		strings.Repeat("y", 254) + "z", strings.Repeat("y", 254) + "Z",
		strings.Repeat("é", 127) + "z", strings.Repeat("€", 85), strings.Repeat("😀", 63) + "abc", strings.Repeat(" ", 255), strings.Repeat("'", 255),
	}
	for _, n := range []int{1, 8, 16, 20, 21, 32, 36, 37, 63, 64, 65, 100, 127, 128, 129, 191, 192, 253, 254, 255} {
		ids = append(ids, strings.Repeat("y", n))
	}
	for _, id := range ids {
		w.createUser(a, id)
		w.createSession(a, id, id)
	}
	w.compare(a, "after creating users and sessions with ids of 1 to 255 bytes")
	w.changeAll(a)
	w.compare(a, "after changing users and sessions with ids of 1 to 255 bytes")
	for i, id := range ids[:4] {
		w.deleteSessionOf(a, i, id)
	}
	w.compare(a, "after deleting sessions with long ids")
}

func idsEmptyUser[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	expired := w.newSession("s-expired", "")
	expired.ActiveUntil, expired.ExpiresAt = noon.Add(-time.Hour), noon.Add(-time.Minute)
	t.must(a.CreateSession(t.ctx(), expired), "CreateSession of an anonymous session")
	w.sessions[expired.ID] = expired
	w.ownsNothing(a, "", "an empty user id")
	if t.users {
		_, err := a.User(t.ctx(), "")
		t.wantClass(err, spec.ErrUserNotFound, "User with an empty id")
		t.must(a.DeleteUser(t.ctx(), ""), "DeleteUser with an empty id, which deletes nothing")
	}
	w.compare(a, "after calls with an empty user id")
}
