package memory

import (
	"context"
	"runtime"
	"strings"

	"github.com/tenon-go/tenon/spec"
)

// New returns an empty store for users with attributes of type U and sessions with
// attributes of type S. If a type cannot be stored, the error is spec.ErrInvalid (see
// package attr).
func New[U, S any]() (*spec.Store[U, S], error) {
	return spec.NewStore[U, S]("memory", func(columns spec.Columns) (spec.Adapter, error) { return NewAdapter(columns), nil })
}

// NewSessions returns an empty store that keeps only sessions, with attributes of type
// S. If the type cannot be stored, the error is spec.ErrInvalid (see package attr).
func NewSessions[S any]() (*spec.SessionStore[S], error) {
	return spec.NewSessionStore[S]("memory", func(columns spec.Columns) (spec.SessionAdapter, error) { return NewAdapter(columns), nil })
}

// Adapter is the adapter behind the stores of [New] and [NewSessions]. It implements
// [spec.Adapter], [spec.UserFinder], [spec.Pinger], [spec.Describer] and
// [spec.RowReuser]. Call [NewAdapter] to make one.
type Adapter struct{ *store }

// NewAdapter returns an empty adapter. If columns.Users is nil, it keeps only
// sessions: it accepts any UserID, and its methods for users must not be called.
func NewAdapter(columns spec.Columns) Adapter { return Adapter{newStore(columns)} }

// ReusesRows implements [spec.RowReuser]. No method writes to a row after it has
// returned.
func (Adapter) ReusesRows() {}

// Ping always succeeds.
func (Adapter) Ping(context.Context) error { return nil }

// Describe returns Go as the engine, because its maps hold the data.
func (Adapter) Describe(context.Context) (spec.Description, error) {
	return spec.Description{
		Name:       "memory",
		Engine:     "Go",
		Version:    strings.TrimPrefix(runtime.Version(), "go"),
		Weaknesses: spec.Weaknesses{Volatile: true},
	}, nil
}
