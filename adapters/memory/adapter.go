package memory

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/tenon-go/tenon/spec"
)

// Adapter keeps users and their sessions: all methods of [Sessions], and those
// for users. It is made by [New], and must not be copied.
//
// Besides [spec.TypedAdapter] it implements [spec.TypedUserFinder], [spec.Pinger],
// [spec.Describer] and [io.Closer].
type Adapter[U, S any] struct {
	Sessions[S]
	users *codec[U]
}

// Sessions keeps sessions whose users are kept elsewhere: any UserID will do.
// It is made by [NewSessions], and must not be copied.
//
// Besides [spec.TypedSessionAdapter] it implements [spec.Pinger], [spec.Describer]
// and [io.Closer].
type Sessions[S any] struct {
	sessions *codec[S]
	store    atomic.Pointer[store] // nil once closed
}

var (
	_ spec.TypedAdapter[struct{}, struct{}] = (*Adapter[struct{}, struct{}])(nil)
	_ spec.TypedUserFinder[struct{}]        = (*Adapter[struct{}, struct{}])(nil)
	_ spec.TypedSessionAdapter[struct{}]    = (*Sessions[struct{}])(nil)
	_ spec.Pinger                           = (*Sessions[struct{}])(nil)
	_ spec.Describer                        = (*Sessions[struct{}])(nil)
	_ io.Closer                             = (*Sessions[struct{}])(nil)
)

// New returns an adapter that holds nothing yet, for users with attributes of
// type U and sessions with attributes of type S. A type that cannot be kept is
// an error (see package attr).
func New[U, S any]() (*Adapter[U, S], error) {
	userSchema, err := spec.UserSchema[U]()
	if err != nil {
		return nil, fmt.Errorf("memory: user attributes: %w", err)
	}
	sessionSchema, err := spec.SessionSchema[S]()
	if err != nil {
		return nil, fmt.Errorf("memory: session attributes: %w", err)
	}
	a := &Adapter[U, S]{users: newCodec(userSchema)}
	a.sessions = newCodec(sessionSchema)
	a.store.Store(newStore(true, userSchema.Fields(), sessionSchema.Fields()))
	return a, nil
}

// NewSessions returns an adapter for sessions alone that holds nothing yet. A
// type S that cannot be kept is an error (see package attr).
func NewSessions[S any]() (*Sessions[S], error) {
	schema, err := spec.SessionSchema[S]()
	if err != nil {
		return nil, fmt.Errorf("memory: session attributes: %w", err)
	}
	a := &Sessions[S]{sessions: newCodec(schema)}
	a.store.Store(newStore(false, nil, schema.Fields()))
	return a, nil
}

// Ping succeeds unless the adapter is closed or ctx is done.
func (a *Sessions[S]) Ping(ctx context.Context) error {
	_, err := a.enter(ctx, spec.OpPing)
	return err
}

// Describe names Go as the engine, since its maps are what answers.
func (a *Sessions[S]) Describe(ctx context.Context) (spec.Description, error) {
	if _, err := a.enter(ctx, spec.OpDescribe); err != nil {
		return spec.Description{}, err
	}
	return spec.Description{
		Name:       "memory",
		Engine:     "Go",
		Version:    strings.TrimPrefix(runtime.Version(), "go"),
		Weaknesses: spec.Weaknesses{Volatile: true},
	}, nil
}

// Close gives up what the adapter holds. Every later call is ErrClosed, but
// for Close itself, which succeeds. Calls that have begun end as if Close had
// come after them: they have the store in hand, and nobody sees it again.
func (a *Sessions[S]) Close() error {
	a.store.Store(nil)
	return nil
}

// enter begins an operation: it returns the store, or why there is nothing
// more to do.
func (a *Sessions[S]) enter(ctx context.Context, op spec.Op) (*store, error) {
	st := a.store.Load()
	if st == nil {
		return nil, fail(op, spec.ErrClosed)
	}
	if err := ctx.Err(); err != nil {
		return nil, fail(op, err)
	}
	return st, nil
}

// fail returns the error of an operation, whose class is known by now.
func fail(op spec.Op, class error) error {
	return &spec.Error{Adapter: "memory", Op: op, Class: class}
}
