package engines

import (
	"fmt"
	"slices"
	"strings"
)

// All are all engines, in the order in which they are measured.
var All = []*Engine{Memory, HTTP, SQLite, Postgres, MySQL, MariaDB, Mongo}

// Choose returns the engines with these names, separated by commas, in the order
// of All; all if there is none.
func Choose(names string) ([]*Engine, error) {
	return choose("engine", All, names, func(e *Engine) string { return e.Name })
}

// ChooseCalls returns the calls with these names, likewise.
func ChooseCalls(names string) ([]*Call, error) {
	return choose("call", slices.Concat(storeCalls, requestCalls), names, func(c *Call) string { return c.Name })
}

func choose[T any](what string, all []T, names string, nameOf func(T) string) ([]T, error) {
	wanted := strings.FieldsFunc(names, func(r rune) bool { return r == ',' || r == ' ' })
	if len(wanted) == 0 {
		return all, nil
	}
	var known []string
	for _, v := range all {
		known = append(known, nameOf(v))
	}
	for _, name := range wanted {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("there is no %s %q: there are %s", what, name, strings.Join(known, ", "))
		}
	}
	var list []T
	for _, v := range all {
		if slices.Contains(wanted, nameOf(v)) {
			list = append(list, v)
		}
	}
	return list, nil
}
