package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tenon-go/tenon/conformance"
)

// WriteText writes the report as plain text: a table of adapters and groups of
// clauses, the failures in full, the other checks that did not pass and why, and a
// summary line.
func (r Report) WriteText(w io.Writer, style Style) error {
	r = r.inOrder()
	p := newPainter(style)
	var b strings.Builder
	fmt.Fprintf(&b, "Conformance suite %s, %s\n\n", r.Suite, r.Start.Format("2 January 2006 15:04 MST"))
	if slices.ContainsFunc(r.Adapters, func(a Adapter) bool { return a.Results != nil }) {
		b.WriteString(r.tables(p))
		b.WriteString(p.paint(faint, p.legend()) + "\n")
	}
	for _, a := range r.Adapters {
		b.WriteString(a.failures(p))
	}
	b.WriteString(r.notRunHere(p))
	for _, o := range shortOutcomes {
		b.WriteString(r.reasons(p, o))
	}
	b.WriteString(r.declares(p))
	b.WriteString(r.keptByFront(p))
	b.WriteString(r.costs(p))
	b.WriteString(r.races(p))
	b.WriteString(r.summary(p))
	_, err := io.WriteString(w, b.String())
	return err
}

// legend explains the marks of the table.
func (p painter) legend() string {
	var b strings.Builder
	line := ""
	for _, mark := range []string{
		"✓ 3/5: of the 5 checks that apply, 3 passed and none failed", "✗ a check failed",
		"! a check did not run: not a pass", "– no check passed", "(see docs/report.md)",
	} {
		const blank = "   "
		if line != "" && utf8.RuneCountInString(line+blank+mark) > p.width {
			b.WriteString(line + "\n")
			line = ""
		} else if line != "" {
			line += blank
		}
		line += mark
	}
	return b.String() + line + "\n"
}

// failures lists the failed checks of an adapter. It prints the first failure of a kind
// in full and counts the others.
func (a Adapter) failures(p painter) string {
	var b strings.Builder
	for _, f := range a.folded() {
		fmt.Fprintf(&b, "%s %s: %s\n%s\n", p.paint(red, "FAILED"), a.Name, p.paint(bold, f.Name()), indent("    ", f.Output))
		if len(f.More) > 0 {
			b.WriteString("\n" + p.wrap("    ", append([]string{"And", countChecks(len(f.More)), "more", "like", "it:"}, clausesOf(f.More)...)))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// clausesOf returns the ids of the clauses of results, without duplicates.
func clausesOf(results []conformance.Result) []string {
	var ids []string
	for _, r := range results {
		if !slices.Contains(ids, r.Clause) {
			ids = append(ids, r.Clause)
		}
	}
	return ids
}

// notRunHere lists the adapters that could not run, why, and what would help. It prints
// a cause that several adapters share, such as a container engine that does not answer,
// only once.
func (r Report) notRunHere(p painter) string {
	var b strings.Builder
	first := map[string]string{} // the adapter for which a cause was printed
	for _, a := range r.Adapters {
		if a.Why == "" {
			continue
		}
		word, color := "NOT RUN", yellow
		if a.Required {
			word, color = "FAILED, could not run", red
		}
		fmt.Fprintf(&b, "%s: %s\n", p.paint(color, word), p.paint(bold, a.Name))
		why, remedy := a.Why, a.Remedy
		what, cause, _ := strings.Cut(why, ": ")
		if cause += remedy; first[cause] != "" {
			why, remedy = what+", for the same reason as "+first[cause], ""
		} else if cause != "" {
			first[cause] = a.Name
		}
		for text := range strings.SplitSeq(why+"\n"+remedy, "\n") {
			text = Printable(text)
			margin := text[:len(text)-len(strings.TrimLeft(text, " "))]
			b.WriteString(p.wrap("    "+margin, strings.Fields(text)))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// reasons lists the checks with one outcome by adapter and reason, because many checks
// often have the same reason.
func (r Report) reasons(p painter, o conformance.Outcome) string {
	var b strings.Builder
	for _, a := range r.Adapters {
		for _, g := range a.shortfalls(o) {
			fmt.Fprintf(&b, "  %s: %s\n", a.Name, strings.TrimLeft(indent("      ", g.Reason), " "))
			b.WriteString(p.wrap("      ", append([]string{countChecks(len(g.Checks)) + ":"}, clausesOf(g.Checks)...)))
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

// keptByFront lists the checks that passed because package spec keeps their clauses.
func (r Report) keptByFront(p painter) string {
	front := map[string]bool{}
	for _, c := range conformance.Clauses() {
		front[c.ID] = c.Front
	}
	var b strings.Builder
	for _, a := range r.Adapters {
		var kept []conformance.Result
		for _, result := range a.Results {
			if result.Outcome == conformance.Passed && front[result.Clause] {
				kept = append(kept, result)
			}
		}
		if len(kept) > 0 {
			b.WriteString(p.wrap("  ", append([]string{a.Name + ":", countChecks(len(kept)) + ":"}, clausesOf(kept)...)))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	title := p.wrap("", strings.Fields("Checks that spec.Store passes, which say nothing about the adapter"))
	return title + b.String() + "\n"
}

// summary returns the last line: the verdict and the numbers.
func (r Report) summary(p painter) string {
	word, color := "PASS", green
	switch {
	case r.Interrupted:
		word, color = "INTERRUPTED", red
	case !r.Passed():
		word, color = "FAIL", red
	}
	note := ""
	if r.count()[conformance.LeftOut] > 0 {
		note = " Checks that were left out were not judged."
	}
	return fmt.Sprintf("%s: %s%s\n", p.paint(color, word), r.sum(), note)
}

// sum lists the adapters by outcome and counts the checks.
func (r Report) sum() string {
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
	if adapters == nil {
		return "No adapter was judged."
	}
	return fmt.Sprintf("%s. Checks: %s.%s", strings.Join(adapters, "; "), r.count(), r.gaps())
}

// gaps names the clauses with checks that did not run on adapters that did run.
func (r Report) gaps() string {
	const most = 5 // per adapter: the others have been listed above
	text := ""
	for _, a := range r.Adapters {
		ids := clausesOf(slices.DeleteFunc(slices.Clone(a.Results), func(result conformance.Result) bool {
			return result.Outcome != conformance.NotRun
		}))
		if a.Why != "" || len(ids) == 0 {
			continue
		}
		if more := len(ids) - most; more > 0 {
			ids = append(ids[:most], fmt.Sprintf("%d more", more))
		}
		text += fmt.Sprintf(" Not run on %s: %s.", a.Name, strings.Join(ids, ", "))
	}
	return text
}

// indent adds prefix to every line that is not empty.
func indent(prefix, text string) string {
	lines := strings.Split(Printable(strings.TrimSpace(text)), "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = prefix + line
		}
	}
	return strings.Join(lines, "\n")
}

// wrap is [Wrap] for the width of the style.
func (p painter) wrap(prefix string, words []string) string {
	return Wrap(p.width, prefix, words)
}

// Wrap fills lines of up to width columns with words. Each line begins with prefix and
// ends with a line feed. A word that is longer than a line gets its own line.
func Wrap(width int, prefix string, words []string) string {
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
