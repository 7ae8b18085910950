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

// newAdapterFlags are the flags of tenon new adapter, as they were given.
type newAdapterFlags struct{ kind, dir, module, tenon string }

func (t tool) newCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Write the beginnings of an adapter",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return errors.New("new what? There is tenon new adapter")
		},
	}
	cmd.AddCommand(t.newAdapterCommand())
	return cmd
}

func (t tool) newAdapterCommand() *cobra.Command {
	var flags newAdapterFlags
	var help strings.Builder
	help.WriteString(`Adapter writes a module with an adapter for another database into a new folder.
It compiles, and its test runs the conformance suite. The methods are still to
be written: each has what the contract says of it as its comment, and the test
says which comes next.

Kinds:
`)
	for _, kind := range skeleton.Kinds() {
		fmt.Fprintf(&help, "  %-10s %s\n", kind, skeleton.Summary(kind))
	}
	help.WriteString("\nSee docs/writing-an-adapter.md.")
	cmd := &cobra.Command{
		Use:   "adapter NAME",
		Short: "Write the beginnings of an adapter for another database",
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
	f.StringVar(&flags.dir, "dir", "", "the `folder` to write, which must not exist or be empty\n(default ./NAME)")
	f.StringVar(&flags.module, "module", "", "the module's `path` (default below the module that the\nfolder is in, or else example.com/NAME)")
	f.StringVar(&flags.tenon, "tenon", "", "a `folder` with Tenon's source to use instead of a release")
	_ = cmd.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(skeleton.Kinds(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// newAdapter writes an adapter's module and says what to do next.
func (t tool) newAdapter(name string, flags newAdapterFlags) error {
	if err := checkAdapterName(name); err != nil {
		return err
	}
	if !slices.Contains(skeleton.Kinds(), flags.kind) {
		return fmt.Errorf("--kind %q: there are %s", flags.kind, strings.Join(skeleton.Kinds(), ", "))
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
		return fmt.Errorf("--module %q is no path of a module: letters, digits and -._~ between slashes, such as github.com/me/%s", m.Module, name)
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

// adapterName is a name that serves as one of a package and of a file.
var adapterName = regexp.MustCompile(`^[a-z][a-z0-9]{0,29}$`)

// taken are names that would hide something that an adapter's files use, are those of
// such files, or mean something else to Go.
var taken = strings.Fields(`address any append attr bool break byte case chan classify clear close conformance const
	context continue copy default defer delete dialect driver drop dsn else error errors fallthrough false float32
	float64 fmt for func go goto hooks if import int int64 interface internal io iter json judge len main make map max
	migrate min net new nil open os package panic print proxies range report return rows rune select skeleton slices spec
	sql statements string strings struct switch sync test testdata testing time true tx type uint var vendor wire`)

func checkAdapterName(name string) error {
	switch {
	case !adapterName.MatchString(name):
		return fmt.Errorf("%q is no name for an adapter: it is a package's name too, so use small letters and digits, a letter first, 30 at most", name)
	case slices.Contains(taken, name):
		return fmt.Errorf("%q is no name for an adapter: it means something else in Go, or in an adapter's files", name)
	}
	return nil
}

var modulePath = regexp.MustCompile(`^[A-Za-z0-9_~-][A-Za-z0-9._~-]*(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$`)

// moduleLine is the line of a go.mod that names the module.
var moduleLine = regexp.MustCompile(`(?m)^module\s+"?([^"\s]+)"?\s*(//.*)?$`)

// modulePathOf returns the path of a new module in dir: below that of the module in
// which dir is, if there is one.
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

// isModule returns an error unless a folder has this module.
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

// requiredVersion returns the release of Tenon that this program was built from; empty
// if it was built from a clone: go mod tidy then finds the latest.
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

// writeFiles writes files into a new folder, or an empty one. It replaces none.
func writeFiles(dir string, files []skeleton.File) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case len(entries) > 0:
		return fmt.Errorf("%s is there, and is not empty: name another folder with --dir", dir)
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

// nextSteps says what to do with a new module.
func nextSteps(dir string, m skeleton.Adapter) string {
	prepare := "go mod tidy"
	if workspace := findUp(dir, "go.work"); workspace != "" {
		prepare += " && go work use ." // otherwise no go command takes the module
	}
	first := ""
	if step := skeleton.First(m.Kind); step != "" {
		first = "First " + step + ".\n     "
	}
	return fmt.Sprintf(`%s has an adapter to be written, in the module %s.

  1. cd %s && %s
  2. go test ./...
     It fails, and says what to write next.
  3. %sWrite the methods in %s.go, and run the test again after each.
     When all are written, the suite judges them.
`, dir, m.Module, dir, prepare, first, m.Name)
}

// findUp returns the path of a file of this name in the folder that dir will be in, or
// above; empty if no folder has one.
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
