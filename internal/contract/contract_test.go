package contract

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/spec"
)

var update = flag.Bool("update", false, "write texts.go again")

// TestTexts compares texts.go with the source of package spec.
func TestTexts(t *testing.T) {
	t.Parallel()
	want := generate(t)
	got, err := os.ReadFile("texts.go")
	switch {
	case *update:
		if err := os.WriteFile("texts.go", want, 0o644); err != nil {
			t.Fatal(err)
		}
	case err != nil:
		t.Fatal(err)
	case !bytes.Equal(got, want):
		t.Fatal("texts.go is not what spec/adapter.go says; run: go test ./internal/contract -update")
	}
}

// TestMethods compares the methods with those of the interfaces.
func TestMethods(t *testing.T) {
	t.Parallel()
	for users, of := range map[bool]reflect.Type{true: reflect.TypeFor[spec.Adapter](), false: reflect.TypeFor[spec.SessionAdapter]()} {
		var got []string
		for _, m := range Methods(users) {
			got = append(got, m.Name)
			if m.Doc == "" || m.Params == "" || m.Results == nil || m.Clauses == nil {
				t.Errorf("%s is incomplete: %+v", m.Name, m)
			}
		}
		var want []string
		for method := range of.Methods() {
			want = append(want, method.Name)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%v has the methods %v, and here are %v", of, want, got)
		}
	}
}

// generate returns texts.go.
func generate(t *testing.T) []byte {
	t.Helper()
	files := token.NewFileSet()
	source, err := parser.ParseFile(files, "../../spec/adapter.go", nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	b.WriteString("// Generated from spec/adapter.go by go test ./internal/contract -update; do not edit.\n\npackage contract\n\nvar texts = map[string]Text{\n")
	ast.Inspect(source, func(n ast.Node) bool {
		declared, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		methods, ok := declared.Type.(*ast.InterfaceType)
		if !ok {
			return false
		}
		for _, m := range methods.Methods.List {
			f, ok := m.Type.(*ast.FuncType)
			if !ok {
				continue // an embedded interface
			}
			qualify(f)
			fmt.Fprintf(&b, "%q: {\nDoc: %q,\nParams: %q,\nResults: []string{", m.Names[0].Name, qualified(m.Doc.Text()), fields(t, files, f.Params))
			for i, result := range f.Results.List {
				if i > 0 {
					b.WriteString(", ")
				}
				fmt.Fprintf(&b, "%q", text(t, files, result.Type))
			}
			b.WriteString("},\n},\n")
		}
		return false
	})
	b.WriteString("}\n")
	formatted, err := format.Source(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return formatted
}

// qualify puts the package before the names of its types.
func qualify(f *ast.FuncType) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			return false
		case *ast.Ident:
			if ast.IsExported(n.Name) {
				n.Name = "spec." + n.Name
			}
		}
		return true
	})
}

var ours = regexp.MustCompile(`\[Store\]|\b(Err[A-Z]\w+|ConstraintError)\b`)

// qualified does the same in a comment.
func qualified(doc string) string {
	return strings.TrimSpace(ours.ReplaceAllStringFunc(doc, func(name string) string {
		return "spec." + strings.Trim(name, "[]")
	}))
}

func fields(t *testing.T, files *token.FileSet, list *ast.FieldList) string {
	var parts []string
	for _, f := range list.List {
		var names []string
		for _, name := range f.Names {
			names = append(names, name.Name)
		}
		parts = append(parts, strings.Join(names, ", ")+" "+text(t, files, f.Type))
	}
	return strings.Join(parts, ", ")
}

func text(t *testing.T, files *token.FileSet, node ast.Node) string {
	t.Helper()
	var b strings.Builder
	if err := printer.Fprint(&b, files, node); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
