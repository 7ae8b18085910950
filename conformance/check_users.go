package conformance

import (
	"context"
	"fmt"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func userChecks[U, S any]() []check[U, S] {
	return []check[U, S]{
		{clause: "USR-01", sentence: "create_then_read", users: true, run: seeded(userRoundTrip[U, S])},
		{clause: "USR-01", sentence: "create_then_read_with_each_attribute_zero", users: true, run: userEachZero[U, S]},
		{clause: "USR-02", sentence: "taken_id_is_exists_and_untouched", users: true, run: seeded(userTaken[U, S])},
		{clause: "USR-03", sentence: "absent_is_not_found_and_stays_absent", users: true, run: seeded(userAbsent[U, S])},
		{clause: "USR-04", sentence: "update_of_all_attributes", users: true, run: seeded(userUpdateAll[U, S])},
		{clause: "USR-04", sentence: "update_of_one_attribute_leaves_the_others", users: true, run: seeded(userUpdateOne[U, S])},
		{clause: "USR-04", sentence: "update_of_each_attribute_alone_leaves_the_others", users: true, run: seeded(userUpdateEach[U, S])},
		{clause: "USR-04", sentence: "update_with_equal_values_succeeds", users: true, run: seeded(userUpdateEqual[U, S])},
		{clause: "USR-05", sentence: "empty_mask_changes_nothing", users: true, run: seeded(userEmptyMask[U, S])},
		{clause: "USR-06", sentence: "delete_takes_the_sessions_along_and_no_others", users: true, run: seeded(userDelete[U, S])},
		{clause: "USR-06", sentence: "delete_of_a_user_with_many_sessions", users: true, run: seeded(userDeleteMany[U, S])},
		{clause: "USR-07", sentence: "delete_of_absent_user_succeeds", users: true, run: seeded(userDeleteAbsent[U, S])},
		{clause: "USR-08", sentence: "update_after_delete_does_not_resurrect", users: true, run: seeded(userUpdateDeleted[U, S])},
	}
}

func userRoundTrip[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.compare(a, "after CreateUser and CreateSession")
}

// If one of two columns is zero, the check detects a store that confuses the two, and a
// store that omits a column because its value is zero.
func userEachZero[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.emptyWorld()
	var zero U
	for i, field := range fieldNames[U](t) {
		attributes := t.samples.user(2*i + 2) // an even number, for which no bool is false
		u := spec.User[U]{ID: fmt.Sprintf("u%d", i), Attributes: merge(t, attributes, zero, fieldMask[U](t, field))}
		t.must(a.CreateUser(t.ctx(), u), "CreateUser with a zero %s", field)
		w.users[u.ID] = u
		w.holdUser(a, u, "after CreateUser with a zero "+field)
	}
	w.compare(a, "after CreateUser with each attribute zero")
}

func userTaken[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	err := a.CreateUser(t.ctx(), w.newUser(ann))
	t.wantClass(err, spec.ErrUserExists, "CreateUser with a taken id")
	w.compare(a, "after CreateUser with a taken id")
	err = a.CreateUser(t.ctx(), w.users[ann])
	t.wantClass(err, spec.ErrUserExists, "CreateUser with the same user again")
	w.compare(a, "after CreateUser with the same user again")
}

func userAbsent[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for _, id := range []string{"unknown", annPhone, visitor, "Ann", "ann  "} {
		w.wantAbsent(a, id, "never created")
		for _, mask := range []attr.Mask[U]{attr.All[U](), fieldMask[U](t, t.samples.userField)} {
			err := a.UpdateUser(t.ctx(), id, t.samples.user(50), mask)
			t.wantClass(err, spec.ErrUserNotFound, "UpdateUser(%q), which is absent", id)
		}
		w.wantAbsent(a, id, "after UpdateUser of an absent user")
	}
	w.compare(a, "after UpdateUser of an absent user")
}

func userUpdateAll[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	changed := w.newUser(ann)
	t.must(a.UpdateUser(t.ctx(), ann, changed.Attributes, attr.All[U]()), "UpdateUser of all attributes")
	w.users[ann] = changed
	w.compare(a, "after UpdateUser of all attributes")
}

func userUpdateOne[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	mask := fieldMask[U](t, t.samples.userField)
	u := w.users[ann]
	u.Attributes = merge(t, u.Attributes, w.newUser(ann).Attributes, mask)
	t.must(a.UpdateUser(t.ctx(), ann, u.Attributes, mask), "UpdateUser of one attribute")
	w.users[ann] = u
	w.compare(a, "after UpdateUser of one attribute")

	// Only the masked attribute is set: the others must not be set to zero.
	var zero U
	v := w.users[annUpper]
	patch := merge(t, zero, w.newUser(annUpper).Attributes, mask)
	v.Attributes = merge(t, v.Attributes, patch, mask)
	t.must(a.UpdateUser(t.ctx(), annUpper, patch, mask), "UpdateUser of one attribute, the others zero")
	w.users[annUpper] = v
	w.compare(a, "after UpdateUser of one attribute, the others zero")
}

// Each attribute is set separately, to another value and to zero, while the patch has
// other values for all attributes. Only the masked attribute must change.
func userUpdateEach[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	u := w.users[ann]
	var zero U
	for _, patch := range []U{t.samples.user(60), zero, t.samples.user(61)} {
		for _, field := range fieldNames[U](t) {
			mask := fieldMask[U](t, field)
			u.Attributes = merge(t, u.Attributes, patch, mask)
			t.must(a.UpdateUser(t.ctx(), u.ID, patch, mask), "UpdateUser of %s alone", field)
			w.users[u.ID] = u
			w.holdUser(a, u, "after UpdateUser of "+field+" alone")
		}
	}
	w.compare(a, "after UpdateUser of each attribute alone")
}

func userUpdateEqual[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for range 2 {
		err := a.UpdateUser(t.ctx(), ann, w.users[ann].Attributes, attr.All[U]())
		t.must(err, "UpdateUser with the values that are there already")
	}
	w.compare(a, "after UpdateUser with the values that are there already")
}

func userEmptyMask[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	t.must(a.UpdateUser(t.ctx(), ann, w.newUser(ann).Attributes, attr.Mask[U]{}), "UpdateUser with the empty mask")
	w.compare(a, "after UpdateUser with the empty mask")
	err := a.UpdateUser(t.ctx(), "unknown", t.samples.user(50), attr.Mask[U]{})
	t.wantClass(err, spec.ErrUserNotFound, "UpdateUser of an absent user with the empty mask")
	w.wantAbsent(a, "unknown", "after UpdateUser of an absent user with the empty mask")
}

func userDelete[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.deleteUser(a, ann, "DeleteUser")
	w.compare(a, "after DeleteUser")
	w.deleteUser(a, annSpace, "DeleteUser of a user without sessions")
	w.compare(a, "after DeleteUser of a user without sessions")
	w.sweepEverything(a, "after DeleteUser")
}

func userDeleteMany[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	w.createSessions(a, ann, 130, func(i int) string { return fmt.Sprintf("many %d", i) })
	w.addExpiring(a, "long expired", ann, time.Time{})
	w.deleteUser(a, ann, "DeleteUser of a user with many sessions")
	w.wantAbsent(a, ann, "after DeleteUser of a user with many sessions")
	for id := range w.gone {
		_, err := a.Session(t.ctx(), id)
		t.wantClass(err, spec.ErrSessionNotFound, "Session(%q) after DeleteUser of its user, who had many", id)
	}
	w.forgetGone()
	w.compare(a, "after DeleteUser of a user with many sessions")
	w.sweepEverything(a, "after DeleteUser of a user with many sessions")
}

// userDeleteAgain calls DeleteUser with a context that ends at each look in turn, and
// then again. The second call must complete the first. It runs for only one pair of
// types.
func userDeleteAgain[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for look := 1; look <= mostLooks; look++ {
		userID := fmt.Sprintf("user %d", look)
		w.createUser(a, userID)
		for i := range 3 {
			w.createSession(a, fmt.Sprintf("s%d-%d", look, i), userID)
		}
		ctx := newEndingContext(t.ctx(), look, context.Canceled)
		first := a.DeleteUser(ctx, userID)
		when := fmt.Sprintf("after DeleteUser whose context ended at look %d, which returned %s", look, describe(first))
		err := t.retry(func() error { return a.DeleteUser(t.ctx(), userID) })
		t.must(err, "DeleteUser again, %s", when)
		w.forgetUser(userID)
		w.compare(a, when+", and DeleteUser again")
		w.forgetGone()
		if !ctx.hasEnded() {
			break
		}
	}
	w.sweepEverything(a, "after DeleteUser again")
}

func userDeleteAbsent[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	t.must(a.DeleteUser(t.ctx(), "unknown"), "DeleteUser of an absent user")
	w.compare(a, "after DeleteUser of an absent user")
	t.must(a.DeleteUser(t.ctx(), ann), "DeleteUser")
	w.deleteUser(a, ann, "DeleteUser again")
	w.compare(a, "after DeleteUser twice")
}

func userUpdateDeleted[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	old := w.users[ann]
	w.deleteUser(a, ann, "DeleteUser")
	for _, mask := range []attr.Mask[U]{attr.All[U](), fieldMask[U](t, t.samples.userField), {}} {
		err := a.UpdateUser(t.ctx(), ann, old.Attributes, mask)
		t.wantClass(err, spec.ErrUserNotFound, "UpdateUser of a deleted user")
		w.wantAbsent(a, ann, "after UpdateUser of a deleted user")
	}
	w.compare(a, "after UpdateUser of a deleted user")
}
