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

// allAdapters returns the adapters that verify can judge, in the order in which it reports
// them, and then the variants. A new adapter is one more value, in its own file.
func allAdapters() []adapter {
	return append([]adapter{memoryAdapter(), sqliteAdapter(), postgresAdapter(), mysqlDriver(), mariadbAdapter(), mongoAdapter(),
		redisAdapter(), valkeyAdapter()}, allVariants()...)
}

// adapter is what the commands know about one adapter.
type adapter struct {
	name    string
	summary string   // for the help: what it is judged on
	schemes []string // of its DSNs, which "name=" can precede; empty: only "name="; nil: it accepts no DSN
	modules []string // of its Go drivers
	dsn     string   // an example of what follows "name=" in a DSN without a scheme, for the help
	local   bool     // it runs in this process, without a server
	long    bool     // its checks take longer than those of the other adapters
	variant bool     // it is judged only if the user names it
	unset   string   // the environment variable that must not be set; empty: there is no such variable

	// subject opens stores on the Options.Target that start returned.
	subject conformance.Subject

	// match reports whether a check can run. The other checks are left out.
	// If match is nil, all checks can run.
	match func(name string) bool

	// start prepares what the adapter needs, such as a server: the one at dsn
	// if dsn is not empty. If this machine lacks something, the error is a
	// *containers.MissingError. A failed start leaves nothing behind.
	start func(ctx context.Context, dsn string) (*engine, error)

	surroundings *surroundings // for verify --environment; nil: it cannot judge the adapter
	sweeper      *sweeper      // for sweep; nil: it cannot sweep the adapter's stores
}

// engine is the running database that an adapter is judged on.
type engine struct {
	name, version string              // "PostgreSQL", "17.11"
	deployment    string              // how it is set up: "one server in a container"
	options       conformance.Options // Target, hooks and waivers
	stop          func() error        // removes what start created, also after an interrupt

	// settings lists the settings that differ from the engine's defaults. It is nil
	// for an engine whose settings cannot be queried.
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

// unknownAdapter returns an error that lists the known names. For an unknown variant of a
// known adapter, it lists the adapter's variants.
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
		return fmt.Errorf("unknown variant %q of %s: the variants are %s", variant, of, strings.Join(variants, ", "))
	}
	return fmt.Errorf("unknown adapter %q: the adapters are %s", name, strings.Join(names, ", "))
}

// completeAdapters completes the names of adapters and variants.
func (t tool) completeAdapters(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var list []string
	for _, a := range t.adapters {
		list = append(list, cobra.CompletionWithDesc(a.name, a.summary))
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}

// dataSources parses the values of --dsn: an adapter's name, "=" and a DSN, or a
// DSN whose scheme identifies the adapter. It returns a map from adapter names to
// DSNs. A DSN can contain a password, so no error repeats it.
func (t tool) dataSources(values []string, chosen []adapter) (map[string]string, error) {
	sources := map[string]string{}
	for _, value := range values {
		takes := func(a adapter) bool { return a.takes(value) }
		i := slices.IndexFunc(chosen, takes)
		if other := slices.IndexFunc(t.adapters, takes); i < 0 && other >= 0 {
			return nil, fmt.Errorf("--dsn: %s is not among the adapters named", t.adapters[other].name)
		}
		if i < 0 {
			return nil, fmt.Errorf("--dsn: no adapter named here accepts this DSN; accepted are: %s", strings.Join(dsnForms(chosen), ", "))
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

// takes reports whether a value of --dsn is for this adapter.
func (a adapter) takes(value string) bool {
	return a.schemes != nil && strings.HasPrefix(value, a.name+"=") ||
		slices.ContainsFunc(a.schemes, func(scheme string) bool { return strings.HasPrefix(value, scheme+"://") })
}

// dsnForms returns the forms that a value of --dsn can have, for people.
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
