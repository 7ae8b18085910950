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
	switch {
	case isRich(columns):
		return zeroValues[richUser]()
	case len(columns.Users) > 0:
		return zeroValues[nestedUser]()
	}
	return nil
}

func zeroSession(columns spec.Columns) []any {
	switch {
	case isRich(columns):
		return zeroValues[richSession]()
	case len(columns.Sessions) > 0:
		return zeroValues[nestedSession]()
	}
	return nil
}

// changeOfAll returns a change that sets all values of a row.
func changeOfAll(values []any) spec.Change {
	c := spec.Change{Values: values}
	for place := range values {
		c.Places = append(c.Places, place)
	}
	return c
}

// The following alter an update before it is made.

// ignoresMask sets columns that are not in the change to zero.
func ignoresMask(zeros []any) func(*call) {
	return func(c *call) {
		if len(c.change.Places) > 0 {
			c.change = changeOfAll(c.change.Apply(zeros))
		}
	}
}

// skipsZero removes zero values from the change.
func skipsZero(zeros []any) func(*call) {
	return func(c *call) {
		c.change = dropColumns(c.change, func(place int, value any) bool { return reflect.DeepEqual(value, zeros[place]) })
	}
}

// emptyIsAll treats an empty change as a change of all columns.
func emptyIsAll(zeros []any) func(*call) {
	return func(c *call) {
		if len(c.change.Places) == 0 {
			c.change = changeOfAll(zeros)
		}
	}
}

// answersEmpty returns err for an empty change.
func answersEmpty(err error) func(*call) {
	return func(c *call) {
		if len(c.change.Places) == 0 {
			c.answer(err)
		}
	}
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
