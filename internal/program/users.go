package program

import (
	"context"
	"maps"
	"slices"

	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// users makes the calls for users.
type users[U, S any] struct {
	caller[typed.Store[U, S]]
	values[U, S]
}

func (u *users[U, S]) createUser(user spec.User[U]) {
	u.t.Helper()
	u.call("CreateUser", user.ID, func(a typed.Store[U, S]) (any, error) { return nil, a.CreateUser(u.ctx, user) })
}

func (u *users[U, S]) user(id string) {
	u.t.Helper()
	u.call("User", id, func(a typed.Store[U, S]) (any, error) { return a.User(u.ctx, id) })
}

func (u *users[U, S]) userBy(field string, value any) {
	u.t.Helper()
	u.call("UserBy", field, func(a typed.Store[U, S]) (any, error) { return a.UserBy(u.ctx, field, value) })
}

func (u *users[U, S]) sessionAndUser(id string) {
	u.t.Helper()
	u.call("SessionAndUser", id, func(a typed.Store[U, S]) (any, error) {
		session, user, err := a.SessionAndUser(u.ctx, id)
		return []any{session, user}, err
	})
}

func (u *users[U, S]) updateUser(id string, attributes U, mask attr.Mask[U]) {
	u.t.Helper()
	u.call("UpdateUser", id, func(a typed.Store[U, S]) (any, error) { return nil, a.UpdateUser(u.ctx, id, attributes, mask) })
}

func (u *users[U, S]) deleteUser(id string) {
	u.t.Helper()
	u.call("DeleteUser", id, func(a typed.Store[U, S]) (any, error) { return nil, a.DeleteUser(u.ctx, id) })
}

// fill creates the rows that must exist before an object is created around the tables.
func (u *users[U, S]) fill() {
	u.createUser(u.newUser(fillNumber, Mute))
}

// create creates a user for each id, and reads it in every way.
func (u *users[U, S]) create() {
	for i, id := range u.ids {
		u.createUser(u.newUser(i, id))
		u.user(id)
		u.userBy(u.unique[0], u.uniqueValue(i, u.unique[0]))
	}
	for _, field := range u.unique[1:] {
		u.userBy(field, u.uniqueValue(1, field))
	}
}

// readWithSessions reads everything that can exist.
func (u *users[U, S]) readWithSessions(s *sessions[U, S]) {
	s.read()
	for _, id := range u.allIDs() {
		u.user(id)
		u.sessionAndUser(id)
	}
	u.sessionAndUser(anonymous)
}

// update sets some attributes, all, and none.
func (u *users[U, S]) update() {
	some := must(attr.Fields[U](u.userFields...))
	for i, id := range u.ids {
		switch i % 4 {
		case 0:
			u.updateUser(id, u.attributes(i+len(u.ids)), attr.All[U]())
		case 1:
			u.updateUser(id, u.attributes(i+len(u.ids)), some)
		case 2:
			u.updateUser(id, u.attributes(i), attr.All[U]()) // what is there
		default:
			u.updateUser(id, u.attributes(0), attr.Mask[U]{})
		}
		u.user(id)
	}
	u.updateUser(Mute, u.attributes(fillNumber+1), some)
}

// refuse makes calls that fail and change nothing.
func (u *users[U, S]) refuse() {
	for _, id := range append(invalidIDs, absent) {
		u.updateUser(id, u.attributes(1), must(attr.Fields[U](u.userFields[0])))
		u.updateUser(id, u.attributes(1), attr.Mask[U]{})
		u.deleteUser(id)
	}
	for _, id := range invalidIDs {
		u.createUser(u.newUser(newNumber, id))
	}
	u.createUser(u.newUser(newNumber, u.ids[0]))
	for _, what := range slices.Sorted(maps.Keys(u.badUsers)) {
		bad := u.badUsers[what]
		u.note = ", " + what
		u.createUser(spec.User[U]{ID: absent, Attributes: bad})
		u.updateUser(u.ids[4], bad, attr.All[U]())
		u.note = ""
		u.user(absent)
		u.user(u.ids[4])
	}
	u.userBy("Name", "Ann")
	u.userBy("Email", 7)
	u.userBy("Email", "unknown@example.com")
}

// givenUp makes calls whose context is done.
func (u *users[U, S]) givenUp() {
	live := u.ctx
	done, cancel := context.WithCancel(live)
	cancel()
	u.ctx = done
	u.createUser(u.newUser(newNumber, absent))
	u.user(u.ids[0])
	u.updateUser(u.ids[0], u.attributes(newNumber), attr.All[U]())
	u.sessionAndUser(u.ids[0])
	u.deleteUser(u.ids[0])
	u.ctx = live
}

// deleteAll deletes all users, one of them twice.
func (u *users[U, S]) deleteAll() {
	for _, id := range append(u.ids, u.ids[0], Mute) {
		u.deleteUser(id)
	}
}

// must returns mask, whose fields the attribute types have. It panics on an error.
func must[T any](mask attr.Mask[T], err error) attr.Mask[T] {
	if err != nil {
		panic(err)
	}
	return mask
}
