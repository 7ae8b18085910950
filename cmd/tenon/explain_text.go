package main

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/report"
)

// listClauses prints a line for each clause. On a terminal it is cut to the width.
func (t tool) listClauses(list []explanation) error {
	width := t.terminalWidth(t.stdout)
	var b strings.Builder
	for _, g := range conformance.Groups() {
		fmt.Fprintf(&b, "%s  %s\n", g.ID, g.Title)
		for _, e := range list {
			if !strings.HasPrefix(e.ID, g.ID) {
				continue
			}
			line := []rune("  " + e.ID + "  " + e.Text)
			if width > 0 && len(line) > width {
				line = append(line[:width-1], '…')
			}
			b.WriteString(string(line) + "\n")
		}
	}
	_, err := io.WriteString(t.stdout, b.String())
	return err
}

// writeExplanations prints all there is to say of clauses.
func (t tool) writeExplanations(list []explanation) error {
	const widest = 80
	width := min(cmp.Or(t.terminalWidth(t.stdout), widest), widest)
	var b strings.Builder
	paragraph := func(margin, text string) {
		b.WriteString(report.Wrap(width, margin, strings.Fields(text)))
	}
	for i, e := range list {
		if i > 0 {
			b.WriteString("\n")
		}
		marks := e.Level
		if e.NoWaiver {
			marks += ", no waiver"
		}
		if e.Front {
			marks += ", kept by the front"
		}
		fmt.Fprintf(&b, "%s (%s, since suite %s)\n", e.ID, marks, e.Since)
		paragraph("  ", e.Text)
		b.WriteString("\nWhy\n")
		paragraph("  ", e.Reason)
		b.WriteString("\nIn production, when it is broken\n")
		paragraph("  ", e.Broken)
		b.WriteString("\nChecks, with the attribute types that they run with\n")
		for _, c := range e.Checks {
			paragraph("  ", fmt.Sprintf("%s (%s)", c.Name, strings.Join(c.Types, ", ")))
		}
		b.WriteString("\nMutants: faults that the checks are known to catch\n")
		for _, m := range e.Mutants {
			text := strings.ReplaceAll(m.Name, "_", " ")
			if m.Shipped != "" {
				text += " (seen in " + m.Shipped + ")"
			}
			paragraph("  ", "- "+text)
		}
		fmt.Fprintf(&b, "\nRun them: %s verify --run %s\n", t.command, e.ID)
	}
	_, err := io.WriteString(t.stdout, b.String())
	return err
}

func writeExplanationsJSON(w io.Writer, list []explanation) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Clauses []explanation `json:"clauses"`
	}{list})
}

// mutant is an adapter with one fault, or a front with one.
type mutant struct {
	Name    string `json:"name"`
	Shipped string `json:"shipped,omitempty"` // in what kind of library the fault has been seen
}

// mutantList is written by the tests of conformance/internal/mutants.
//
//go:embed mutants.tsv
var mutantList string

func mutantsByClause() map[string][]mutant {
	mutants := map[string][]mutant{}
	for line := range strings.Lines(mutantList) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		mutants[fields[0]] = append(mutants[fields[0]], mutant{Name: fields[1], Shipped: fields[2]})
	}
	return mutants
}
