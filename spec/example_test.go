package spec_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tenon-go/tenon/spec"
)

// pinged is an adapter with a Ping method. logged wraps any adapter.
type pinged struct{}

func (pinged) Ping(context.Context) error { return nil }

type logged struct{ inner any }

func (l logged) Unwrap() any { return l.inner }

// As finds an optional interface, even through wrappers.
func ExampleAs() {
	adapter := logged{pinged{}}
	if p, ok := spec.As[spec.Pinger](adapter); ok {
		fmt.Println("ping:", p.Ping(context.Background()))
	}
	_, ok := spec.As[spec.Migrator](adapter)
	fmt.Println("migrates:", ok)
	// Output:
	// ping: <nil>
	// migrates: false
}

// Every error of a store has exactly one class.
func ExampleClassOf() {
	err := error(&spec.Error{Adapter: "postgres", Op: spec.OpSession, Class: spec.ErrUnavailable, Detail: "57P03"})
	switch spec.ClassOf(err) {
	case spec.ErrSessionNotFound:
		fmt.Println("sign in again")
	case spec.ErrUnavailable, spec.ErrConflict:
		fmt.Println("try again later")
	}
	// Output: try again later
}

// errors.Is finds the class of an Error. errors.As finds the attribute and the
// driver's own error, whose text is not part of the Error's text.
func ExampleError() {
	err := error(&spec.Error{
		Adapter: "postgres",
		Op:      spec.OpCreateUser,
		Class:   &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"},
		Detail:  "23505 users_email_key",
		Cause:   &driverError{Code: "23505"},
	})
	fmt.Println(err)
	fmt.Println(errors.Is(err, spec.ErrConstraint))
	if c, ok := errors.AsType[*spec.ConstraintError](err); ok {
		fmt.Println(c.Attribute, "is", c.Kind)
	}
	if d, ok := errors.AsType[*driverError](err); ok {
		fmt.Println("the driver's code is", d.Code)
	}
	// Output:
	// postgres: create user: constraint violated: not unique: attribute Email (23505 users_email_key)
	// true
	// Email is not unique
	// the driver's code is 23505
}

// A session is active, then idle (due for renewal), then expired.
func ExampleLease_State() {
	start := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	lease := spec.Lease{ActiveUntil: start.Add(time.Hour), ExpiresAt: start.Add(24 * time.Hour)}
	for _, after := range []time.Duration{0, time.Hour, 24*time.Hour - time.Millisecond, 24 * time.Hour} {
		fmt.Println(after, lease.State(start.Add(after)))
	}
	// Output:
	// 0s active
	// 1h0m0s idle
	// 23h59m59.999s idle
	// 24h0m0s expired
}
