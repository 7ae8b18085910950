package engines

import (
	"fmt"
	"slices"
	"strings"
)

// All are all engines, in the order in which they are measured.
var All = []*Engine{Memory, HTTP, SQLite, Postgres, Expiry, MySQL, MariaDB, Mongo}

// Calls are the calls of all engines.
var Calls = slices.Concat(storeCalls, []*Call{mixed}, requestCalls, expiryCalls)

// Names returns the name of each engine, and CallNames that of each call.
func Names() []string     { return names(All, func(e *Engine) string { return e.Name }) }
func CallNames() []string { return names(Calls, func(c *Call) string { return c.Name }) }

func names[T any](all []T, nameOf func(T) string) []string {
	var list []string
	for _, v := range all {
		list = append(list, nameOf(v))
	}
	return list
}

// Choose returns the engines with these names, separated by commas, in the order
// of All, or all engines if names is empty.
func Choose(wanted string) ([]*Engine, error) { return choose("engine", All, Names(), wanted) }

// ChooseCalls returns the calls with these names, likewise.
func ChooseCalls(wanted string) ([]*Call, error) { return choose("call", Calls, CallNames(), wanted) }

func choose[T any](what string, all []T, known []string, list string) ([]T, error) {
	wanted := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	if len(wanted) == 0 {
		return all, nil
	}
	for _, name := range wanted {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("there is no %s %q: there are %s", what, name, strings.Join(known, ", "))
		}
	}
	var chosen []T
	for i, v := range all {
		if slices.Contains(wanted, known[i]) {
			chosen = append(chosen, v)
		}
	}
	return chosen, nil
}
