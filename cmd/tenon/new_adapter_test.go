package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/cmd/tenon/internal/skeleton"
)

// filesIn returns the paths of the files below dir.
func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func readFile(t *testing.T, path ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestNewAdapter(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "db", "ledger")
	args := []string{"new", "adapter", "ledger", "--dir", dir, "--kind", "server", "--tenon", "../.."}
	got := runTool(t.Context(), nil, args...)
	got.wantStatus(t, 0)
	wantIn(t, got.stdout, "in the module example.com/ledger.", "1. cd "+dir+" && go mod tidy\n", "2. go test ./...\n", "3. First replace the type client with your driver's client, and fill in classify.go.\n",
		"Write the methods in ledger.go")
	want := []string{".github/workflows/test.yml", ".gitignore", "README.md", "classify.go", "go.mod", "hooks_test.go", "ledger.go", "ledger_test.go", "report_test.go"}
	if files := filesIn(t, dir); !slices.Equal(files, want) {
		t.Errorf("wrote %v, want %v", files, want)
	}
	wantIn(t, readFile(t, dir, "go.mod"), "module example.com/ledger\n", "require github.com/tenon-go/tenon v0.0.0", "replace github.com/tenon-go/tenon => ")
	wantIn(t, readFile(t, dir, "ledger.go"), "// SwapLease replaces the session's lease with to if the lease equals from", "LEA-01, LEA-02, LEA-03 and LEA-06")
	wantIn(t, readFile(t, dir, ".github/workflows/test.yml"), "LEDGER_ADDRESS: 127.0.0.1:1234")

	// It does not replace files.
	mine := filepath.Join(dir, "ledger.go")
	if err := os.WriteFile(mine, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	got = runTool(t.Context(), nil, args...)
	got.wantStatus(t, exitUsage)
	wantIn(t, got.stderr, "is not empty: name another folder with --dir")
	if text := readFile(t, mine); text != "mine" {
		t.Errorf("it replaced a file by %q", text)
	}
	got = runTool(t.Context(), nil, "new", "adapter", "ledger", "--dir", mine)
	got.wantStatus(t, exitUsage)
}

// In a folder of a module and a workspace, the new module's path is below that of the
// module, and the new module has to be added to the workspace.
func TestNewAdapterInsideModule(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{"go.mod": "// Ours.\nmodule example.org/shop // v1\n\ngo 1.26\n", "go.work": "go 1.26\n"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(root, "store", "ledger")
	if err := os.MkdirAll(dir, 0o777); err != nil { // an empty folder is accepted
		t.Fatal(err)
	}
	got := runTool(t.Context(), nil, "new", "adapter", "ledger", "--dir", dir)
	got.wantStatus(t, 0)
	wantIn(t, got.stdout, "in the module example.org/shop/store/ledger.", "go mod tidy && go work use .\n", "First connect your database in tx.go.")
	if text := readFile(t, dir, "go.mod"); strings.Contains(text, "require") {
		t.Errorf("built from a clone, it knows no release to require:\n%s", text)
	}
}

// An adapter cannot have a name that its test declares or imports, or that of another
// file: the module would not compile.
func TestTakenNames(t *testing.T) {
	t.Parallel()
	for _, kind := range skeleton.Kinds() {
		files, err := skeleton.Adapter{Name: "ledger", Kind: kind, Module: "example.com/ledger"}.Files()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			stem, test := strings.CutSuffix(f.Path, "_test.go")
			if !test && !strings.HasSuffix(f.Path, ".go") {
				continue
			}
			names := []string{strings.TrimSuffix(stem, ".go")}
			if test {
				names = append(names, declaredIn(t, f)...)
			}
			for _, name := range names {
				if name != "ledger" && adapterName.MatchString(name) && checkAdapterName(name) == nil {
					t.Errorf("%s: %s has %q, which is accepted as the name of an adapter", kind, f.Path, name)
				}
			}
		}
	}
}

// declaredIn returns the names that a file declares or imports.
func declaredIn(t *testing.T, f skeleton.File) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Data, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			names = append(names, filepath.Base(strings.Trim(n.Path.Value, `"`)))
		case *ast.FuncDecl:
			if n.Recv == nil {
				names = append(names, n.Name.Name)
			}
			return false
		case *ast.TypeSpec:
			names = append(names, n.Name.Name)
		case *ast.ValueSpec:
			for _, name := range n.Names {
				names = append(names, name.Name)
			}
		}
		return true
	})
	return names
}
