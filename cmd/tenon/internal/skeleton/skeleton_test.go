package skeleton

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/internal/contract"
)

// module is a generated skeleton.
type module struct {
	dir  string
	kind string
	env  []string
}

// name is the adapters' name, the same as in docs/writing-an-adapter.md.
const name = "badger"

// write generates a skeleton of this kind, as for a user outside of this workspace.
func write(t *testing.T, kind string) module {
	t.Helper()
	tenon, err := filepath.Abs("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	files, err := Adapter{Name: name, Kind: kind, Module: "example.com/" + name, Version: "v0.0.0", Replace: tenon}.Files()
	if err != nil {
		t.Fatal(err)
	}
	m := module{t.TempDir(), kind, append(os.Environ(), "GOWORK=off", "GOFLAGS=-ldflags=-s")}
	for _, f := range files {
		m.put(t, f.Path, f.Data)
	}
	m.run(t, "go", "mod", "tidy")
	return m
}

func (m module) put(t *testing.T, path string, data []byte) {
	t.Helper()
	path = filepath.Join(m.dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// command returns a command that runs in the module's folder.
func (m module) command(t *testing.T, command ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Dir, cmd.Env = m.dir, m.env
	return cmd
}

// run runs a command, which must succeed.
func (m module) run(t *testing.T, command ...string) {
	t.Helper()
	if output, err := m.command(t, command...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, output)
	}
}

// stub matches a method that is not written yet.
var stub = regexp.MustCompile(`(?m)^func \(a \*Adapter\) (\w+)\((.*)\) (?:error|\(int64, error\)) \{\n(?:\t//.*\n)*\treturn .*$`)

// solve adds the solution of a kind: a method calls its solution if the environment
// variable WRITTEN names the method.
func (m module) solve(t *testing.T) {
	t.Helper()
	solutions, err := filepath.Glob(filepath.Join("testdata", m.kind, "*.go"))
	if err != nil || solutions == nil {
		t.Fatalf("no solution: %v", err)
	}
	for _, path := range solutions {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m.put(t, strings.ReplaceAll(filepath.Base(path), "NAME", name), []byte(strings.ReplaceAll(string(data), "NAME", name)))
	}
	m.put(t, "written.go", []byte("package "+name+`

import (
	"os"
	"slices"
	"strings"
)

func written(method string) bool { return slices.Contains(strings.Fields(os.Getenv("WRITTEN")), method) }
`))
	data, err := os.ReadFile(filepath.Join(m.dir, name+".go"))
	if err != nil {
		t.Fatal(err)
	}
	text := stub.ReplaceAllStringFunc(string(data), func(method string) string {
		parts := stub.FindStringSubmatch(method)
		var args []string
		for param := range strings.SplitSeq(parts[2], ", ") {
			args = append(args, strings.Fields(param)[0])
		}
		lines := strings.SplitN(method, "\n", 2)
		return fmt.Sprintf("%s\n\tif written(%q) {\n\t\treturn a.solution().%[2]s(%s)\n\t}\n%s", lines[0], parts[1], strings.Join(args, ", "), lines[1])
	})
	m.put(t, name+".go", []byte(text))
	switch m.kind {
	case "server":
		m.edit(t, name+".go", "Close() error { return nil }", "Close() error { return a.hangUp() }")
		m.edit(t, "hooks_test.go", "wasApplied(request, answer []byte) bool { return false }",
			`wasApplied(request, answer []byte) bool { return strings.HasPrefix(string(request), "write") && string(answer) == "done\n" }`)
		m.edit(t, "hooks_test.go", `"os"`, "\"os\"\n\t\"strings\"")
	case "sql":
		m.edit(t, "classify.go", `(code string, answered bool) { return "", false }`,
			`(code string, answered bool) { e, ok := errors.AsType[*sqlite.Error](err); if ok { code = strconv.Itoa(e.Code()) }; return code, ok }`)
		m.edit(t, "classify.go", `"net"`, "\"net\"\n\t\"strconv\"\n\t\"modernc.org/sqlite\"")
		// Not "go mod tidy", which downloads what the tests of all dependencies need.
		m.run(t, "go", "get", "modernc.org/sqlite@"+versionOf(t, "modernc.org/sqlite"))
	}
}

// versionOf returns the version of a module that this repository uses.
func versionOf(t *testing.T, path string) string {
	t.Helper()
	version, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Version}}", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(version))
}

// edit replaces a part of a file.
func (m module) edit(t *testing.T, path, part, by string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(m.dir, path))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), part) {
		t.Fatalf("%s has no %q", path, part)
	}
	m.put(t, path, []byte(strings.Replace(string(data), part, by, 1)))
}

const actionlint = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"

// Each kind compiles, go vet and actionlint find no faults, and the first run of the test
// says what to write first.
func TestFirstRun(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{
		"kv":       "the adapter was not judged: CreateUser is not written yet",
		"sql":      "Write first, in this file: import the driver of your database",
		"server":   "", // as in TestMethodByMethod
		"sessions": "",
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			m := write(t, kind)
			m.run(t, "go", "vet", "./...")
			m.run(t, "go", "run", actionlint, ".github/workflows/test.yml")
			if want == "" {
				return
			}
			output, err := m.command(t, "go", "test", "-vet=off", "./...").CombinedOutput()
			if err == nil || !strings.Contains(string(output), want) || strings.Count(string(output), "\n") > 30 {
				t.Errorf("%v; want a short text with %q, got:\n%s", err, want, output)
			}
			if kind == "kv" {
				wantPage(t, string(output))
			}
		})
	}
}

// wantPage fails t unless the first run prints what docs/writing-an-adapter.md shows.
func wantPage(t *testing.T, output string) {
	t.Helper()
	page, err := os.ReadFile("../../../../docs/writing-an-adapter.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(page), "```\n--- FAIL: TestConformance (0.00s)\n")
	shown, _, found := strings.Cut(shown, "…\n```")
	if !found {
		t.Fatal("docs/writing-an-adapter.md does not show a first run")
	}
	for line := range strings.SplitSeq(shown, "\n") {
		if !strings.Contains(output, strings.TrimSpace(line)) {
			t.Errorf("docs/writing-an-adapter.md shows %q, which is not in:\n%s", line, output)
		}
	}
}

// judged selects the checks that a complete adapter of each kind runs: those that depend
// on the code that the skeleton has besides the methods. (Each kind passes all checks, but
// that takes a minute.) The races of REF and CON, other than those for unique values, depend
// on the transactions of a key-value database, which the solution has.
var judged = map[string]string{
	"kv":       "TestConformance/^(USR|REF-03|SES-1[01]|LEA-02|SWP-0[14]|CON-02|OPT)/.*/rich",
	"server":   "TestConformance/^(ERR|CTX)",
	"sessions": "TestConformance/^SES",
	"sql":      "TestConformance/^(USR|OPT)",
}

// When the methods are written one after another, the failure is always that of the next
// method. With the last method, the adapter passes.
func TestMethodByMethod(t *testing.T) {
	t.Parallel()
	for kind, checks := range judged {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			m := write(t, kind)
			m.solve(t)
			m.run(t, "go", "test", "-vet=off", "-c", "-o", "judge")
			judge := func(written []string) (string, error) {
				cmd := m.command(t, "./judge", "-test.v", "-test.run", checks)
				cmd.Env = append(cmd.Env, "WRITTEN="+strings.Join(written, " "))
				output, err := cmd.CombinedOutput()
				return string(output), err
			}
			var written []string
			for _, next := range contract.Methods(kinds[kind].Users) {
				output, err := judge(written)
				if err == nil || !strings.Contains(output, "the adapter was not judged: "+next.Name+" is not written yet") {
					t.Fatalf("%v; want %s to be next, got:\n%s", err, next.Name, output)
				}
				written = append(written, next.Name)
			}
			output, err := judge(written)
			if err != nil || !strings.Contains(output, "0 failed, 0 not run") {
				t.Errorf("%v, with all methods:\n%s", err, output)
			}
		})
	}
}
