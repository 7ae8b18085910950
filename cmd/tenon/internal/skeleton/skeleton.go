// Package skeleton generates the module of a new adapter. It compiles. Its methods are
// stubs, and its test, which runs the suite, says which method to write next.
package skeleton

import (
	"bytes"
	"embed"
	"fmt"
	"go/format"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/contract"
)

// Adapter describes the adapter to generate.
type Adapter struct {
	Name    string // of the adapter and its package
	Kind    string
	Module  string // its module's path
	Version string // of Tenon, to require; empty: go mod tidy finds the latest
	Replace string // a folder with Tenon's source, for a replace directive; or empty
}

// File is one file of the module.
type File struct {
	Path string // relative to the module, with slashes
	Data []byte
}

//go:embed templates
var templates embed.FS

// layouts has, for each kind, a map from a file's path in the module to its template.
// Files of all kinds are under "". In a path, NAME stands for the adapter's name.
var layouts = map[string]map[string]string{
	"": {
		"go.mod":                     "all/go.mod.tmpl",
		"README.md":                  "all/README.md.tmpl",
		"report_test.go":             "all/report_test.go.tmpl",
		".gitignore":                 "all/gitignore.tmpl",
		".github/workflows/test.yml": "all/test.yml.tmpl",
	},
	"kv": {
		"NAME.go":      "kv/adapter.go.tmpl",
		"NAME_test.go": "kv/adapter_test.go.tmpl",
		"tx.go":        "kv/tx.go.tmpl",
		"rows.go":      "kv/rows.go.tmpl",
	},
	"sql": {
		"NAME.go":       "sql/adapter.go.tmpl",
		"NAME_test.go":  "sql/adapter_test.go.tmpl",
		"hooks_test.go": "net/hooks_test.go.tmpl",
		"classify.go":   "net/classify.go.tmpl",
		"dialect.go":    "sql/dialect.go.tmpl",
		"migrate.go":    "sql/migrate.go.tmpl",
		"statements.go": "sql/statements.go.tmpl",
	},
	"server": {
		"NAME.go":       "server/adapter.go.tmpl",
		"NAME_test.go":  "server/adapter_test.go.tmpl",
		"hooks_test.go": "net/hooks_test.go.tmpl",
		"classify.go":   "net/classify.go.tmpl",
	},
	"sessions": {
		"NAME.go":      "sessions/adapter.go.tmpl",
		"NAME_test.go": "sessions/adapter_test.go.tmpl",
	},
}

// Files returns the files of the adapter's module.
func (a Adapter) Files() ([]File, error) {
	var files []File
	for _, layout := range []map[string]string{layouts[""], layouts[a.Kind]} {
		for path, from := range layout {
			data, err := a.execute(from)
			if err != nil {
				return nil, err
			}
			path = strings.ReplaceAll(path, "NAME", a.Name)
			if filepath.Ext(path) == ".go" {
				if data, err = format.Source(data); err != nil {
					return nil, fmt.Errorf("%s: %w", from, err)
				}
			}
			files = append(files, File{path, data})
		}
	}
	return files, nil
}

// values are the data of the templates.
type values struct {
	Adapter
	kind
	Methods []method
	Env     string // the environment variable with the server's address
	Address string // the default address
	Profile string // of the suite
}

// method is a method that the user has to write.
type method struct {
	contract.Method
	Returns string // "error", "(int64, error)"
	Zeros   string // the values returned before the error: "", "0, "
	Hint    string
}

func (a Adapter) execute(name string) ([]byte, error) {
	k := kinds[a.Kind]
	v := values{Adapter: a, kind: k, Env: strings.ToUpper(a.Name) + "_ADDRESS", Address: "127.0.0.1:1234",
		Profile: "core@" + conformance.Version}
	for _, c := range contract.Methods(k.Users) {
		one := method{Method: c, Returns: c.Results[0], Hint: k.Hints[c.Name]}
		if n := len(c.Results); n > 1 {
			one.Returns = "(" + strings.Join(c.Results, ", ") + ")"
			one.Zeros = strings.Repeat("0, ", n-1)
		}
		v.Methods = append(v.Methods, one)
	}
	t, err := template.New(filepath.Base(name)).Delims("[[", "]]").Funcs(template.FuncMap{"comment": comment, "and": and}).
		ParseFS(templates, "templates/all/methods.tmpl", "templates/"+name)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, v)
	return append(bytes.TrimSpace(b.Bytes()), '\n'), err
}

// comment returns a text as a Go comment.
func comment(text string) string {
	return "// " + strings.ReplaceAll(text, "\n", "\n// ")
}

// and joins words with commas and a last "and".
func and(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
