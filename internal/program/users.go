package program

import (
	"context"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// users makes the calls of the users' half.
type users struct {
	*each
	handles [2]spec.Adapter[User, Session]
	model   spec.Adapter[User, Session]
}

func (u *users) createUser(user spec.User[User]) {
	u.t.Helper()
	a := u.handles[u.turn()]
	u.same("CreateUser", user.ID, nil, a.CreateUser(u.ctx, user), nil, u.model.CreateUser(u.ctx, user))
}

func (u *users) user(id string) {
	u.t.Helper()
	got, err := u.handles[u.turn()].User(u.ctx, id)
	want, wantErr := u.model.User(u.ctx, id)
	u.same("User", id, got, err, want, wantErr)
}

func (u *users) userBy(field string, value any) {
	u.t.Helper()
	finder, ok := spec.As[spec.UserFinder[User]](u.handles[u.turn()])
	model, _ := spec.As[spec.UserFinder[User]](u.model)
	if !ok {
		return
	}
	got, err := finder.UserBy(u.ctx, field, value)
	want, wantErr := model.UserBy(u.ctx, field, value)
	u.same("UserBy", field, got, err, want, wantErr)
}

func (u *users) sessionAndUser(id string) {
	u.t.Helper()
	session, user, err := u.handles[u.turn()].SessionAndUser(u.ctx, id)
	wantSession, wantUser, wantErr := u.model.SessionAndUser(u.ctx, id)
	u.same("SessionAndUser", id, []any{session, user}, err, []any{wantSession, wantUser}, wantErr)
}

func (u *users) updateUser(id string, attributes User, mask attr.Mask[User]) {
	u.t.Helper()
	a := u.handles[u.turn()]
	u.same("UpdateUser", id, nil, a.UpdateUser(u.ctx, id, attributes, mask), nil, u.model.UpdateUser(u.ctx, id, attributes, mask))
}

func (u *users) deleteUser(id string) {
	u.t.Helper()
	a := u.handles[u.turn()]
	u.same("DeleteUser", id, nil, a.DeleteUser(u.ctx, id), nil, u.model.DeleteUser(u.ctx, id))
}

// create creates a user of each id, and reads it by every way.
func (u *users) create() {
	for i, id := range ids {
		u.createUser(spec.User[User]{ID: id, Attributes: userAttributes(i)})
		u.user(id)
		u.userBy("Email", userAttributes(i).Email)
	}
	some := userAttributes(1)
	u.userBy("Handle", *some.Handle)
	u.userBy("Number", *some.Number)
	u.userBy("Joined", *some.Joined)
	u.userBy("Key", some.Key)
}

// readWithSessions reads everything that may be there.
func (u *users) readWithSessions(s *sessions) {
	s.read()
	for _, id := range append(ids, invalidIDs...) {
		u.user(id)
		u.sessionAndUser(id)
	}
	u.sessionAndUser(anonymous)
}

// update sets some attributes, all, and none.
func (u *users) update() {
	names := must(attr.Fields[User]("Name", "Logins", "Previous", "Roles", "Weight"))
	for i, id := range ids {
		switch i % 4 {
		case 0:
			u.updateUser(id, userAttributes(i+len(ids)), attr.All[User]())
		case 1:
			u.updateUser(id, userAttributes(i+len(ids)), names)
		case 2:
			u.updateUser(id, userAttributes(i), attr.All[User]()) // what is there
		default:
			u.updateUser(id, userAttributes(0), attr.Mask[User]{})
		}
		u.user(id)
	}
}

// refuse makes calls that fail and change nothing.
func (u *users) refuse() {
	for _, id := range append(invalidIDs, absent) {
		u.updateUser(id, userAttributes(1), must(attr.Fields[User]("Name")))
		u.updateUser(id, userAttributes(1), attr.Mask[User]{})
		u.deleteUser(id)
	}
	for _, id := range invalidIDs {
		u.createUser(spec.User[User]{ID: id, Attributes: userAttributes(199)})
	}
	u.createUser(spec.User[User]{ID: ids[0], Attributes: userAttributes(199)})
	for _, bad := range badUsers() {
		u.createUser(spec.User[User]{ID: absent, Attributes: bad})
		u.user(absent)
		u.updateUser(ids[2], bad, attr.All[User]())
		u.user(ids[2])
	}
	u.userBy("Name", "Ann")
	u.userBy("Email", 7)
	u.userBy("Email", "nobody@example.com")
}

// givenUp makes calls whose context is done.
func (u *users) givenUp() {
	live := u.ctx
	done, cancel := context.WithCancel(live)
	cancel()
	u.ctx = done
	u.createUser(spec.User[User]{ID: absent, Attributes: userAttributes(199)})
	u.user(ids[0])
	u.updateUser(ids[0], userAttributes(199), attr.All[User]())
	u.sessionAndUser(ids[0])
	u.deleteUser(ids[0])
	u.ctx = live
}

// delete deletes all users, one of them twice.
func (u *users) delete() {
	for _, id := range append(ids, ids[0]) {
		u.deleteUser(id)
	}
}

// must returns a mask of fields that User and Session have.
func must[T any](mask attr.Mask[T], err error) attr.Mask[T] {
	if err != nil {
		panic(err)
	}
	return mask
}
