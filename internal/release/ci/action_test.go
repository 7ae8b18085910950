package ci

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// action is the part of action.yml that the tests use.
type action struct {
	Inputs map[string]struct{ Default string }
	Runs   struct {
		Steps []struct {
			Name, If, Shell, Uses, Run string
			WorkingDirectory           string `yaml:"working-directory"`
			Env, With                  map[string]string
		}
	}
}

func TestActionFitsItsSchema(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := compile(t, "github-actions.json").Validate(parse(t, string(text))); err != nil {
		t.Error(err)
	}
}

// The steps of the action work as docs/ci.md says, on the adapter of examples/bolt.
func TestAction(t *testing.T) {
	t.Parallel()
	bolt := filepath.Join(absolute(t, root), "examples", "bolt")

	t.Run("an adapter's tests", func(t *testing.T) {
		t.Parallel()
		got := runAction(t, bolt, map[string]string{"run": "TestConformance/USR-01"})
		got.want(t, true, "junit.xml", "badge.json")
	})
	t.Run("no test", func(t *testing.T) {
		t.Parallel()
		got := runAction(t, failing(t), map[string]string{"run": "TestConfromance"})
		got.want(t, false)
		if !strings.Contains(got.output, "::error::No clause was judged.") {
			t.Errorf("it does not say why:\n%s", got.output)
		}
	})
	t.Run("a failing test", func(t *testing.T) {
		t.Parallel()
		got := runAction(t, failing(t), nil)
		got.want(t, false, "junit.xml", "kept.txt")
	})
	t.Run("adapters", func(t *testing.T) {
		t.Parallel()
		// The command is built once, in temp, without what a debugger needs.
		temp := t.TempDir()
		env := []string{"RUNNER_TEMP=" + temp, "GOFLAGS=-ldflags=-s"}
		// The words become arguments of the command, so this judges one clause.
		got := runAction(t, t.TempDir(), map[string]string{"adapters": "memory --run USR-01"}, env...)
		got.want(t, true, "report.html", "report.json", "report.md", "junit.xml", "badge.json")
		if !strings.Contains(got.summary, "memory") {
			t.Errorf("the summary of the job is %q", got.summary)
		}
		runAction(t, t.TempDir(), map[string]string{"adapters": "memory; true"}, env...).want(t, false)
	})
}

// failing returns the folder of a module whose test fails.
func failing(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/bad\n\ngo 1.26\n")
	write(t, dir, "bad_test.go", `package bad

import (
	"os"
	"path/filepath"
	"testing"
)

func TestConformance(t *testing.T) {
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), "kept.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("USR-01/create_then_read/rich", func(t *testing.T) { t.Fail() })
}
`)
	return dir
}

// ran is the result of the steps of the action.
type ran struct {
	passed          bool
	output, summary string
	report          string // the folder
}

func (r ran) want(t *testing.T, passed bool, files ...string) {
	t.Helper()
	if r.passed != passed {
		t.Errorf("passed: %v, want %v:\n%s", r.passed, passed, r.output)
	}
	for _, name := range files {
		if _, err := os.Stat(filepath.Join(r.report, name)); err != nil {
			t.Errorf("the report has no %s: %v\n%s", name, err, r.output)
		}
	}
}

// runAction runs the steps of the action in dir as a runner does: those with
// "if: always()" also after a failure. Steps that use other actions are left out.
func runAction(t *testing.T, dir string, inputs map[string]string, env ...string) ran {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := yaml.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	got := ran{passed: true, report: filepath.Join(temp, "report")}
	values := map[string]string{"working-directory": dir, "report": got.report}
	for name, input := range a.Inputs {
		if _, ok := values[name]; !ok {
			values[name] = input.Default
		}
	}
	for name, value := range inputs {
		values[name] = value
	}
	summary := filepath.Join(temp, "summary.md")
	for _, step := range a.Runs.Steps {
		if step.Uses != "" || !got.passed && step.If != "always()" {
			continue
		}
		if step.Shell != "bash" || step.If != "" && step.If != "always()" {
			t.Fatalf("this test cannot run the step %q", step.Name)
		}
		cmd := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run)
		cmd.Dir = fill(step.WorkingDirectory, values)
		cmd.Env = append(os.Environ(), "GITHUB_ACTION_PATH="+absolute(t, root), "GITHUB_STEP_SUMMARY="+summary, "TENON_REQUIRE=")
		cmd.Env = append(cmd.Env, env...)
		for name, value := range step.Env {
			cmd.Env = append(cmd.Env, name+"="+fill(value, values))
		}
		output, err := cmd.CombinedOutput()
		got.output += string(output)
		got.passed = got.passed && err == nil
	}
	if text, err := os.ReadFile(summary); err == nil {
		got.summary = string(text)
	}
	return got
}

// fill replaces the expressions for inputs in a text by their values.
func fill(text string, inputs map[string]string) string {
	for name, value := range inputs {
		text = strings.ReplaceAll(text, "${{ inputs."+name+" }}", value)
	}
	return text
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
