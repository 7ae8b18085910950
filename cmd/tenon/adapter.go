package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/environment"
)

// allAdapters are what verify can judge, in the order in which it does, and then the
// variants. One more adapter is one more value, in a file of its own.
func allAdapters() []adapter {
	return append([]adapter{memoryAdapter(), sqliteAdapter(), postgresAdapter(), mysqlDriver(), mariadbAdapter(), mongoAdapter(),
		redisAdapter(), valkeyAdapter()}, allVariants()...)
}

// adapter is what verify knows of one adapter.
type adapter struct {
	name    string
	summary string   // for the help: what it is judged on
	schemes []string // of the DSNs that it takes, which "name=" may precede; nil if it takes none
	modules []string // of its Go drivers
	dsn     string   // what follows "name=" in a DSN without a scheme, for the help
	variant bool     // it is judged only if it is named
	unset   string   // the variable that must not name a server; empty: none

	// subject opens stores on what start left in Options.Target.
	subject conformance.Subject

	// match says which checks can be run; nil: all. The others are left out.
	match func(name string) bool

	// start gets ready what the adapter needs: a server, say, or the one at
	// dsn, if that is not empty. What this machine lacks for that is a
	// *containers.MissingError. An error leaves nothing behind.
	start func(ctx context.Context, dsn string) (*engine, error)

	surroundings *surroundings // nil: nothing of the user's surrounds it
	sweeper      *sweeper      // nil: nothing can be swept
}

// engine is what an adapter is judged on, once it runs.
type engine struct {
	name, version string              // "PostgreSQL", "17.11"
	deployment    string              // how it is set up: "one server in a container"
	options       conformance.Options // Target, hooks and waivers
	stop          func() error        // removes what start made, also after an interrupt

	// settings lists the settings that are not the engine's defaults; nil if it has
	// none that could be asked for.
	settings func(context.Context) ([]environment.Case, error)
}

// findAdapters returns the adapters with these names, each once, or all but the variants
// if names is empty.
func (t tool) findAdapters(names []string) ([]adapter, error) {
	if len(names) == 0 {
		return slices.DeleteFunc(slices.Clone(t.adapters), func(a adapter) bool { return a.variant }), nil
	}
	var list []adapter
	for _, name := range names {
		same := func(a adapter) bool { return a.name == name }
		i := slices.IndexFunc(t.adapters, same)
		if i < 0 {
			return nil, t.unknownAdapter(name)
		}
		if !slices.ContainsFunc(list, same) {
			list = append(list, t.adapters[i])
		}
	}
	return list, nil
}

// unknownAdapter says which names there are: of an adapter's variants, if it asks for one.
func (t tool) unknownAdapter(name string) error {
	of, variant, asked := strings.Cut(name, ":")
	var names, variants []string
	for _, a := range t.adapters {
		if base, v, is := strings.Cut(a.name, ":"); !is {
			names = append(names, a.name)
		} else if base == of {
			variants = append(variants, v)
		}
	}
	if asked && variants != nil {
		return fmt.Errorf("unknown variant %q of %s: there are %s", variant, of, strings.Join(variants, ", "))
	}
	return fmt.Errorf("unknown adapter %q: there are %s", name, strings.Join(names, ", "))
}

// completeAdapters completes the names of adapters and variants.
func (t tool) completeAdapters(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var list []string
	for _, a := range t.adapters {
		list = append(list, cobra.CompletionWithDesc(a.name, a.summary))
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}

// dataSources reads the values of --dsn: an adapter's name, "=" and a DSN, or a
// DSN whose scheme tells the adapter. It returns DSNs by the names of adapters.
// A DSN holds a password: no error repeats it.
func (t tool) dataSources(values []string, chosen []adapter) (map[string]string, error) {
	sources := map[string]string{}
	for _, value := range values {
		takes := func(a adapter) bool { return a.takes(value) }
		i := slices.IndexFunc(chosen, takes)
		if other := slices.IndexFunc(t.adapters, takes); i < 0 && other >= 0 {
			return nil, fmt.Errorf("--dsn: %s is not among the adapters named", t.adapters[other].name)
		}
		if i < 0 {
			return nil, fmt.Errorf("--dsn: no adapter to verify takes this; known are: %s", strings.Join(dsnForms(chosen), ", "))
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

// takes reports whether a value of --dsn is this adapter's.
func (a adapter) takes(value string) bool {
	return a.schemes != nil && strings.HasPrefix(value, a.name+"=") ||
		slices.ContainsFunc(a.schemes, func(scheme string) bool { return strings.HasPrefix(value, scheme+"://") })
}

// dsnForms are the ways in which a value of --dsn can start.
func dsnForms(adapters []adapter) []string {
	var forms []string
	for _, a := range adapters {
		for _, scheme := range a.schemes {
			forms = append(forms, scheme+"://…")
		}
		if a.schemes != nil {
			forms = append(forms, a.name+"="+cmp.Or(a.dsn, "…"))
		}
	}
	if forms == nil {
		return []string{"none"}
	}
	return forms
}
