package memory

import (
	"context"
	"runtime"
	"strings"

	"github.com/tenon-go/tenon/spec"
)

// New returns a store that holds nothing yet, for users with attributes of type
// U and sessions with attributes of type S. A type that cannot be kept is
// spec.ErrInvalid (see package attr).
func New[U, S any]() (*spec.Store[U, S], error) {
	return spec.NewStore[U, S]("memory", func(columns spec.Columns) (spec.Adapter, error) { return NewAdapter(columns), nil })
}

// NewSessions returns a store for sessions alone that holds nothing yet. A type
// S that cannot be kept is spec.ErrInvalid (see package attr).
func NewSessions[S any]() (*spec.SessionStore[S], error) {
	return spec.NewSessionStore[S]("memory", func(columns spec.Columns) (spec.SessionAdapter, error) { return NewAdapter(columns), nil })
}

// Adapter is what the stores of [New] and [NewSessions] are made of. Besides
// [spec.Adapter] it implements [spec.UserFinder], [spec.Describer] and
// [spec.RowReuser]. It is made by [NewAdapter].
type Adapter struct{ *store }

// NewAdapter returns an adapter that holds nothing yet. If columns.Users is nil
// it is for sessions alone: any UserID will do, and the methods for users are not
// to be used.
func NewAdapter(columns spec.Columns) Adapter { return Adapter{newStore(columns)} }

// ReusesRows vouches that no method writes to a row after it has returned.
func (Adapter) ReusesRows() {}

// Ping succeeds: there is nothing that could not answer.
func (Adapter) Ping(context.Context) error { return nil }

// Describe names Go as the engine, since its maps are what answers.
func (Adapter) Describe(context.Context) (spec.Description, error) {
	return spec.Description{
		Name:       "memory",
		Engine:     "Go",
		Version:    strings.TrimPrefix(runtime.Version(), "go"),
		Weaknesses: spec.Weaknesses{Volatile: true},
	}, nil
}
