package conformance

import (
	"context"
	"maps"
	"slices"

	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// operation is one way to call a method of the contract. The checks about errors, contexts,
// outages and closing run all operations.
type operation[U, S any] struct {
	op    spec.Op
	name  string // the method, and what distinguishes this call of it
	users bool   // the method is one of those for users
	write bool

	everyone bool // it is a sweep that names no user

	call func(a front[U, S], c arguments[U, S]) (reply[U, S], error)

	// expect returns what the call returns if it succeeds in this world. apply changes the
	// world as the call changes the store.
	expect func(w *world[U, S], c arguments[U, S]) reply[U, S]
	apply  func(w *world[U, S], c arguments[U, S])
}

// arguments are the arguments of all operations. Each operation uses those that it needs.
type arguments[U, S any] struct {
	ctx     context.Context
	user    spec.User[U]    // some operations use only its id
	session spec.Session[S] // some operations use only its id
	to      spec.Lease      // the lease to swap to; session.Lease is the one to swap from
	keep    []string
	sweep   spec.Sweep
	field   string // field and value are for UserBy
	value   any
}

// reply is the result of an operation without the error.
type reply[U, S any] struct {
	user    spec.User[U]
	session spec.Session[S]
	list    []spec.Session[S]
	n       int64
}

// operations returns the operations that the adapter offers.
func (t *tester[U, S]) operations(a front[U, S]) []operation[U, S] {
	finds := offers[spec.UserFinder](a)
	return slices.DeleteFunc(allOperations[U, S](), func(o operation[U, S]) bool {
		return o.users && !t.users || o.op == spec.OpUserBy && (!finds || len(uniqueNames[U](t)) == 0)
	})
}

func allOperations[U, S any]() []operation[U, S] {
	type (
		store  = front[U, S]
		args   = arguments[U, S]
		answer = reply[U, S]
		rows   = *world[U, S]
	)
	return []operation[U, S]{
		{op: spec.OpCreateUser, name: "CreateUser", users: true, write: true,
			call:  func(a store, c args) (r answer, err error) { return r, a.CreateUser(c.ctx, c.user) },
			apply: func(w rows, c args) { w.users[c.user.ID] = c.user }},
		{op: spec.OpUser, name: "User", users: true,
			call:   func(a store, c args) (r answer, err error) { r.user, err = a.User(c.ctx, c.user.ID); return r, err },
			expect: func(w rows, c args) answer { return answer{user: w.users[c.user.ID]} }},
		{op: spec.OpUserBy, name: "UserBy", users: true,
			call: func(a store, c args) (r answer, err error) {
				r.user, err = a.UserBy(c.ctx, c.field, c.value)
				return r, err
			},
			expect: func(w rows, c args) answer { return answer{user: w.users[c.user.ID]} }},
		{op: spec.OpUpdateUser, name: "UpdateUser", users: true, write: true,
			call: func(a store, c args) (r answer, err error) {
				return r, a.UpdateUser(c.ctx, c.user.ID, c.user.Attributes, attr.All[U]())
			},
			apply: func(w rows, c args) { w.users[c.user.ID] = c.user }},
		{op: spec.OpDeleteUser, name: "DeleteUser", users: true, write: true,
			call:  func(a store, c args) (r answer, err error) { return r, a.DeleteUser(c.ctx, c.user.ID) },
			apply: func(w rows, c args) { w.forgetUser(c.user.ID) }},

		{op: spec.OpCreateSession, name: "CreateSession", write: true,
			call:  func(a store, c args) (r answer, err error) { return r, a.CreateSession(c.ctx, c.session) },
			apply: func(w rows, c args) { w.sessions[c.session.ID] = c.session }},
		{op: spec.OpSession, name: "Session",
			call: func(a store, c args) (r answer, err error) {
				r.session, err = a.Session(c.ctx, c.session.ID)
				return r, err
			},
			expect: func(w rows, c args) answer { return answer{session: w.sessions[c.session.ID]} }},
		{op: spec.OpSessionAndUser, name: "SessionAndUser", users: true,
			call: func(a store, c args) (r answer, err error) {
				r.session, r.user, err = a.SessionAndUser(c.ctx, c.session.ID)
				return r, err
			},
			expect: func(w rows, c args) answer {
				s := w.sessions[c.session.ID]
				return answer{session: s, user: w.users[s.UserID]}
			}},
		{op: spec.OpUserSessions, name: "UserSessions",
			call: func(a store, c args) (r answer, err error) {
				r.list, err = a.UserSessions(c.ctx, c.user.ID)
				return r, err
			},
			expect: func(w rows, c args) answer { return answer{list: w.sessionsOf(c.user.ID)} }},
		{op: spec.OpUpdateSession, name: "UpdateSession", write: true,
			call: func(a store, c args) (r answer, err error) {
				return r, a.UpdateSession(c.ctx, c.session.ID, c.session.Attributes, attr.All[S]())
			},
			apply: func(w rows, c args) { w.sessions[c.session.ID] = c.session }},
		{op: spec.OpSwapLease, name: "SwapLease", write: true,
			call: func(a store, c args) (r answer, err error) {
				return r, a.SwapLease(c.ctx, c.session.ID, c.session.Lease, c.to)
			},
			apply: func(w rows, c args) {
				s := w.sessions[c.session.ID]
				s.Lease = c.to
				w.sessions[s.ID] = s
			}},
		{op: spec.OpDeleteSession, name: "DeleteSession", write: true,
			call:  func(a store, c args) (r answer, err error) { return r, a.DeleteSession(c.ctx, c.session.ID) },
			apply: func(w rows, c args) { w.forgetSession(c.session.ID) }},
		{op: spec.OpDeleteUserSessionsExcept, name: "DeleteUserSessionsExcept", write: true,
			call: func(a store, c args) (r answer, err error) {
				r.n, err = a.DeleteUserSessionsExcept(c.ctx, c.user.ID, c.keep...)
				return r, err
			},
			expect: func(w rows, c args) answer { return answer{n: int64(len(w.sessionsNotKept(c)))} },
			apply:  func(w rows, c args) { w.forgetSessions(w.sessionsNotKept(c)) }},
		{op: spec.OpDeleteExpiredSessions, name: "DeleteExpiredSessions of one user", write: true,
			call:   sweep[U, S],
			expect: func(w rows, c args) answer { return answer{n: int64(len(w.expired(c.sweep)))} },
			apply:  func(w rows, c args) { w.forgetSessions(w.expired(c.sweep)) }},
		{op: spec.OpDeleteExpiredSessions, name: "DeleteExpiredSessions of everyone", write: true, everyone: true,
			call:   func(a store, c args) (answer, error) { return sweep(a, sweepingEveryone(c)) },
			expect: func(w rows, c args) answer { return answer{n: int64(len(w.expired(sweepingEveryone(c).sweep)))} },
			apply:  func(w rows, c args) { w.forgetSessions(w.expired(sweepingEveryone(c).sweep)) }},
	}
}

func sweep[U, S any](a front[U, S], c arguments[U, S]) (r reply[U, S], err error) {
	r.n, err = a.DeleteExpiredSessions(c.ctx, c.sweep)
	return r, err
}

func sweepingEveryone[U, S any](c arguments[U, S]) arguments[U, S] {
	c.sweep.UserID, c.sweep.Everyone = "", true
	return c
}

// sessionsNotKept returns the sessions that DeleteUserSessionsExcept must delete.
func (w *world[U, S]) sessionsNotKept(c arguments[U, S]) []spec.Session[S] {
	return slices.DeleteFunc(w.sessionsOf(c.user.ID), func(s spec.Session[S]) bool { return slices.Contains(c.keep, s.ID) })
}

// expired returns the sessions that a sweep without a limit must delete.
func (w *world[U, S]) expired(sweep spec.Sweep) []spec.Session[S] {
	var list []spec.Session[S]
	for _, s := range w.sessions {
		if s.State(sweep.Now) == spec.Expired && (sweep.UserID == "" || sweep.UserID == s.UserID) {
			list = append(list, s)
		}
	}
	return list
}

func (w *world[U, S]) forgetSessions(list []spec.Session[S]) {
	for _, s := range list {
		w.forgetSession(s.ID)
	}
}

// clone returns a world that can be changed without changing w.
func (w *world[U, S]) clone() *world[U, S] {
	c := *w
	c.users, c.sessions, c.gone = maps.Clone(w.users), maps.Clone(w.sessions), maps.Clone(w.gone)
	return &c
}
