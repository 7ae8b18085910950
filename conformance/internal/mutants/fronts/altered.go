package fronts

import (
	"context"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/method"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// openHealthy opens the memory adapter, of which a mutant alters one part.
func openHealthy[U, S any](t conformance.TB, _ conformance.Store) typed.Store[U, S] {
	a, err := spec.NewStore[U, S]("memory", func(columns spec.Columns) (spec.Adapter, error) { return newMigratable(columns), nil })
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// alterOpened returns a function that alters the stores that open returns.
func alterOpened[U, S any](open opening[U, S], alter func(*altered[U, S])) opening[U, S] {
	return func(t conformance.TB, s conformance.Store) typed.Store[U, S] {
		a := &altered[U, S]{Store: open(t, s), t: t}
		alter(a)
		if _, plain := a.Store.(*spec.Store[U, S]); plain {
			method.SkipUnaltered(t, a.alters())
		}
		return a
	}
}

// alterAll returns a subject that is broken for all types. Each function is for one pair
// of types.
func alterAll(rich func(*richAltered), empty func(*altered[struct{}, struct{}]), nested func(*nestedAltered)) conformance.Subject {
	return subjectOf(alterOpened(openHealthy, rich), alterOpened(openHealthy, empty), alterOpened(openHealthy, nested))
}

// alterRich returns a subject that is broken for the rich types only.
func alterRich(alter func(*richAltered)) conformance.Subject {
	return subjectOf(alterOpened(openHealthy, alter), openHealthy, openHealthy)
}

// nested returns a subject that is broken for the nested types only.
func nested(alter func(*nestedAltered)) conformance.Subject {
	return subjectOf(openHealthy, openHealthy, alterOpened(openHealthy, alter))
}

// altered is a store whose hooks alter what methods are given and return.
type altered[U, S any] struct {
	typed.Store[U, S]
	t     conformance.TB // of the check that opens the store
	hooks []hook[U, S]
}

func (a *altered[U, S]) CreateUser(ctx context.Context, user spec.User[U]) error {
	c := call[U, S]{op: spec.OpCreateUser, ctx: ctx, id: user.ID, user: user}
	a.perform(&c, func() { c.err = a.Store.CreateUser(c.ctx, c.user) })
	return c.err
}

func (a *altered[U, S]) User(ctx context.Context, id string) (spec.User[U], error) {
	c := call[U, S]{op: spec.OpUser, ctx: ctx, id: id}
	a.perform(&c, func() { c.user, c.err = a.Store.User(c.ctx, c.id) })
	return c.user, c.err
}

func (a *altered[U, S]) UserBy(ctx context.Context, field string, value any) (spec.User[U], error) {
	c := call[U, S]{op: spec.OpUserBy, ctx: ctx, field: field, value: value}
	a.perform(&c, func() { c.user, c.err = a.Store.UserBy(c.ctx, c.field, c.value) })
	return c.user, c.err
}

func (a *altered[U, S]) UpdateUser(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
	c := call[U, S]{op: spec.OpUpdateUser, ctx: ctx, id: id, user: spec.User[U]{Attributes: attributes}, userMask: mask}
	a.perform(&c, func() { c.err = a.Store.UpdateUser(c.ctx, c.id, c.user.Attributes, c.userMask) })
	return c.err
}

func (a *altered[U, S]) DeleteUser(ctx context.Context, id string) error {
	c := call[U, S]{op: spec.OpDeleteUser, ctx: ctx, id: id}
	a.perform(&c, func() { c.err = a.Store.DeleteUser(c.ctx, c.id) })
	return c.err
}

func (a *altered[U, S]) CreateSession(ctx context.Context, session spec.Session[S]) error {
	c := call[U, S]{op: spec.OpCreateSession, ctx: ctx, id: session.ID, session: session}
	a.perform(&c, func() { c.err = a.Store.CreateSession(c.ctx, c.session) })
	return c.err
}

func (a *altered[U, S]) Session(ctx context.Context, id string) (spec.Session[S], error) {
	c := call[U, S]{op: spec.OpSession, ctx: ctx, id: id}
	a.perform(&c, func() { c.session, c.err = a.Store.Session(c.ctx, c.id) })
	return c.session, c.err
}

func (a *altered[U, S]) SessionAndUser(ctx context.Context, id string) (spec.Session[S], spec.User[U], error) {
	c := call[U, S]{op: spec.OpSessionAndUser, ctx: ctx, id: id}
	a.perform(&c, func() { c.session, c.user, c.err = a.Store.SessionAndUser(c.ctx, c.id) })
	return c.session, c.user, c.err
}

func (a *altered[U, S]) UserSessions(ctx context.Context, userID string) ([]spec.Session[S], error) {
	c := call[U, S]{op: spec.OpUserSessions, ctx: ctx, id: userID}
	a.perform(&c, func() { c.list, c.err = a.Store.UserSessions(c.ctx, c.id) })
	return c.list, c.err
}

func (a *altered[U, S]) UpdateSession(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
	c := call[U, S]{op: spec.OpUpdateSession, ctx: ctx, id: id, session: spec.Session[S]{Attributes: attributes}, sessionMask: mask}
	a.perform(&c, func() { c.err = a.Store.UpdateSession(c.ctx, c.id, c.session.Attributes, c.sessionMask) })
	return c.err
}

func (a *altered[U, S]) SwapLease(ctx context.Context, id string, from, to spec.Lease) error {
	c := call[U, S]{op: spec.OpSwapLease, ctx: ctx, id: id, from: from, to: to}
	a.perform(&c, func() { c.err = a.Store.SwapLease(c.ctx, c.id, c.from, c.to) })
	return c.err
}

func (a *altered[U, S]) DeleteSession(ctx context.Context, id string) error {
	c := call[U, S]{op: spec.OpDeleteSession, ctx: ctx, id: id}
	a.perform(&c, func() { c.err = a.Store.DeleteSession(c.ctx, c.id) })
	return c.err
}

func (a *altered[U, S]) DeleteUserSessions(ctx context.Context, userID string) (int64, error) {
	c := call[U, S]{op: spec.OpDeleteUserSessions, ctx: ctx, id: userID}
	a.perform(&c, func() { c.n, c.err = a.Store.DeleteUserSessions(c.ctx, c.id) })
	return c.n, c.err
}

func (a *altered[U, S]) DeleteUserSessionsExcept(ctx context.Context, userID string, keep ...string) (int64, error) {
	c := call[U, S]{op: spec.OpDeleteUserSessionsExcept, ctx: ctx, id: userID, keep: keep}
	a.perform(&c, func() { c.n, c.err = a.Store.DeleteUserSessionsExcept(c.ctx, c.id, c.keep...) })
	return c.n, c.err
}

func (a *altered[U, S]) DeleteExpiredSessions(ctx context.Context, sweep spec.Sweep) (int64, error) {
	c := call[U, S]{op: spec.OpDeleteExpiredSessions, ctx: ctx, id: sweep.UserID, sweep: sweep}
	a.perform(&c, func() { c.n, c.err = a.Store.DeleteExpiredSessions(c.ctx, c.sweep) })
	return c.n, c.err
}

func (a *altered[U, S]) Migrate(ctx context.Context) error {
	c := call[U, S]{op: spec.OpMigrate, ctx: ctx}
	a.perform(&c, func() { c.err = a.Store.Migrate(c.ctx) })
	return c.err
}

func (a *altered[U, S]) Check(ctx context.Context) error {
	c := call[U, S]{op: spec.OpCheck, ctx: ctx}
	a.perform(&c, func() { c.err = a.Store.Check(c.ctx) })
	return c.err
}

func (a *altered[U, S]) Ping(ctx context.Context) error {
	c := call[U, S]{op: spec.OpPing, ctx: ctx}
	a.perform(&c, func() { c.err = a.Store.Ping(c.ctx) })
	return c.err
}

func (a *altered[U, S]) Close() error {
	c := call[U, S]{op: spec.OpClose}
	a.perform(&c, func() { c.err = a.Store.Close() })
	return c.err
}
