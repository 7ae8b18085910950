package fronts

import (
	"context"
	"slices"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/sample"
	"github.com/tenon-go/tenon/internal/typed"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

func attributeMutants() []Mutant {
	return slices.Concat(jsonMutants(), invalidMutants(), maxMutants(), uniqueMutants(), maskMutants())
}

type (
	nestedUser    = sample.NestedUser
	nestedSession = sample.NestedSession

	richAltered   = altered[richUser, richSession]
	nestedAltered = altered[nestedUser, nestedSession]
)

// alterRich returns a subject that is broken for the rich types only.
func alterRich(alter func(*richAltered)) conformance.Subject {
	return richIn(func(_ conformance.TB, a *richAltered) { alter(a) })
}

// richIn is [alterRich] for faults that need to know the check.
func richIn(alter func(conformance.TB, *richAltered)) conformance.Subject {
	return subjectOf(func(t conformance.TB, s conformance.Store) typed.Store[richUser, richSession] {
		a := &richAltered{Store: openHealthy[richUser, richSession](t, s)}
		alter(t, a)
		return a
	}, openHealthy, openHealthy)
}

// nested returns a subject that is broken for the nested types only.
func nested(alter func(*nestedAltered)) conformance.Subject {
	return subjectOf(openHealthy, openHealthy, func(t conformance.TB, s conformance.Store) typed.Store[nestedUser, nestedSession] {
		a := &nestedAltered{Store: openHealthy[nestedUser, nestedSession](t, s)}
		alter(a)
		return a
	})
}

// readingRows changes the users and sessions that every method returns.
func readingRows[U, S any](a *altered[U, S], user func(*spec.User[U]), session func(*spec.Session[S])) {
	inner := a.Store
	a.user = func(ctx context.Context, id string) (spec.User[U], error) {
		u, err := inner.User(ctx, id)
		if err == nil {
			user(&u)
		}
		return u, err
	}
	a.session = func(ctx context.Context, id string) (spec.Session[S], error) {
		s, err := inner.Session(ctx, id)
		if err == nil {
			session(&s)
		}
		return s, err
	}
	a.sessionAndUser = func(ctx context.Context, id string) (spec.Session[S], spec.User[U], error) {
		s, u, err := inner.SessionAndUser(ctx, id)
		if err == nil {
			session(&s)
			if u.ID != "" {
				user(&u)
			}
		}
		return s, u, err
	}
	a.userSessions = func(ctx context.Context, userID string) ([]spec.Session[S], error) {
		list, err := inner.UserSessions(ctx, userID)
		for i := range list {
			session(&list[i])
		}
		return list, err
	}
}

// alterWritten changes the attributes of every write. The functions must not change
// variables behind pointers, which belong to the caller.
func alterWritten[U, S any](a *altered[U, S], user func(*U), session func(*S)) {
	creating(a, user, session)
	alterUpdated(a, user, session)
}

func creating[U, S any](a *altered[U, S], user func(*U), session func(*S)) {
	inner := a.Store
	a.createUser = func(ctx context.Context, u spec.User[U]) error {
		user(&u.Attributes)
		return inner.CreateUser(ctx, u)
	}
	a.createSession = func(ctx context.Context, s spec.Session[S]) error {
		session(&s.Attributes)
		return inner.CreateSession(ctx, s)
	}
}

func alterUpdated[U, S any](a *altered[U, S], user func(*U), session func(*S)) {
	inner := a.Store
	a.updateUser = func(ctx context.Context, id string, attributes U, mask attr.Mask[U]) error {
		user(&attributes)
		return inner.UpdateUser(ctx, id, attributes, mask)
	}
	a.updateSession = func(ctx context.Context, id string, attributes S, mask attr.Mask[S]) error {
		session(&attributes)
		return inner.UpdateSession(ctx, id, attributes, mask)
	}
}

// keepAttributes changes nothing.
func keepAttributes[T any](*T) {}

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
