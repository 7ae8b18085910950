package mutants

import (
	"errors"
	"reflect"
	"slices"

	"github.com/tenon-go/tenon/spec"
)

// zeroUser returns the values of a user whose attributes are zero. zeroSession does the
// same for a session.
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

// changeOfAll returns a change that sets all values of a row.
func changeOfAll(values []any) spec.Change {
	c := spec.Change{Values: values}
	for place := range values {
		c.Places = append(c.Places, place)
	}
	return c
}

// mask turns a change into another one.
type mask = func(change spec.Change) (spec.Change, error)

// ignoresMask sets columns that are not in the change to zero.
func ignoresMask(zeros []any) mask {
	return func(c spec.Change) (spec.Change, error) {
		if len(c.Places) == 0 {
			return c, nil
		}
		return changeOfAll(c.Apply(zeros)), nil
	}
}

// skipsZero removes zero values from the change.
func skipsZero(zeros []any) mask {
	return func(c spec.Change) (spec.Change, error) {
		return dropColumns(c, func(place int, value any) bool { return reflect.DeepEqual(value, zeros[place]) }), nil
	}
}

// emptyIsAll treats an empty change as a change of all columns.
func emptyIsAll(zeros []any) mask {
	return func(c spec.Change) (spec.Change, error) {
		if len(c.Places) == 0 {
			return changeOfAll(zeros), nil
		}
		return c, nil
	}
}

// emptyIsError returns an error for an empty change, like a statement with a syntax error.
func emptyIsError(c spec.Change) (spec.Change, error) {
	if len(c.Places) == 0 {
		return c, spec.ErrFailed
	}
	return c, nil
}

// dropColumns removes columns from a change.
func dropColumns(c spec.Change, out func(place int, value any) bool) spec.Change {
	var less spec.Change
	for i, place := range c.Places {
		if !out(place, c.Values[i]) {
			less.Places, less.Values = append(less.Places, place), append(less.Values, c.Values[i])
		}
	}
	return less
}

// splitChange returns a separate change for each column of a change.
func splitChange(c spec.Change) []spec.Change {
	var list []spec.Change
	for i := range c.Places {
		list = append(list, spec.Change{Places: c.Places[i : i+1], Values: c.Values[i : i+1]})
	}
	return list
}

// changesOnly reports whether a change sets only this attribute.
func changesOnly[T any](c spec.Change, name string) bool {
	return slices.Equal(c.Places, []int{placeOf[T](name)})
}

// valueIn returns the value of an attribute in a change, or nil and false.
func valueIn[T any](c spec.Change, name string) (value any, ok bool) {
	i := slices.Index(c.Places, placeOf[T](name))
	if i < 0 {
		return nil, false
	}
	return c.Values[i], true
}

// replaceClass returns other if err has this class, and otherwise err.
func replaceClass(err, class, other error) error {
	if errors.Is(err, class) {
		return other
	}
	return err
}
