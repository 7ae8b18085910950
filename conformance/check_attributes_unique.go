package conformance

import (
	"fmt"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// way is an operation after which no row has the unique values of some attributes.
type way[T any] struct {
	what string
	do   func(attributes T)
}

// eachWay runs each way, and then creates a row with the same attributes.
func eachWay[U, S, T any](t *tester[U, S], e entity[T], ways []way[T]) {
	for _, way := range ways {
		attributes := e.sample()
		way.do(attributes)
		if t.wantSuccess(e.create("heir", attributes), "Create%s with the values of a row after %s", e.name, way.what) {
			t.must(e.remove("heir"), "Delete%s", e.name)
		}
	}
}

func uniqueFreed[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	if t.users {
		e := w.userEntity(a)
		eachWay(t, e, append(updates(t, e), way[U]{"DeleteUser", func(v U) {
			t.must(e.create("holder", v), "CreateUser")
			t.must(e.remove("holder"), "DeleteUser")
		}}))
		w.compare(a, "after the unique values of users passed on")
	}
	e := w.sessionEntity(a)
	eachWay(t, e, append(updates(t, e), sessionDeletes(w, a)...))
	w.compare(a, "after the unique values of sessions passed on")
}

// updates returns the ways in which an update frees values.
func updates[U, S, T any](t *tester[U, S], e entity[T]) []way[T] {
	var ways []way[T]
	change := func(what string, to func() T, mask attr.Mask[T]) {
		ways = append(ways, way[T]{what, func(v T) {
			t.must(e.create("holder", v), "Create%s", e.name)
			changed := merge(t, v, to(), mask)
			t.must(e.update("holder", changed, mask), "Update%s to other unique values", e.name)
			e.set("holder", changed)
			// Create the next owner of the values while the row still exists.
			if t.wantSuccess(e.create("second", v), "Create%s with the values of a row after %s", e.name, what) {
				t.must(e.remove("second"), "Delete%s", e.name)
			}
			t.must(e.remove("holder"), "Delete%s", e.name)
		}})
	}
	change("an update of all attributes", e.sample, attr.All[T]())
	change("an update of all attributes to zero", func() T { var zero T; return zero }, attr.All[T]())
	mask, err := attr.Fields[T](uniqueNames[T](t)...)
	t.must(err, "the suite's own mask")
	change("an update of the unique attributes", e.sample, mask)
	return ways
}

// sessionDeletes returns the ways to delete sessions.
func sessionDeletes[U, S any](w *world[U, S], a front[U, S]) []way[S] {
	t, ctx := w.t, w.t.ctx()
	var ways []way[S]
	after := func(what string, remove func(host string) error) {
		host := fmt.Sprint("host ", len(ways))
		ways = append(ways, way[S]{what, func(v S) {
			w.createUser(a, host)
			s := w.newSession("holder", host)
			s.Attributes = v
			s.ExpiresAt = noon // the others live longer
			t.must(a.CreateSession(ctx, s), "CreateSession")
			t.must(remove(host), "%s", what)
			w.gone["holder"] = true
		}})
	}
	after("DeleteSession", func(string) error { return a.DeleteSession(ctx, "holder") })
	after("DeleteUserSessionsExcept", func(host string) error {
		_, err := a.DeleteUserSessionsExcept(ctx, host, "unknown")
		return err
	})
	after("a sweep of the user's sessions", func(host string) error {
		_, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: noon, UserID: host, Limit: 10})
		return err
	})
	after("a sweep of everybody's sessions", func(string) error {
		_, err := a.DeleteExpiredSessions(ctx, spec.Sweep{Now: noon, Everyone: true, Limit: 10})
		return err
	})
	if t.users {
		after("DeleteUser", func(host string) error {
			w.forgetUser(host)
			return a.DeleteUser(ctx, host)
		})
	}
	return ways
}

func uniqueFailed[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	if t.users {
		e := w.userEntity(a)
		eachWay(t, e, failures(t, e))
	}
	e := w.sessionEntity(a)
	ways := failures(t, e)
	if t.users {
		ways = append(ways, way[S]{"a failed CreateSession for an absent user", func(v S) {
			s := w.newSession("holder", "unknown")
			s.Attributes = v
			t.wantClass(a.CreateSession(t.ctx(), s), spec.ErrUserNotFound, "CreateSession for an absent user")
		}})
	}
	eachWay(t, e, ways)
	w.compare(a, "after failed writes with new unique values")
}

// failures returns writes that fail and must leave nothing behind.
func failures[U, S, T any](t *tester[U, S], e entity[T]) []way[T] {
	ways := []way[T]{
		{"a failed create with a taken id", func(v T) {
			t.wantClass(e.create(e.one, v), e.exists, "Create%s with a taken id", e.name)
		}},
		{"a failed update of an absent row", func(v T) {
			t.wantClass(e.update("unknown", v, attr.All[T]()), e.notFound, "Update%s of an absent row", e.name)
		}},
	}
	// Whichever attribute a store checks first, the values of the others must stay free.
	for _, name := range uniqueNames[T](t) {
		if len(uniqueNames[T](t)) == 1 {
			break
		}
		free := func(v T) T { return merge(t, v, e.attributes(e.one), fieldMask[T](t, name)) }
		ways = append(ways,
			way[T]{"a failed create with a taken " + name, func(v T) {
				t.wantConstraint(e.create("newcomer", free(v)), spec.NotUnique, name, "Create%s with a taken %s", e.name, name)
			}},
			way[T]{"a failed update with a taken " + name, func(v T) {
				t.wantConstraint(e.update(e.two, free(v), attr.All[T]()), spec.NotUnique, name, "Update%s with a taken %s", e.name, name)
			}})
	}
	return ways
}
