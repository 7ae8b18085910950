package fronts

import (
	"context"
	"errors"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
)

// exposing is an error whose text is clean, and whose fields encoders write.
type exposing struct {
	error
	Cause any
}

func (e exposing) Unwrap() error { return e.error }

func (e exposing) GoString() string { return e.Error() }

// jsonHasValue keeps the row that is refused, as a database reports it.
func jsonHasValue[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, createUser: func(ctx context.Context, user spec.User[U]) error {
		err := a.CreateUser(ctx, user)
		if errors.Is(err, spec.ErrConstraint) {
			err = exposing{err, user}
		}
		return err
	}}
}

// hiding is an error whose text is clean, and whose fields only %#v shows.
type hiding struct {
	error
	id string
}

func (e hiding) Unwrap() error { return e.error }

// goSyntaxHasID keeps the id that is not there.
func goSyntaxHasID[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	a := openHealthy[U, S](t, s)
	return &altered[U, S]{Store: a, session: func(ctx context.Context, id string) (spec.Session[S], error) {
		session, err := a.Session(ctx, id)
		if err != nil {
			err = hiding{err, id}
		}
		return session, err
	}}
}
