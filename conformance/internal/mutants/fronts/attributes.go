package fronts

import (
	"slices"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func attributeMutants() []Mutant {
	return slices.Concat(jsonMutants(), invalidMutants(), maxMutants(), uniqueMutants(), maskMutants())
}

// readUsers changes the users that every method but UserBy returns.
func readUsers(a *richAltered, change func(*spec.User[richUser])) {
	changed := func(c *richCall) {
		if c.err == nil && c.user.ID != "" {
			change(&c.user)
		}
	}
	a.after(spec.OpUser, changed)
	a.after(spec.OpSessionAndUser, changed)
}

// readSessions changes the sessions that every method returns.
func readSessions[U, S any](a *altered[U, S], change func(*spec.Session[S])) {
	changed := func(c *call[U, S]) {
		if c.err == nil {
			change(&c.session)
		}
	}
	a.after(spec.OpSession, changed)
	a.after(spec.OpSessionAndUser, changed)
	a.after(spec.OpUserSessions, func(c *call[U, S]) {
		for i := range c.list {
			change(&c.list[i])
		}
	})
}

// writeUsers changes the attributes of users before they are written. The function must
// not change variables behind pointers, which belong to the caller.
func writeUsers(change func(*richUser)) func(*richAltered) {
	return func(a *richAltered) {
		a.before(spec.OpCreateUser, func(c *richCall) { change(&c.user.Attributes) })
		a.before(spec.OpUpdateUser, func(c *richCall) { change(&c.user.Attributes) })
	}
}

// writeSessions is [writeUsers] for sessions.
func writeSessions(change func(*richSession)) func(*richAltered) {
	return func(a *richAltered) {
		a.before(spec.OpCreateSession, func(c *richCall) { change(&c.session.Attributes) })
		a.before(spec.OpUpdateSession, func(c *richCall) { change(&c.session.Attributes) })
	}
}

// names returns the names of the masked attributes.
func names[T any](mask attr.Mask[T]) []string {
	schema, err := attr.SchemaOf[T]()
	if err != nil {
		return nil // the suite's own types have schemas
	}
	var list []string
	for _, f := range schema.Select(mask) {
		list = append(list, f.Name)
	}
	return list
}
