package mutants

import (
	"errors"
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

// readUserRows changes the users that every method but UserBy returns.
func readUserRows(change func(*spec.UserRow) error) func(*altered) {
	changed := func(c *call) {
		if c.err == nil && c.user.ID != "" {
			c.err = change(&c.user)
		}
	}
	return func(a *altered) {
		a.after(spec.OpUser, changed)
		a.after(spec.OpSessionAndUser, changed)
	}
}

// readSessionRows changes the sessions that every method returns.
func readSessionRows(change func(*spec.SessionRow) error) func(*altered) {
	changed := func(c *call) {
		if c.err == nil {
			c.err = change(&c.session)
		}
	}
	return func(a *altered) {
		a.after(spec.OpSession, changed)
		a.after(spec.OpSessionAndUser, changed)
		a.after(spec.OpUserSessions, func(c *call) {
			for i := range c.list {
				c.err = errors.Join(c.err, change(&c.list[i]))
			}
		})
	}
}

// readUsers changes the attributes of the users that every method but UserBy returns.
func readUsers[U any](change func(*U)) func(*altered) {
	return readUserRows(func(row *spec.UserRow) (err error) {
		row.Attributes, err = changeValues(row.Attributes, change)
		return err
	})
}

// readSessions changes the attributes of the sessions that every method returns.
func readSessions[S any](change func(*S)) func(*altered) {
	return readSessionRows(func(row *spec.SessionRow) (err error) {
		row.Attributes, err = changeValues(row.Attributes, change)
		return err
	})
}

// writeUsers changes the attributes of users before they are written.
func writeUsers[U any](change func(*U)) func(*altered) {
	return func(a *altered) {
		a.before(spec.OpCreateUser, func(c *call) { c.user.Attributes, c.err = changeValues(c.user.Attributes, change) })
		a.before(spec.OpUpdateUser, func(c *call) { c.change.Values, c.err = changedIn(c.change, change) })
	}
}

// writeSessions changes the attributes of sessions before they are written.
func writeSessions[S any](change func(*S)) func(*altered) {
	return func(a *altered) {
		a.before(spec.OpCreateSession, func(c *call) { c.session.Attributes, c.err = changeValues(c.session.Attributes, change) })
		a.before(spec.OpUpdateSession, func(c *call) { c.change.Values, c.err = changedIn(c.change, change) })
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

// placeOf returns the index of the column of the attribute with this Go name.
func placeOf[T any](name string) int {
	p, _ := schemaOf[T]().Place(name)
	return p
}
