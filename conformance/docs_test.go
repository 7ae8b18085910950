package conformance

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/spec"
)

var update = flag.Bool("update", false, "write the generated parts of docs/spec.md again")

const specPage = "../docs/spec.md"

// TestSpecPage checks docs/spec.md against the clauses and outcomes of the suite.
func TestSpecPage(t *testing.T) {
	data, err := os.ReadFile(specPage)
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	for name, text := range map[string]string{"clauses": clausesMarkdown(), "outcomes": outcomesMarkdown()} {
		page = replacePart(t, page, name, text)
	}
	if page == string(data) {
		return
	}
	if !*update {
		t.Fatal("docs/spec.md is not what the suite's data says; run: go test ./conformance -run TestSpecPage -update")
	}
	if err := os.WriteFile(specPage, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
}

// replacePart replaces the text between <!-- name --> and <!-- end -->.
func replacePart(t *testing.T, page, name, text string) string {
	t.Helper()
	begin := "<!-- " + name + " -->\n"
	before, rest, ok := strings.Cut(page, begin)
	_, after, ok2 := strings.Cut(rest, "<!-- end -->")
	if !ok || !ok2 {
		t.Fatalf("docs/spec.md has no part %q", name)
	}
	return before + begin + text + "<!-- end -->" + after
}

func clausesMarkdown() string {
	var b strings.Builder
	for _, g := range Groups() {
		fmt.Fprintf(&b, "\n### %s: %s\n\n", g.ID, g.Title)
		for _, c := range Clauses() {
			if c.Group() != g.ID {
				continue
			}
			mark := ""
			if c.NoWaiver {
				mark = ", *no waiver*"
			}
			if c.Front {
				mark += ", *kept by the front*"
			}
			if c.Since != firstVersion {
				mark += ", *since " + c.Since + "*"
			}
			fmt.Fprintf(&b, "- <a id=\"%s\"></a>**%s** (%s%s) %s\n  *%s*\n  When it is broken: %s\n", strings.ToLower(c.ID), c.ID, c.Level, mark, c.Text, c.Reason, c.Broken)
		}
	}
	b.WriteString("\n")
	return b.String()
}

func outcomesMarkdown() string {
	var b strings.Builder
	b.WriteString("\n")
	names := map[error]string{
		spec.ErrClosed: "Closed", context.Canceled: "context's", context.DeadlineExceeded: "context's", spec.ErrInvalid: "Invalid",
		spec.ErrUserNotFound: "UserNotFound", spec.ErrSessionNotFound: "SessionNotFound", spec.ErrUserExists: "UserExists",
		spec.ErrSessionExists: "SessionExists", spec.ErrConstraint: "Constraint", spec.ErrStale: "Stale", nil: "*succeeds*",
	}
	head, rule := "| operation |", "|---|"
	for i, c := range Conditions() {
		fmt.Fprintf(&b, "%d. **%s**: %s\n", i+1, c.Name, c.Text)
		head, rule = head+" "+c.Name+" |", rule+"---|"
	}
	fmt.Fprintf(&b, "\nA class is the rest of the name `spec.Err…`. *Succeeds* means that there is nothing to do. A dash means that the condition cannot occur.\n\n%s\n%s\n", head, rule)
	var ops []spec.Op
	cells := map[spec.Op]map[string][]string{}
	for _, r := range ErrorTable() {
		if cells[r.Op] == nil {
			ops, cells[r.Op] = append(ops, r.Op), map[string][]string{}
		}
		if cell := cells[r.Op][r.Condition]; !slices.Contains(cell, names[r.Class]) {
			cells[r.Op][r.Condition] = append(cell, names[r.Class])
		}
	}
	for _, op := range ops {
		fmt.Fprintf(&b, "| %s |", op)
		for _, c := range Conditions() {
			fmt.Fprintf(&b, " %s |", cmp.Or(strings.Join(cells[op][c.Name], ", "), "–"))
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
	return b.String()
}

// TestClauses compares the list of clauses with the checks.
func TestClauses(t *testing.T) {
	id := regexp.MustCompile(`^[A-Z]{3}-\d\d$`)
	seen := map[string]bool{}
	last := ""
	for _, c := range Clauses() {
		if !id.MatchString(c.ID) || seen[c.ID] {
			t.Errorf("id %q is malformed or taken twice", c.ID)
		}
		seen[c.ID] = true
		if c.Level != Must && c.Level != Should || c.Text == "" || c.Reason == "" || c.Broken == "" {
			t.Errorf("%s lacks a level, a text, a reason or what is seen when it is broken", c.ID)
		}
		if !slices.ContainsFunc(Groups(), func(g Group) bool { return g.ID == c.Group() }) {
			t.Errorf("%s is of no group", c.ID)
		}
		if c.Group() == last[:min(3, len(last))] && c.ID <= last {
			t.Errorf("%s stands after %s", c.ID, last)
		}
		last = c.ID
	}

	sentence := regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)
	checked, names := map[string]bool{}, map[string]bool{}
	for _, name := range Checks(wholeSubject()) {
		parts := strings.Split(name, "/")
		checked[parts[0]] = true
		if names[name] || !sentence.MatchString(parts[1]) {
			t.Errorf("check %s: a name that is taken, or no sentence", name)
		}
		names[name] = true
	}
	for _, c := range Clauses() {
		if !checked[c.ID] {
			t.Errorf("no check for %s: %s", c.ID, c.Text)
		}
	}
	for c := range checked {
		if !seen[c] {
			t.Errorf("a check names %s, which is no clause", c)
		}
	}
}

// wholeSubject returns a subject with every check in its plan. It cannot open an adapter.
func wholeSubject() Subject { return NewSubject(nil) }
