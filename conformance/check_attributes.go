package conformance

import (
	"fmt"
	"reflect"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// attributeChecks returns the checks about attributes of any type. For types without
// attributes it returns none.
func attributeChecks[U, S any]() []check[U, S] {
	if reflect.TypeFor[U]().NumField() == 0 {
		return nil
	}
	return []check[U, S]{
		{clause: "ATT-01", sentence: "each_attribute_is_updated_alone_and_with_any_other", run: attributesAlone[U, S]},
		{clause: "ATT-01", sentence: "any_attributes_are_updated_together", run: seeded(attributesTogether[U, S])},
		{clause: "USR-01", sentence: "create_is_never_seen_half_done", users: true, run: seeded(userCreateHalf[U, S])},
		{clause: "USR-04", sentence: "update_is_never_seen_half_done", users: true, run: seeded(userUpdateHalf[U, S])},
		{clause: "ATT-06", sentence: "a_value_that_another_row_has_is_refused_and_named", run: seeded(uniqueTaken[U, S])},
		{clause: "ATT-07", sentence: "a_row_never_conflicts_with_itself", run: seeded(uniqueOwn[U, S])},
		{clause: "ATT-07", sentence: "a_value_is_free_when_its_row_is_updated_or_deleted", run: seeded(uniqueFreed[U, S])},
		{clause: "ATT-07", sentence: "the_values_of_rows_that_are_deleted_together_are_free", run: seeded(uniqueFreedTogether[U, S])},
		{clause: "ATT-07", sentence: "values_that_updates_at_once_leave_are_free", run: seeded(uniqueFreedAtOnce[U, S])},
		{clause: "ATT-07", sentence: "a_failed_write_takes_no_value", run: seeded(uniqueFailed[U, S])},
		{clause: "ATT-08", sentence: "unmasked_values_of_other_rows_do_not_conflict", run: seeded(unmaskedDuplicates[U, S])},
		{clause: "ATT-10", sentence: "updates_of_different_fields_at_the_same_time_are_all_kept", run: attributesConcurrent[U, S]},
	}
}

// entity stands for users or sessions, as rows with an id and attributes, so that a check
// about attributes is written once for both.
type entity[T any] struct {
	name     string // "User" or "Session", as in the names of the methods
	one, two string // ids of two rows that seed creates
	notFound error
	exists   error

	sample     func() T                      // attributes that no row has yet
	attributes func(id string) T             // the attributes in the world
	set        func(id string, attributes T) // records in the world that an update has succeeded
	create     func(id string, attributes T) error
	update     func(id string, attributes T, mask attr.Mask[T]) error
	remove     func(id string) error
}

// userEntity returns the entity of a store's users. Its create and remove update the world.
func (w *world[U, S]) userEntity(a front[U, S]) entity[U] {
	return entity[U]{
		name: "User", one: ann, two: annUpper, notFound: spec.ErrUserNotFound, exists: spec.ErrUserExists,
		sample:     func() U { return w.newUser("").Attributes },
		attributes: func(id string) U { return w.users[id].Attributes },
		set:        func(id string, attributes U) { w.users[id] = spec.User[U]{ID: id, Attributes: attributes} },
		create: func(id string, attributes U) error {
			err := a.CreateUser(w.t.ctx(), spec.User[U]{ID: id, Attributes: attributes})
			if err == nil {
				w.users[id] = spec.User[U]{ID: id, Attributes: attributes}
			} else {
				w.gone[id] = true // unless the world has it
			}
			return err
		},
		update: func(id string, attributes U, mask attr.Mask[U]) error {
			return a.UpdateUser(w.t.ctx(), id, attributes, mask)
		},
		remove: func(id string) error {
			w.forgetUser(id)
			return a.DeleteUser(w.t.ctx(), id)
		},
	}
}

// sessionEntity returns the entity of a store's sessions. New sessions are ann's.
func (w *world[U, S]) sessionEntity(a front[U, S]) entity[S] {
	return entity[S]{
		name: "Session", one: annPhone, two: upperPhone, notFound: spec.ErrSessionNotFound, exists: spec.ErrSessionExists,
		sample:     func() S { return w.newSession("", "").Attributes },
		attributes: func(id string) S { return w.sessions[id].Attributes },
		set: func(id string, attributes S) {
			s := w.sessions[id]
			s.Attributes = attributes
			w.sessions[id] = s
		},
		create: func(id string, attributes S) error {
			s := w.newSession(id, ann)
			s.Attributes = attributes
			err := a.CreateSession(w.t.ctx(), s)
			if err == nil {
				w.sessions[id] = s
			} else {
				w.gone[id] = true
			}
			return err
		},
		update: func(id string, attributes S, mask attr.Mask[S]) error {
			return a.UpdateSession(w.t.ctx(), id, attributes, mask)
		},
		remove: func(id string) error {
			w.forgetSession(id)
			return a.DeleteSession(w.t.ctx(), id)
		},
	}
}

// wantSuccess is must, but the check continues.
func (t *tester[U, S]) wantSuccess(err error, call string, args ...any) bool {
	if err != nil {
		t.Errorf(call+"\n  got:  %s\n  want: no error", append(args, describe(err))...)
	}
	return err == nil
}

func attributesAlone[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.emptyWorld()
	w.createUser(a, ann)
	w.createSession(a, annPhone, ann)
	if t.users {
		eachAlone(w, a, w.userEntity(a))
	}
	eachAlone(w, a, w.sessionEntity(a))
}

func eachAlone[U, S, T any](w *world[U, S], a front[U, S], e entity[T]) {
	t := w.t
	list := fields[T](t)
	for i, f := range list {
		// Name the fields from last to first, because their order must not matter.
		masks := [][]string{{f.Name}, {list[(i+3)%len(list)].Name, f.Name}}
		for _, names := range masks {
			mask, err := attr.Fields[T](names...)
			t.must(err, "the suite's own mask")
			patch := e.sample()
			t.must(e.update(e.one, patch, mask), "Update%s of %v", e.name, names)
			e.set(e.one, merge(t, e.attributes(e.one), patch, mask))
			w.compare(a, fmt.Sprintf("after Update%s of %v", e.name, names))
		}
	}
}

func uniqueTaken[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	if t.users {
		eachTaken(t, w.userEntity(a))
		w.compare(a, "after CreateUser and UpdateUser with a unique value that another user has")
	}
	eachTaken(t, w.sessionEntity(a))
	w.compare(a, "after CreateSession and UpdateSession with a unique value that another session has")
}

func eachTaken[U, S, T any](t *tester[U, S], e entity[T]) {
	for _, name := range uniqueNames[T](t) {
		mask := fieldMask[T](t, name)
		duplicate := merge(t, e.sample(), e.attributes(e.one), mask)
		err := e.create("newcomer", duplicate)
		t.wantConstraint(err, spec.NotUnique, name, "Create%s with the %s of another", e.name, name)
		err = e.update(e.two, duplicate, attr.All[T]())
		t.wantConstraint(err, spec.NotUnique, name, "Update%s of all attributes with the %s of another", e.name, name)
		err = e.update(e.two, duplicate, mask)
		t.wantConstraint(err, spec.NotUnique, name, "Update%s of %s alone with that of another", e.name, name)
	}
}

func uniqueOwn[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	if t.users {
		eachOwn(t, w.userEntity(a))
	}
	eachOwn(t, w.sessionEntity(a))
	w.compare(a, "after updates to a row's own values")
}

func eachOwn[U, S, T any](t *tester[U, S], e entity[T]) {
	for _, name := range uniqueNames[T](t) {
		own, mask := e.attributes(e.one), fieldMask[T](t, name)
		t.wantSuccess(e.update(e.one, own, mask), "Update%s of %s alone to the row's own value", e.name, name)

		// Keep one unique value and change all other attributes.
		changed := merge(t, e.sample(), own, mask)
		if t.wantSuccess(e.update(e.one, changed, attr.All[T]()), "Update%s of all attributes but %s, which stays", e.name, name) {
			e.set(e.one, changed)
		}
	}
}

func unmaskedDuplicates[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	if t.users {
		eachUnmasked(t, w.userEntity(a), t.samples.userField)
	}
	eachUnmasked(t, w.sessionEntity(a), t.samples.sessionField)
	w.compare(a, "after updates in which unmasked attributes have another row's values")
}

func eachUnmasked[U, S, T any](t *tester[U, S], e entity[T], field string) {
	mask := fieldMask[T](t, field)
	patch := e.attributes(e.one)
	what := "in which the unmasked attributes have another row's values"
	t.wantSuccess(e.update(e.two, patch, attr.Mask[T]{}), "Update%s with the empty mask, %s", e.name, what)
	if t.wantSuccess(e.update(e.two, patch, mask), "Update%s of %s, %s", e.name, field, what) {
		e.set(e.two, merge(t, e.attributes(e.two), patch, mask))
	}
}

func attributesConcurrent[U, S any](t *tester[U, S]) {
	a := t.open()
	w := t.emptyWorld()
	w.createUser(a, ann)
	s := w.createSession(a, annPhone, ann)
	if t.users {
		e := w.userEntity(a)
		for range t.rounds(10) {
			eachAtOnce(t, e, func() {})
			w.compare(a, "after UpdateUser of different attributes at the same time")
		}
	}
	e := w.sessionEntity(a)
	for range t.rounds(10) {
		to := w.newSession("", "").Lease
		eachAtOnce(t, e, func() {
			err := t.retry(func() error { return a.SwapLease(t.ctx(), s.ID, s.Lease, to) })
			t.wantSuccess(err, "SwapLease while attributes are updated")
		})
		s = w.sessions[s.ID]
		s.Lease = to
		w.sessions[s.ID] = s
		w.compare(a, "after UpdateSession of different attributes and SwapLease at the same time")
	}
}

// eachAtOnce updates a few attributes of a row, each with its own call, and calls other, all
// concurrently.
func eachAtOnce[U, S, T any](t *tester[U, S], e entity[T], other func()) {
	list := fields[T](t)
	const most = 5
	list = list[:min(len(list), most)]
	patch := e.sample()
	t.runTogether(len(list)+1, func(i int) {
		if i == len(list) {
			other()
			return
		}
		mask := fieldMask[T](t, list[i].Name)
		err := t.retry(func() error { return e.update(e.one, patch, mask) })
		t.wantSuccess(err, "Update%s of %s while others update others", e.name, list[i].Name)
	})
	for _, f := range list {
		e.set(e.one, merge(t, e.attributes(e.one), patch, fieldMask[T](t, f.Name)))
	}
}
