package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tenon-go/tenon/conformance"
)

// WriteText writes the report for people: a table of adapters and groups of
// clauses, the failures in full, what else was not passed and why, and a
// summary line. Color says whether w shows ANSI colours.
func (r Report) WriteText(w io.Writer, color bool) error {
	p := painter(color)
	var b strings.Builder
	fmt.Fprintf(&b, "Conformance suite %s, %s\n\n", r.Suite, r.Start.Format("2 January 2006 15:04 MST"))
	if slices.ContainsFunc(r.Adapters, func(a Adapter) bool { return a.Results != nil }) {
		b.WriteString(r.tables(p))
	}
	for _, a := range r.Adapters {
		b.WriteString(a.failures(p))
	}
	b.WriteString(r.notRunHere(p))
	for _, o := range []conformance.Outcome{conformance.NotRun, conformance.Waived, conformance.NotOffered} {
		b.WriteString(r.reasons(p, o))
	}
	b.WriteString(r.keptByFront())
	b.WriteString(r.summary(p))
	_, err := io.WriteString(w, b.String())
	return err
}

// failures are the failed checks of an adapter, each with all it has to say.
func (a Adapter) failures(p painter) string {
	var b strings.Builder
	for _, r := range a.Results {
		if r.Outcome == conformance.Failed {
			fmt.Fprintf(&b, "%s %s: %s\n%s\n\n", p.paint(red, "FAILED"), a.Name, p.paint(bold, r.Name()), indent("    ", r.Output))
		}
	}
	return b.String()
}

// notRunHere says which adapters could not run, why, and what would help.
func (r Report) notRunHere(p painter) string {
	var b strings.Builder
	for _, a := range r.Adapters {
		if a.Why == "" {
			continue
		}
		word, color := "NOT RUN", yellow
		if a.Required {
			word, color = "FAILED, could not run", red
		}
		fmt.Fprintf(&b, "%s: %s\n", p.paint(color, word), p.paint(bold, a.Name))
		for text := range strings.SplitSeq(a.Why+"\n"+a.Remedy, "\n") {
			b.WriteString(wrap("    ", strings.Fields(Printable(text))))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// reasons lists the checks with one outcome by adapter and reason: a reason
// often stands for many checks.
func (r Report) reasons(p painter, o conformance.Outcome) string {
	var b strings.Builder
	for _, a := range r.Adapters {
		type share struct {
			clauses []string
			checks  int
		}
		var reasons []string // in the order in which they come first
		shares := map[string]*share{}
		for _, result := range a.Results {
			if result.Outcome != o {
				continue
			}
			s := shares[result.Output]
			if s == nil {
				s = &share{}
				shares[result.Output] = s
				reasons = append(reasons, result.Output)
			}
			s.checks++
			if !slices.Contains(s.clauses, result.Clause) {
				s.clauses = append(s.clauses, result.Clause)
			}
		}
		for _, reason := range reasons {
			s := shares[reason]
			fmt.Fprintf(&b, "  %s: %s\n", a.Name, strings.TrimLeft(indent("      ", reason), " "))
			b.WriteString(wrap("      ", append([]string{countChecks(s.checks) + ":"}, s.clauses...)))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	color := plain
	if o == conformance.NotRun {
		color = yellow
	}
	return p.paint(color, "Checks "+string(o)) + "\n" + b.String() + "\n"
}

// keptByFront lists the checks that passed and say nothing about the adapter.
func (r Report) keptByFront() string {
	front := map[string]bool{}
	for _, c := range conformance.Clauses() {
		front[c.ID] = c.Front
	}
	var b strings.Builder
	for _, a := range r.Adapters {
		checks, words := 0, []string{}
		for _, result := range a.Results {
			if result.Outcome != conformance.Passed || !front[result.Clause] {
				continue
			}
			if checks++; !slices.Contains(words, result.Clause) {
				words = append(words, result.Clause)
			}
		}
		if checks > 0 {
			b.WriteString(wrap("  ", append([]string{a.Name + ":", countChecks(checks) + ":"}, words...)))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "Checks passed by the front, which say nothing about the adapter\n" + b.String() + "\n"
}

// summary is the last line: how it went, and the numbers.
func (r Report) summary(p painter) string {
	word, color := "PASS", green
	switch {
	case r.Interrupted:
		word, color = "INTERRUPTED", red
	case !r.Passed():
		word, color = "FAIL", red
	}
	var adapters []string
	by := map[conformance.Outcome][]string{}
	for _, a := range r.Adapters {
		by[a.Outcome()] = append(by[a.Outcome()], a.Name)
	}
	for _, o := range outcomes {
		if len(by[o]) > 0 {
			adapters = append(adapters, strings.Join(by[o], ", ")+" "+string(o))
		}
	}
	return fmt.Sprintf("%s: %s. Checks: %s.\n", p.paint(color, word), strings.Join(adapters, "; "), r.count())
}

// indent puts prefix before every line that is not empty.
func indent(prefix, text string) string {
	lines := strings.Split(Printable(strings.TrimSpace(text)), "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = prefix + line
		}
	}
	return strings.Join(lines, "\n")
}

// wrap fills lines with words.
func wrap(prefix string, words []string) string {
	var b strings.Builder
	line := ""
	for _, word := range words {
		switch {
		case line == "":
			line = prefix + word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			b.WriteString(line + "\n")
			line = prefix + word
		default:
			line += " " + word
		}
	}
	if line != "" {
		b.WriteString(line + "\n")
	}
	return b.String()
}

func countChecks(checks int) string {
	if checks == 1 {
		return "1 check"
	}
	return fmt.Sprintf("%d checks", checks)
}
