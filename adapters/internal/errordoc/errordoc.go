// Package errordoc compares docs/errors.md with the tables from which the adapters take the
// classes of errors. It is for tests: each adapter has a test for its codes, and package
// fault has one for the classes of faults.
package errordoc

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/spec"
)

var update = flag.Bool("update", false, "write the tables of docs/errors.md again")

// SQL returns the codes of an SQL engine, followed by entries for errors without a code.
func SQL(codes []fault.Code) []fault.Code {
	return append(slices.Clone(codes),
		fault.Code{Code: "any other", Fault: fault.Unlisted},
		fault.Code{Code: "none", Name: "no answer", Fault: fault.Unanswered},
		fault.Code{Code: "none", Name: "the driver's own error", Fault: fault.Refused,
			Note: "not from the engine or the network: the driver refused a value, a setting or what it had read"})
}

// CheckCodes fails the test unless the page has exactly these codes of an engine, in this
// order. With the flag -update it writes them.
func CheckCodes(t *testing.T, engine string, codes []fault.Code) {
	t.Helper()
	var rows []string
	for _, c := range codes {
		rows = append(rows, row(engine, c.Code, c.Name, c.Fault.String(), c.Note))
	}
	check(t, "codes", row("engine", "code", "its name there", "fault", ""), func(other string) bool {
		return !strings.HasPrefix(other, "| "+engine+" |")
	}, rows)
}

// CheckFaults fails the test unless the page has the classes of all faults. With
// the flag -update it writes them.
func CheckFaults(t *testing.T) {
	t.Helper()
	var rows []string
	for _, f := range fault.All() {
		name, text := f.String(), f.Explain()
		for _, m := range f.Meanings() {
			class, named := classNames[m.Class]
			if !named {
				t.Fatalf("the class %v has no name here", m.Class)
			}
			if m.Kind != "" {
				class += ", kind “" + string(m.Kind) + "”"
			}
			rows = append(rows, row(name, text, string(m.When), class))
			name, text = "", ""
		}
	}
	check(t, "faults", row("fault", "", "when", "class"), func(string) bool { return false }, rows)
}

// classNames are the names of classes in Go.
var classNames = map[error]string{
	context.Canceled:         "context.Canceled or DeadlineExceeded",
	context.DeadlineExceeded: "context.DeadlineExceeded",
	spec.ErrClosed:           "ErrClosed",
	spec.ErrInvalid:          "ErrInvalid",
	spec.ErrUserExists:       "ErrUserExists",
	spec.ErrSessionExists:    "ErrSessionExists",
	spec.ErrUserNotFound:     "ErrUserNotFound",
	spec.ErrConstraint:       "ErrConstraint",
	spec.ErrConflict:         "ErrConflict",
	spec.ErrUnavailable:      "ErrUnavailable",
	spec.ErrIndeterminate:    "ErrIndeterminate",
	spec.ErrFailed:           "ErrFailed",
}

func row(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// check compares a part of the page with rows, or writes it. It does not change rows for
// which keep returns true.
func check(t *testing.T, part, head string, keep func(row string) bool, rows []string) {
	t.Helper()
	page := findPage(t)
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- "+part+" -->\n", "<!-- end -->"
	before, rest, found := strings.Cut(string(data), begin)
	old, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("docs/errors.md has no part between %s and %s", begin, end)
	}
	head += strings.Repeat("|---", strings.Count(head, "|")-1) + "|\n"
	for line := range strings.Lines(old) {
		if strings.HasPrefix(line, "| ") && !strings.Contains(head, line) && keep(line) {
			rows = append(rows, line)
		}
	}
	if part == "codes" { // a part with the rows of several engines
		slices.SortStableFunc(rows, func(a, b string) int { return strings.Compare(engineOf(a), engineOf(b)) })
	}
	text := before + begin + "\n" + head + strings.Join(rows, "") + "\n" + end + after
	switch {
	case text == string(data):
	case *update:
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("docs/errors.md is not what the tables say; run in the package's directory: go test -run TestErrorsPage -update")
	}
}

// engineOf returns the first cell of a row.
func engineOf(row string) string {
	engine, _, _ := strings.Cut(row[len("| "):], " |")
	return engine
}

// findPage finds docs/errors.md above the package's directory.
func findPage(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		page := filepath.Join(dir, "docs", "errors.md")
		if _, err := os.Stat(page); err == nil {
			return page
		}
	}
	t.Fatal("there is no docs/errors.md above the package")
	return ""
}
