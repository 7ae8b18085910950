package conformance

import (
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func ownershipChecks[U, S any]() []check[U, S] {
	if reflect.TypeFor[U]().NumField() == 0 {
		return nil // nothing could be shared
	}
	return []check[U, S]{
		{clause: "OWN-01", sentence: "what_was_passed_may_be_changed", run: seeded(ownPassed[U, S])},
		{clause: "OWN-01", sentence: "what_was_passed_is_not_changed_by_the_call", run: seeded(ownUntouched[U, S])},
		{clause: "OWN-02", sentence: "what_was_returned_may_be_changed", run: seeded(ownReturned[U, S])},
		{clause: "OWN-02", sentence: "what_was_returned_stays_as_it_is", run: seeded(ownKept[U, S])},
	}
}

// scribble changes everything that can be reached from the pointer v: the variables behind
// pointers, the elements of slices up to their capacity, and the entries of maps.
func scribble(v any) { scribbleIn(reflect.ValueOf(v)) }

func scribbleIn(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		scribbleIn(v.Elem())
	case reflect.Pointer:
		if !v.IsNil() {
			scribbleIn(v.Elem())
			scribbleOver(v.Elem())
		}
	case reflect.Slice:
		full := v.Slice(0, v.Cap())
		for i := range full.Len() {
			scribbleIn(full.Index(i))
			scribbleOver(full.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			scribbleIn(v.MapIndex(key))
			v.SetMapIndex(key, reflect.Zero(v.Type().Elem()))
		}
		if v.Len() > 0 && v.Type().Key().Kind() == reflect.String {
			v.SetMapIndex(reflect.ValueOf("scribbled").Convert(v.Type().Key()), reflect.Zero(v.Type().Elem()))
		}
	case reflect.Struct:
		if v.Type().ConvertibleTo(reflect.TypeFor[time.Time]()) {
			return // its location is shared by all times
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				scribbleIn(v.Field(i))
			}
		}
	}
}

// scribbleOver changes a value to another one.
func scribbleOver(v reflect.Value) {
	switch {
	case !v.CanSet():
	case v.Kind() == reflect.Bool:
		v.SetBool(!v.Bool())
	case v.CanInt():
		v.SetInt(v.Int() ^ 1)
	case v.CanUint():
		v.SetUint(v.Uint() ^ 1)
	case v.CanFloat():
		v.SetFloat(v.Float() + 1)
	case v.Kind() == reflect.String:
		v.SetString(v.String() + "scribbled")
	default:
		v.SetZero()
	}
}

func ownPassed[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	// The same number results in equal attributes that share nothing.
	const first, second = 60, 61
	if t.users {
		passed := t.samples.user(first)
		t.must(a.CreateUser(t.ctx(), spec.User[U]{ID: "passed", Attributes: passed}), "CreateUser")
		scribble(&passed)
		w.users["passed"] = spec.User[U]{ID: "passed", Attributes: t.samples.user(first)}
		w.compare(a, "after changing what was passed to CreateUser")

		passed = t.samples.user(second)
		t.must(a.UpdateUser(t.ctx(), ann, passed, attr.All[U]()), "UpdateUser")
		scribble(&passed)
		w.users[ann] = spec.User[U]{ID: ann, Attributes: t.samples.user(second)}
		w.compare(a, "after changing what was passed to UpdateUser")
	}
	s := w.newSession("passed", ann)
	s.Attributes = t.samples.session(first)
	t.must(a.CreateSession(t.ctx(), s), "CreateSession")
	scribble(&s.Attributes)
	s.Attributes = t.samples.session(first)
	w.sessions[s.ID] = s
	w.compare(a, "after changing what was passed to CreateSession")

	passed := t.samples.session(second)
	t.must(a.UpdateSession(t.ctx(), annPhone, passed, attr.All[S]()), "UpdateSession")
	scribble(&passed)
	w.sessionEntity(a).set(annPhone, t.samples.session(second))
	w.compare(a, "after changing what was passed to UpdateSession")

	keep := []string{annPhone, "passed"}
	n, err := a.DeleteUserSessionsExcept(t.ctx(), ann, keep...)
	t.wantCount(n, err, 1, "DeleteUserSessionsExcept")
	scribble(&keep)
	w.forgetSession(annLaptop)
	w.compare(a, "after changing the ids to keep that were passed to DeleteUserSessionsExcept")
}

// ownUntouched passes values that a store must change before it keeps them: times that
// are finer than a millisecond and in a zone, and ids to keep that are not sorted.
func ownUntouched[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	odd := time.Date(2024, 5, 17, 12, 34, 56, 123456789, time.FixedZone("", 12*3600+45*60))
	const n = 60
	user := func() U {
		u := t.samples.user(n)
		setTimes(&u, odd)
		return u
	}
	session := func() S {
		s := t.samples.session(n)
		setTimes(&s, odd)
		return s
	}
	if t.users {
		passed := user()
		t.must(a.CreateUser(t.ctx(), spec.User[U]{ID: "passed", Attributes: passed}), "CreateUser")
		t.want(passed, user(), "what was passed to CreateUser, after it")
		t.must(a.UpdateUser(t.ctx(), "passed", passed, attr.All[U]()), "UpdateUser")
		t.want(passed, user(), "what was passed to UpdateUser, after it")
	}
	s := w.newSession("passed", ann)
	s.Attributes = session()
	t.must(a.CreateSession(t.ctx(), s), "CreateSession")
	t.want(s.Attributes, session(), "what was passed to CreateSession, after it")
	t.must(a.UpdateSession(t.ctx(), "passed", s.Attributes, attr.All[S]()), "UpdateSession")
	t.want(s.Attributes, session(), "what was passed to UpdateSession, after it")

	for _, keep := range [][]string{
		{"z", annPhone, "a", annPhone, "passed", annLaptop},
		{"z", annPhone, "a", annPhone, "passed", annLaptop, "invalid\xff", ""},
	} {
		before := slices.Clone(keep)
		_, err := a.DeleteUserSessionsExcept(t.ctx(), ann, keep...)
		t.must(err, "DeleteUserSessionsExcept")
		t.want(keep, before, "the ids to keep that were passed to DeleteUserSessionsExcept, after it")
	}
}

// readAll returns everything that the methods of an adapter return about ann and her first
// session, by the names of the methods.
func (w *world[U, S]) readAll(a front[U, S]) map[string]any {
	t, ctx, got := w.t, w.t.ctx(), map[string]any{}
	s, err := a.Session(ctx, annPhone)
	t.must(err, "Session")
	got["Session"] = &s
	list, err := a.UserSessions(ctx, ann)
	t.must(err, "UserSessions")
	got["UserSessions"] = &list
	if !t.users {
		return got
	}
	u, err := a.User(ctx, ann)
	t.must(err, "User")
	got["User"] = &u
	both, owner, err := a.SessionAndUser(ctx, annPhone)
	t.must(err, "SessionAndUser")
	got["SessionAndUser (the session)"], got["SessionAndUser (the user)"] = &both, &owner
	if offers[spec.UserFinder](a) {
		field, value := uniqueText(&u.Attributes)
		found, err := a.UserBy(ctx, field, value)
		t.must(err, "UserBy")
		got["UserBy"] = &found
	}
	return got
}

// uniqueText returns the name of a unique attribute that is a string, and its value.
func uniqueText(attributes any) (field, value string) {
	switch v := attributes.(type) {
	case *richUser:
		return "Email", v.Email
	case *nestedUser:
		return "Phone", v.Phone
	}
	return "", ""
}

func ownReturned[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for name, got := range w.readAll(a) {
		scribble(got)
		w.compare(a, "after changing what "+name+" returned")
	}
	again := w.readAll(a)
	if found, ok := again["UserBy"]; ok {
		u := w.users[ann]
		t.want(found, &u, "UserBy, after changing what it returned before")
	}
}

// ownKept checks that rows that were read have not changed after other reads and writes.
func ownKept[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	first, second, undisturbed := w.readAll(a), w.readAll(a), w.readAll(a)
	for _, got := range first {
		scribble(got)
	}
	for name, got := range second {
		t.want(got, undisturbed[name], "what %s returned, after another caller has changed the same", name)
	}

	before := *w
	before.users, before.sessions = maps.Clone(w.users), maps.Clone(w.sessions)
	w.changeAll(a)
	for name, got := range undisturbed {
		switch v := got.(type) {
		case *spec.User[U]:
			u := before.users[ann]
			t.want(v, &u, "what %s returned, after an update", name)
		case *spec.Session[S]:
			s := before.sessions[annPhone]
			t.want(v, &s, "what %s returned, after an update", name)
		case *[]spec.Session[S]:
			t.want(*v, before.sessionsOf(ann), "what %s returned, after an update", name)
		}
	}
	t.must(a.DeleteSession(t.ctx(), annPhone), "DeleteSession")
	t.want(second["Session"], undisturbed["Session"], "what Session returned, after DeleteSession")
}
