package engines

import (
	"fmt"
	"slices"
	"strings"
)

// All lists the engines, in the order in which they are measured.
var All = []*Engine{Memory, HTTP, SQLite, Postgres, Expiry, MySQL, MariaDB, Mongo, Redis, Valkey}

// Calls lists the calls of all engines.
var Calls = slices.Concat(StoreCalls, []*Call{mixed}, requestCalls, expiryCalls)

// Names returns the name of each engine, and CallNames that of each call.
func Names() []string     { return names(All, nameOf) }
func CallNames() []string { return names(Calls, func(c *Call) string { return c.Name }) }

func nameOf(e *Engine) string { return e.Name }

func names[T any](all []T, nameOf func(T) string) []string {
	var list []string
	for _, v := range all {
		list = append(list, nameOf(v))
	}
	return list
}

// Choose returns the engines with the wanted names, which are separated by commas, in
// the order of all. If wanted is empty it returns all engines.
func Choose(all []*Engine, wanted string) ([]*Engine, error) {
	return choose("engine", all, names(all, nameOf), wanted)
}

// ChooseCalls returns the calls with the wanted names, as Choose does.
func ChooseCalls(wanted string) ([]*Call, error) { return choose("call", Calls, CallNames(), wanted) }

func choose[T any](what string, all []T, known []string, list string) ([]T, error) {
	wanted := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	if len(wanted) == 0 {
		return all, nil
	}
	for _, name := range wanted {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("unknown %s %q: the %ss are %s", what, name, what, strings.Join(known, ", "))
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
