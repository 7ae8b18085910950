package tenon_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the code in docs/sessions.md and the pages beside it again")

// TestSessionsPage checks that the code in docs/sessions.md and the pages beside it is
// that of the Example functions and the files that they name.
func TestSessionsPage(t *testing.T) {
	examples := map[string]string{}
	for _, dir := range []string{"session", "session/web", "session/web/webtest", "session/storage", "contrib/otel", "contrib/scs", "contrib/gorilla", "adapters/postgres"} {
		readExamples(t, dir, examples)
	}
	for _, name := range []string{"docs/sessions.md", "docs/names.md", "docs/contrib.md"} {
		comparePage(t, name, examples)
	}
}

func comparePage(t *testing.T, name string, examples map[string]string) {
	t.Helper()
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	part := regexp.MustCompile("(?s)<!-- (example|file): ([^\n]*) -->\n.*?<!-- end -->")
	got := part.ReplaceAllStringFunc(string(page), func(text string) string {
		match := part.FindStringSubmatch(text)
		kind, key := match[1], match[2]
		body, ok := examples[key]
		if kind == "file" {
			file, err := os.ReadFile(key)
			body, ok = string(file), err == nil
		}
		if !ok {
			t.Errorf("%s names %q, which is no %s", name, key, kind)
		}
		return "<!-- " + kind + ": " + key + " -->\n```go\n" + body + "```\n<!-- end -->"
	})
	if blocks, parts := strings.Count(got, "```go\n"), len(part.FindAllString(got, -1)); parts == 0 || blocks != parts {
		t.Errorf("%d blocks of code, of which %d name an example", blocks, parts)
	}
	if t.Failed() || got == string(page) {
		return
	}
	if !*update {
		t.Fatalf("%s is not what the examples are; run: go test . -run TestSessionsPage -update", name)
	}
	if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
		t.Fatal(err)
	}
}

// readExamples adds the bodies of a package's examples, under "dir Name".
func readExamples(t *testing.T, dir string, examples map[string]string) {
	t.Helper()
	files, err := filepath.Glob(dir + "/example*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range parsed.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(f.Name.Name, "Example") {
				continue
			}
			body := string(source[set.Position(f.Body.Lbrace).Offset+2 : set.Position(f.Body.Rbrace).Offset])
			body = strings.TrimPrefix(strings.ReplaceAll("\n"+body, "\n\t", "\n"), "\n")
			examples[dir+" "+f.Name.Name] = body
		}
	}
}

// TestPageLinks checks that the headings and files exist to which the pages link.
func TestPageLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]*)(?:#([^)]*))?\)`)
	for _, name := range []string{"README.md", "docs/sessions.md", "docs/names.md", "docs/contrib.md", "docs/from-lucia.md"} {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range link.FindAllStringSubmatch(proseOf(string(page)), -1) {
			to := name
			if match[1] != "" {
				to = filepath.Join(filepath.Dir(name), match[1])
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s links to %s, which does not exist", name, to)
			} else if match[2] != "" && !slices.Contains(anchors(t, to), match[2]) {
				t.Errorf("%s links to %s, which has no heading for #%s", name, to, match[2])
			}
		}
	}
}

// proseOf returns a page without its blocks of code.
func proseOf(page string) string {
	return regexp.MustCompile("(?s)```.*?```").ReplaceAllString(page, "")
}

// anchors returns a page's headings as GitHub makes anchors of them.
func anchors(t *testing.T, name string) (found []string) {
	t.Helper()
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	heading, left := regexp.MustCompile(`(?m)^#+ (.*)$`), regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
	for _, match := range heading.FindAllStringSubmatch(proseOf(string(page)), -1) {
		anchor := left.ReplaceAllString(strings.ToLower(match[1]), "")
		anchor = strings.ReplaceAll(anchor, " ", "-")
		for n, first := 1, anchor; slices.Contains(found, anchor); n++ {
			anchor = fmt.Sprint(first, "-", n)
		}
		found = append(found, anchor)
	}
	return found
}
