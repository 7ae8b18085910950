// Package ci tests what users run in their CI: action.yml, and the workflows in the
// documentation.
package ci

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// root is the root of the repository, from here.
const root = "../../.."

// Every block of YAML in docs/ci.md is a workflow that actionlint accepts, or jobs
// that GitLab's schema accepts.
func TestPage(t *testing.T) {
	t.Parallel()
	schema := compile(t, "gitlab-ci.json")
	kinds := map[string]int{}
	for _, text := range yamlBlocks(t, "docs/ci.md") {
		block := parse(t, text)
		if _, ok := block["jobs"]; ok {
			kinds["workflow"]++
			for _, fault := range lint(t, text) {
				t.Errorf("actionlint: %v\n%s", fault, text)
			}
			continue
		}
		kinds["GitLab"]++
		if err := schema.Validate(block); err != nil {
			t.Errorf("GitLab's schema: %v\n%s", err, text)
		}
	}
	if kinds["workflow"] < 3 || kinds["GitLab"] < 3 {
		t.Errorf("docs/ci.md has %v", kinds)
	}
}

// The checks of TestPage find faults.
func TestFaultsAreFound(t *testing.T) {
	t.Parallel()
	const workflow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: tenon-go/tenon@v0.1.0\n"
	if faults := lint(t, workflow); len(faults) > 0 {
		t.Errorf("a workflow without faults: %v", faults)
	}
	for _, bad := range []string{
		workflow + "        with:\n          adapter: postgres\n", // the input is adapters
		workflow + "        wiht: {}\n",
		workflow + "      - run: echo ${{ matrix.postgres }}\n",
	} {
		if len(lint(t, bad)) == 0 {
			t.Errorf("actionlint finds nothing in\n%s", bad)
		}
	}
	const job = "a:\n  script: [go test]\n"
	schema := compile(t, "gitlab-ci.json")
	if err := schema.Validate(parse(t, job)); err != nil {
		t.Errorf("a job without faults: %v", err)
	}
	for _, bad := range []string{
		"a:\n  scirpt: [go test]\n",
		job + "  artifacts:\n    when: sometimes\n",
	} {
		if schema.Validate(parse(t, bad)) == nil {
			t.Errorf("GitLab's schema accepts\n%s", bad)
		}
	}
}

// lint returns the errors that actionlint finds in a workflow. If the workflow uses this
// repository's action, lint uses the one in this tree, with its inputs.
func lint(t *testing.T, workflow string) []*actionlint.Error {
	t.Helper()
	project, err := actionlint.NewProject(root)
	if err != nil {
		t.Fatal(err)
	}
	linter, err := actionlint.NewLinter(t.Output(), &actionlint.LinterOptions{Color: actionlint.ColorOptionKindNever})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(workflow, "\n")
	for i, line := range lines {
		if before, _, ok := strings.Cut(line, "tenon-go/tenon@"); ok && strings.HasSuffix(before, "uses: ") {
			lines[i] = before + "./"
		}
	}
	faults, err := linter.Lint("test.yml", []byte(strings.Join(lines, "\n")), project)
	if err != nil {
		t.Fatal(err)
	}
	return faults
}

// compile returns a JSON schema of testdata.
func compile(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	var value map[string]any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return value
}

// yamlBlocks returns the blocks of YAML on a page.
func yamlBlocks(t *testing.T, page string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, part := range strings.Split(string(text), "\n```yaml\n")[1:] {
		block, _, ok := strings.Cut(part, "\n```\n")
		if !ok {
			t.Fatalf("%s has a block without an end", page)
		}
		blocks = append(blocks, block+"\n")
	}
	return blocks
}
