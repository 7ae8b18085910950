// Package errordoc keeps docs/errors.md equal to the tables by which the
// adapters give errors their classes. It is for tests: each adapter has one
// that holds its rows.
package errordoc

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec"
)

var update = flag.Bool("update", false, "write the adapter's rows of docs/errors.md again")

// Row is a code of an engine under one of its classes.
type Row struct {
	Class error // of spec, or context.Canceled for either of the context's
	Code  string
	Name  string // the engine's own for the code
	When  string // it is of this class; empty: always, or wherever no other row says so
	Note  string // what is worth knowing
}

// SQL returns the rows of a dialect. A note stands in the first row of its
// code.
func SQL(d *sqlstore.Dialect) []Row {
	var rows []Row
	for _, c := range append(slices.Clone(d.Codes),
		sqlstore.Code{Code: "any other", Fault: sqlstore.Unlisted},
		sqlstore.Code{Code: "none", Meaning: "no answer", Fault: sqlstore.Unanswered},
		sqlstore.Code{Code: "none", Meaning: "the driver's own error", Fault: sqlstore.Refused,
			Note: "neither the engine's error nor the network's: the driver refused a value, a setting or what it had read"},
	) {
		for i, m := range c.Fault.Meanings() {
			if i > 0 {
				c.Note = ""
			}
			when := string(m.When)
			if m.Kind != "" {
				when = "kind “" + string(m.Kind) + "”"
			}
			rows = append(rows, Row{m.Class, c.Code, c.Meaning, when, c.Note})
		}
	}
	return rows
}

// page is docs/errors.md, from the directory of an adapter.
var page = filepath.Join("..", "..", "docs", "errors.md")

// Hold fails the test unless the page has just these rows of an engine, under
// each class in their order. With the flag -update it writes them.
func Hold(t *testing.T, engine string, rows []Row) {
	t.Helper()
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, class := range spec.Classes() {
		if class == context.DeadlineExceeded {
			continue // stands with context.Canceled
		}
		text = replace(t, text, class, engine, rows)
	}
	switch {
	case text == string(data):
	case *update:
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("docs/errors.md is not what the codes of %s say; run in its directory: go test -run TestErrorsPage -update", engine)
	}
}

const (
	head = "| engine | code | its name there | when | |\n|---|---|---|---|---|\n"
	none = "From no code: an adapter finds this out by itself.\n"
	end  = "<!-- end -->"
)

// replace returns the page with the rows of an engine replaced under a class.
// What stands there of other engines stays.
func replace(t *testing.T, text string, class error, engine string, rows []Row) string {
	t.Helper()
	begin := "<!-- " + class.Error() + " -->\n"
	before, rest, found := strings.Cut(text, begin)
	part, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("docs/errors.md has no part between %s and %s", begin, end)
	}
	var lines []string
	for line := range strings.Lines(part) {
		if strings.HasPrefix(line, "| ") && !strings.HasPrefix(head, line) && !strings.HasPrefix(line, "| "+engine+" |") {
			lines = append(lines, line)
		}
	}
	for _, r := range rows {
		if r.Class == class {
			lines = append(lines, "| "+strings.Join([]string{engine, r.Code, r.Name, r.When, r.Note}, " | ")+" |\n")
		}
	}
	slices.SortStableFunc(lines, func(a, b string) int { return strings.Compare(engineOf(a), engineOf(b)) })
	part = none
	if len(lines) > 0 {
		part = head + strings.Join(lines, "")
	}
	return before + begin + "\n" + part + "\n" + end + after
}

// engineOf returns the first cell of a row.
func engineOf(row string) string {
	engine, _, _ := strings.Cut(row[len("| "):], " |")
	return engine
}
