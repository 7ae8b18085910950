package mutants

import (
	"context"
	"slices"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func attributeMutants() []Mutant {
	return slices.Concat(kindMutants(), typeMutants(), nullMutants(), jsonMutants(), maxMutants(), uniqueMutants(), freedMutants(), maskMutants())
}

// richSubject returns a subject that is open for the rich types and healthy for the others.
func richSubject(open opening) conformance.Subject {
	return subject(func(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
		if !isRich(columns) {
			return openHealthy(t, s, columns)
		}
		return open(t, s, columns)
	})
}

// alterRead changes the attributes that every method returns.
func alterRead[U, S any](a *altered, user func(*U), session func(*S)) {
	readingRows(a, func(u *spec.User[U]) { user(&u.Attributes) }, func(s *spec.Session[S]) { session(&s.Attributes) })
}

// readingRows changes the users and sessions that every method returns.
func readingRows[U, S any](a *altered, user func(*spec.User[U]), session func(*spec.Session[S])) {
	alterReturned(a, func(row *spec.UserRow) error {
		attributes, err := decode[U](row.Attributes)
		if err != nil {
			return err
		}
		u := spec.UserWith(*row, attributes)
		user(&u)
		values, err := encode(u.Attributes)
		*row = spec.UserWith(u, values)
		return err
	}, func(row *spec.SessionRow) error {
		attributes, err := decode[S](row.Attributes)
		if err != nil {
			return err
		}
		s := spec.SessionWith(*row, attributes)
		session(&s)
		values, err := encode(s.Attributes)
		*row = spec.SessionWith(s, values)
		return err
	})
}

// alterReturned changes the rows that every method but UserBy returns.
func alterReturned(a *altered, user func(*spec.UserRow) error, session func(*spec.SessionRow) error) {
	inner := a.rows
	a.user = func(ctx context.Context, id string) (spec.UserRow, error) {
		u, err := inner.User(ctx, id)
		if err == nil {
			err = user(&u)
		}
		return u, err
	}
	a.session = func(ctx context.Context, id string) (spec.SessionRow, error) {
		s, err := inner.Session(ctx, id)
		if err == nil {
			err = session(&s)
		}
		return s, err
	}
	a.sessionAndUser = func(ctx context.Context, id string) (spec.SessionRow, spec.UserRow, error) {
		s, u, err := inner.SessionAndUser(ctx, id)
		if err == nil && u.ID != "" {
			err = user(&u)
		}
		if err == nil {
			err = session(&s)
		}
		return s, u, err
	}
	a.userSessions = func(ctx context.Context, userID string) ([]spec.SessionRow, error) {
		list, err := inner.UserSessions(ctx, userID)
		for i := range list {
			if err == nil {
				err = session(&list[i])
			}
		}
		return list, err
	}
}

// alterWritten changes the attributes of every write.
func alterWritten[U, S any](a *altered, user func(*U), session func(*S)) {
	creating(a, user, session)
	alterUpdated(a, user, session)
}

func creating[U, S any](a *altered, user func(*U), session func(*S)) {
	inner := a.rows
	a.createUser = func(ctx context.Context, u spec.UserRow) (err error) {
		if u.Attributes, err = changeValues(u.Attributes, user); err != nil {
			return err
		}
		return inner.CreateUser(ctx, u)
	}
	a.createSession = func(ctx context.Context, s spec.SessionRow) (err error) {
		if s.Attributes, err = changeValues(s.Attributes, session); err != nil {
			return err
		}
		return inner.CreateSession(ctx, s)
	}
}

func alterUpdated[U, S any](a *altered, user func(*U), session func(*S)) {
	inner := a.rows
	a.updateUser = func(ctx context.Context, id string, change spec.Change) (err error) {
		if change.Values, err = changedIn(change, user); err != nil {
			return err
		}
		return inner.UpdateUser(ctx, id, change)
	}
	a.updateSession = func(ctx context.Context, id string, change spec.Change) (err error) {
		if change.Values, err = changedIn(change, session); err != nil {
			return err
		}
		return inner.UpdateSession(ctx, id, change)
	}
}

// changeValues returns a row's values after change has changed the attributes.
func changeValues[T any](values []any, change func(*T)) ([]any, error) {
	attributes, err := decode[T](values)
	if err != nil {
		return nil, err
	}
	change(&attributes)
	return encode(attributes)
}

// changedIn returns the values of c after change has changed the attributes. For change,
// attributes that are not in c are zero.
func changedIn[T any](c spec.Change, change func(*T)) ([]any, error) {
	values, err := changeValues(c.Apply(zeroValues[T]()), change)
	if err != nil {
		return nil, err
	}
	var list []any
	for _, place := range c.Places {
		list = append(list, values[place])
	}
	return list, nil
}

// zeroValues returns the values of zero attributes.
func zeroValues[T any]() []any {
	var none T
	values, _ := encode(none)
	return values
}

// keepAttributes changes nothing.
func keepAttributes[T any](*T) {}

// placeOf returns the index of the column of the attribute with this Go name.
func placeOf[T any](name string) int {
	p, _ := schemaOf[T]().Place(name)
	return p
}
