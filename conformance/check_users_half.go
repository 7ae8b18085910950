package conformance

import (
	"fmt"
	"slices"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// userVersions is [readVersions] for a user.
func (t *tester[U, S]) userVersions(round int, versions []spec.User[U], call string, write func(i int) error, ways ...func() (spec.User[U], error)) {
	readVersions(t, round, "user", spec.ErrUserNotFound, versions, call, write, ways...)
}

func userCreateHalf[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	for round := range t.rounds(5) {
		u := w.newUser(fmt.Sprintf("new %d", round))
		read := func() (spec.User[U], error) { return a.User(t.ctx(), u.ID) }
		t.userVersions(round, []spec.User[U]{{}, u}, "CreateUser", func(int) error { return a.CreateUser(t.ctx(), u) }, read, read)
		w.users[u.ID] = u
		w.holdUser(a, u, "after CreateUser while others read")
		t.must(a.DeleteUser(t.ctx(), u.ID), "DeleteUser")
		delete(w.users, u.ID)
	}
	w.compare(a, "after CreateUser while others read")
}

func userUpdateHalf[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	t.raceTime *= 3 // there are two ways to read
	for round := range t.rounds(1) {
		versions := []spec.User[U]{w.users[ann]}
		for range 10 {
			versions = append(versions, w.newUser(ann))
		}
		t.userVersions(round, versions, "UpdateUser", func(i int) error {
			return a.UpdateUser(t.ctx(), ann, versions[i].Attributes, attr.All[U]())
		}, func() (spec.User[U], error) { return a.User(t.ctx(), ann) }, func() (spec.User[U], error) {
			_, u, err := a.SessionAndUser(t.ctx(), annPhone)
			return u, err
		})
		w.users[ann] = versions[len(versions)-1]
	}
	w.compare(a, "after UpdateUser while others read")
}

// userByDuringUpdates reads a user by a value that stays and by a value that changes.
func userByDuringUpdates(t *tester[richUser, richSession], a front[richUser, richSession], w *world[richUser, richSession]) {
	t.raceTime *= 4 // there are three ways to read
	for round := range t.rounds(1) {
		first := w.users[ann]
		versions := []spec.User[richUser]{first}
		for range 10 {
			u := w.newUser(ann)
			u.Attributes.Handle = first.Attributes.Handle
			versions = append(versions, u)
		}
		update := func(i int) error {
			return a.UpdateUser(t.ctx(), ann, versions[i].Attributes, attr.All[richUser]())
		}
		newest := 0 // the newest version that was found by e-mail
		t.userVersions(round, versions, "UpdateUser", update,
			func() (spec.User[richUser], error) {
				u, err := a.UserBy(t.ctx(), "Handle", *first.Attributes.Handle)
				t.must(err, "UserBy with a value that stays, during UpdateUser")
				return u, err
			},
			func() (spec.User[richUser], error) {
				for i := newest; i < len(versions); i++ {
					u, err := a.UserBy(t.ctx(), "Email", versions[i].Attributes.Email)
					if spec.ClassOf(err) == spec.ErrUserNotFound {
						continue
					}
					t.must(err, "UserBy during UpdateUser")
					t.want(u, versions[i], "UserBy with a value of the user's, during UpdateUser")
					newest = i
				}
				return versions[newest], nil
			},
			func() (spec.User[richUser], error) {
				u, err := a.User(t.ctx(), ann)
				t.must(err, "User during UpdateUser")
				if i := versionOf(versions, u); i > 0 {
					_, err := a.UserBy(t.ctx(), "Email", versions[i-1].Attributes.Email)
					t.wantClass(err, spec.ErrUserNotFound, "UserBy with the value that the user had before the one just read, during UpdateUser")
				}
				return u, nil
			})
		w.users[ann] = versions[len(versions)-1]
	}
	w.compare(a, "after UpdateUser while others call UserBy")
}

// uniqueFreedAtOnce updates a row several times concurrently. Afterwards it must have the
// values of one update. The values of the others, and those from before, must be free.
func uniqueFreedAtOnce[U, S any](t *tester[U, S], a front[U, S], w *world[U, S]) {
	if t.users {
		eachFreedAtOnce(t, w.userEntity(a), func() (U, error) { u, err := a.User(t.ctx(), ann); return u.Attributes, err })
		w.compare(a, "after updates of a user at once")
	}
	eachFreedAtOnce(t, w.sessionEntity(a), func() (S, error) { s, err := a.Session(t.ctx(), annPhone); return s.Attributes, err })
	w.compare(a, "after updates of a session at once")
}

func eachFreedAtOnce[U, S, T any](t *tester[U, S], e entity[T], read func() (T, error)) {
	for round := range t.rounds(2) {
		updates := 3
		if round%2 == 1 { // two updates meet more often than three where there are two processors
			updates = 2
		}
		values := []T{e.attributes(e.one)}
		for range updates {
			values = append(values, e.sample())
		}
		t.runTogether(updates, func(i int) {
			err := t.retry(func() error { return e.update(e.one, values[i+1], attr.All[T]()) })
			t.must(err, "Update%s while others update the same row", e.name)
		})
		got, err := read()
		t.must(err, "%s after updates at once", e.name)
		winner := slices.IndexFunc(values[1:], func(v T) bool { return difference(got, v) == "" })
		if winner < 0 {
			t.Errorf("%s after %d updates at once, each of all attributes\n  got:  the attributes of none of them\n  want: those of one", e.name, updates)
			return
		}
		e.set(e.one, got)
		for i, v := range values {
			if i == winner+1 {
				continue
			}
			if t.wantSuccess(e.create("heir", v), "Create%s with the values that a row lost in %d updates at once", e.name, updates) {
				t.must(e.remove("heir"), "Delete%s", e.name)
			}
		}
	}
}
