package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/conformance"
)

// allDrivers are what verify can judge, in the order in which it does. One more
// driver is one more value, in a file of its own.
func allDrivers() []driver {
	return []driver{memoryDriver(), sqliteDriver(), postgresDriver(), mysqlDriver(), mariadbDriver(), mongoDriver()}
}

// driver is what verify knows of one driver.
type driver struct {
	name    string
	summary string   // for the help: what it is judged on
	schemes []string // of the DSNs that it takes, which "name=" may precede; nil if it takes none

	// subject opens stores on what start left in Options.Target.
	subject conformance.Subject

	// start gets ready what the driver needs: a server, say, or the one at
	// dsn, if that is not empty. What this machine lacks for that is a
	// *containers.MissingError. An error leaves nothing behind.
	start func(ctx context.Context, dsn string) (*engine, error)

	surroundings *surroundings // nil: nothing of the user's surrounds it
}

// engine is what a driver is judged on, once it runs.
type engine struct {
	name, version string              // "PostgreSQL", "17.11"
	options       conformance.Options // Target, hooks and waivers
	stop          func() error        // removes what start made, also after an interrupt
}

// named returns the drivers with these names, each once; all if there are none.
func (t tool) named(names []string) ([]driver, error) {
	if len(names) == 0 {
		return t.drivers, nil
	}
	var list []driver
	for _, name := range names {
		same := func(d driver) bool { return d.name == name }
		i := slices.IndexFunc(t.drivers, same)
		if i < 0 {
			return nil, fmt.Errorf("unknown driver %q: there are %s", name, strings.Join(t.names(), ", "))
		}
		if !slices.ContainsFunc(list, same) {
			list = append(list, t.drivers[i])
		}
	}
	return list, nil
}

func (t tool) names() []string {
	var names []string
	for _, d := range t.drivers {
		names = append(names, d.name)
	}
	return names
}

// dataSources reads the values of --dsn: a driver's name, "=" and a DSN, or a
// DSN whose scheme tells the driver. It returns DSNs by the names of drivers.
// A DSN holds a password: no error repeats it.
func dataSources(values []string, chosen []driver) (map[string]string, error) {
	sources := map[string]string{}
	for _, value := range values {
		i := slices.IndexFunc(chosen, func(d driver) bool { return d.takes(value) })
		if i < 0 {
			return nil, fmt.Errorf("--dsn: no driver to verify takes this; known are: %s", strings.Join(dsnForms(chosen), ", "))
		}
		name := chosen[i].name
		if sources[name] != "" {
			return nil, fmt.Errorf("--dsn: given twice for %s", name)
		}
		sources[name] = strings.TrimPrefix(value, name+"=")
		if sources[name] == "" {
			return nil, fmt.Errorf("--dsn: empty for %s", name)
		}
	}
	return sources, nil
}

// takes reports whether a value of --dsn is this driver's.
func (d driver) takes(value string) bool {
	return d.schemes != nil && strings.HasPrefix(value, d.name+"=") ||
		slices.ContainsFunc(d.schemes, func(scheme string) bool { return strings.HasPrefix(value, scheme+"://") })
}

// dsnForms are the ways in which a value of --dsn can start.
func dsnForms(drivers []driver) []string {
	var forms []string
	for _, d := range drivers {
		for _, scheme := range d.schemes {
			forms = append(forms, scheme+"://…")
		}
		if d.schemes != nil {
			forms = append(forms, d.name+"=…")
		}
	}
	if forms == nil {
		return []string{"none"}
	}
	return forms
}
