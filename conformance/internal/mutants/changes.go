package mutants

import (
	"errors"
	"reflect"
	"slices"

	"github.com/tenon-go/tenon/spec"
)

// zeroUser returns the values of a user whose attributes are zero, and zeroSession
// the same of a session.
func zeroUser(columns spec.Columns) []any {
	user, _ := targets(columns)
	values, _ := user().values()
	return values
}

func zeroSession(columns spec.Columns) []any {
	_, session := targets(columns)
	values, _ := session().values()
	return values
}

// changeOfAll returns a change of all values of a row.
func changeOfAll(values []any) spec.Change {
	c := spec.Change{Values: values}
	for place := range values {
		c.Places = append(c.Places, place)
	}
	return c
}

// mask makes another change of one.
type mask = func(change spec.Change) (spec.Change, error)

// ignoresMask sets what is not in the change to zero.
func ignoresMask(zeros []any) mask {
	return func(c spec.Change) (spec.Change, error) {
		if len(c.Places) == 0 {
			return c, nil
		}
		return changeOfAll(c.Apply(zeros)), nil
	}
}

// skipsZero leaves out of the change what is zero.
func skipsZero(zeros []any) mask {
	return func(c spec.Change) (spec.Change, error) {
		return dropColumns(c, func(place int, value any) bool { return reflect.DeepEqual(value, zeros[place]) }), nil
	}
}

// emptyIsAll treats a change of nothing as one of everything.
func emptyIsAll(zeros []any) mask {
	return func(c spec.Change) (spec.Change, error) {
		if len(c.Places) == 0 {
			return changeOfAll(zeros), nil
		}
		return c, nil
	}
}

// emptyIsError cannot write a statement that changes nothing.
func emptyIsError(c spec.Change) (spec.Change, error) {
	if len(c.Places) == 0 {
		return c, spec.ErrFailed
	}
	return c, nil
}

// dropColumns takes columns out of a change.
func dropColumns(c spec.Change, out func(place int, value any) bool) spec.Change {
	var less spec.Change
	for i, place := range c.Places {
		if !out(place, c.Values[i]) {
			less.Places, less.Values = append(less.Places, place), append(less.Values, c.Values[i])
		}
	}
	return less
}

// splitChange returns a change of one column for each column of a change.
func splitChange(c spec.Change) []spec.Change {
	var list []spec.Change
	for i := range c.Places {
		list = append(list, spec.Change{Places: c.Places[i : i+1], Values: c.Values[i : i+1]})
	}
	return list
}

// changesOnly reports whether a change is of this attribute alone.
func changesOnly[T any](c spec.Change, name string) bool {
	return slices.Equal(c.Places, []int{placeOf[T](name)})
}

// valueIn returns the value that a change has for an attribute, or nil and false.
func valueIn[T any](c spec.Change, name string) (value any, ok bool) {
	i := slices.Index(c.Places, placeOf[T](name))
	if i < 0 {
		return nil, false
	}
	return c.Values[i], true
}

// replaceClass returns another error in place of one of this class.
func replaceClass(err, class, other error) error {
	if errors.Is(err, class) {
		return other
	}
	return err
}
