package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenon-go/tenon/cmd/tenon/internal/skeleton"
)

// rootModule is the module that adapters need.
const rootModule = "github.com/tenon-go/tenon"

// newAdapterFlags are the values of the flags of tenon new adapter.
type newAdapterFlags struct{ kind, dir, module, tenon string }

func (t tool) newCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Generate a module with a new adapter",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return errors.New("say what to generate: tenon new adapter NAME")
		},
	}
	cmd.AddCommand(t.newAdapterCommand())
	return cmd
}

func (t tool) newAdapterCommand() *cobra.Command {
	var flags newAdapterFlags
	var help strings.Builder
	help.WriteString(`Adapter generates a module, in a new folder, with an adapter for another
database. The module compiles, and its test runs the conformance suite. You
write the methods. Each has the contract's text as its comment, and the test
says which one comes next.

Kinds:
`)
	for _, kind := range skeleton.Kinds() {
		fmt.Fprintf(&help, "  %-10s %s\n", kind, skeleton.Summary(kind))
	}
	help.WriteString("\nSee docs/writing-an-adapter.md.")
	cmd := &cobra.Command{
		Use:   "adapter NAME",
		Short: "Generate a module with an adapter for another database",
		Long:  help.String(),
		Example: `  tenon new adapter badger
  tenon new adapter cockroach --kind sql --module github.com/me/cockroach
  tenon new adapter memcached --kind sessions --dir adapters/memcached`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("name one adapter: tenon new adapter NAME")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return t.newAdapter(args[0], flags) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&flags.kind, "kind", "kv", "the `kind` of database (see Kinds)")
	f.StringVar(&flags.dir, "dir", "", "the `folder` to write to, which must be new or empty\n(default ./NAME)")
	f.StringVar(&flags.module, "module", "", "the module's `path` (default: a path below the module\nthat contains the folder, or else example.com/NAME)")
	f.StringVar(&flags.tenon, "tenon", "", "use Tenon's source in this `folder`, not a release")
	_ = cmd.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(skeleton.Kinds(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// newAdapter writes an adapter's module and prints what to do next.
func (t tool) newAdapter(name string, flags newAdapterFlags) error {
	if err := checkAdapterName(name); err != nil {
		return err
	}
	if !slices.Contains(skeleton.Kinds(), flags.kind) {
		return fmt.Errorf("--kind %q: the kinds are %s", flags.kind, strings.Join(skeleton.Kinds(), ", "))
	}
	m := skeleton.Adapter{Name: name, Kind: flags.kind, Module: flags.module, Version: requiredVersion()}
	dir := flags.dir
	if dir == "" {
		dir = name
	}
	if m.Module == "" {
		m.Module = modulePathOf(dir, name)
	}
	if !modulePath.MatchString(m.Module) {
		return fmt.Errorf("--module %q is not a module path: use letters, digits and -._~ between slashes, such as github.com/me/%s", m.Module, name)
	}
	if flags.tenon != "" {
		source, err := filepath.Abs(flags.tenon)
		if err == nil {
			err = isModule(source, rootModule)
		}
		if err != nil {
			return fmt.Errorf("--tenon: %w", err)
		}
		m.Version, m.Replace = "v0.0.0", filepath.ToSlash(source)
	}
	files, err := m.Files()
	if err == nil {
		err = writeFiles(dir, files)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(t.stdout, nextSteps(dir, m))
	return err
}

// adapterName matches names that can be those of a package and of a file.
var adapterName = regexp.MustCompile(`^[a-z][a-z0-9]{0,29}$`)

// taken lists names that an adapter cannot have: they would hide an identifier that its
// files use, they are names of such files, or they have a meaning in Go.
var taken = strings.Fields(`address any append attr bool break byte case chan classify clear close conformance const
	context continue copy default defer delete dialect driver drop dsn else error errors fallthrough false float32
	float64 fmt for func go goto hooks if import int int64 interface internal io iter json judge len main make map max
	migrate min net new nil open os package panic print proxies range report return rows rune select skeleton slices spec
	sql statements string strings struct switch sync test testdata testing time true tx type uint var vendor wire`)

func checkAdapterName(name string) error {
	switch {
	case !adapterName.MatchString(name):
		return fmt.Errorf("%q cannot name an adapter: it names the package too, so use at most 30 lowercase letters and digits, beginning with a letter", name)
	case slices.Contains(taken, name):
		return fmt.Errorf("%q cannot name an adapter: it already has a meaning in Go, or in an adapter's files", name)
	}
	return nil
}

var modulePath = regexp.MustCompile(`^[A-Za-z0-9_~-][A-Za-z0-9._~-]*(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$`)

// moduleLine is the line of a go.mod that names the module.
var moduleLine = regexp.MustCompile(`(?m)^module\s+"?([^"\s]+)"?\s*(//.*)?$`)

// modulePathOf returns the path of a new module in dir: below the path of the module that
// contains dir, if there is one, and else below example.com.
func modulePathOf(dir, name string) string {
	full, err := filepath.Abs(dir)
	if err != nil {
		return "example.com/" + name
	}
	for parent := filepath.Dir(full); ; parent = filepath.Dir(parent) {
		if data, err := os.ReadFile(filepath.Join(parent, "go.mod")); err == nil {
			found := moduleLine.FindSubmatch(data)
			below, err := filepath.Rel(parent, full)
			if found != nil && err == nil {
				return string(found[1]) + "/" + filepath.ToSlash(below)
			}
		}
		if parent == filepath.Dir(parent) {
			return "example.com/" + name
		}
	}
}

// isModule returns an error unless dir has the module with this path.
func isModule(dir, path string) error {
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return err
	}
	if found := moduleLine.FindSubmatch(data); found == nil || string(found[1]) != path {
		return fmt.Errorf("%s does not have the module %s", dir, path)
	}
	return nil
}

// requiredVersion returns the release of Tenon from which this program was built. It is
// empty if the program was built from a clone: go mod tidy then finds the latest release.
func requiredVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, dep := range info.Deps {
		if dep.Path == rootModule && dep.Replace == nil && strings.HasPrefix(dep.Version, "v") {
			return dep.Version
		}
	}
	return ""
}

// writeFiles writes files into a new or empty folder. It never replaces a file.
func writeFiles(dir string, files []skeleton.File) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case len(entries) > 0:
		return fmt.Errorf("%s is not empty: name another folder with --dir", dir)
	}
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err != nil {
			return err
		}
		_, err = file.Write(f.Data)
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	return nil
}

// nextSteps returns the instructions for a new module.
func nextSteps(dir string, m skeleton.Adapter) string {
	prepare := "go mod tidy"
	if workspace := findUp(dir, "go.work"); workspace != "" {
		prepare += " && go work use ." // else go commands reject the module
	}
	first := ""
	if step := skeleton.First(m.Kind); step != "" {
		first = "First " + step + ".\n     "
	}
	return fmt.Sprintf(`Wrote the adapter's files to %s, in the module %s.

  1. cd %s && %s
  2. go test ./...
     The test fails, and says what to write next.
  3. %sWrite the methods in %s.go, and run the test again after each.
     When you have written all of them, the suite runs its checks.
`, dir, m.Module, dir, prepare, first, m.Name)
}

// findUp returns the path of the nearest file with this name in the folders above dir,
// which need not exist. It is empty if no folder has such a file.
func findUp(dir, name string) string {
	full, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for parent := filepath.Dir(full); ; parent = filepath.Dir(parent) {
		if path := filepath.Join(parent, name); isFile(path) {
			return path
		}
		if parent == filepath.Dir(parent) {
			return ""
		}
	}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
