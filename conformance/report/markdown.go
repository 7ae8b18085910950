package report

import (
	"fmt"
	"io"
	"regexp"
	"strings"
)

// WriteMarkdown writes the report as Markdown, for example for the summary of a CI job:
// a table of adapters and groups of clauses, the failures in full, the reasons why
// other checks did not pass, and the adapters' promises.
func (r Report) WriteMarkdown(w io.Writer) error {
	r = r.printable()
	var b strings.Builder
	fmt.Fprintf(&b, "# Tenon conformance: %s\n\n", r.verdict())
	fmt.Fprintf(&b, "%s\n\n", escape(r.sum()))
	fmt.Fprintf(&b, "Suite %s, profile %s, %s.", escape(r.Suite), escape(r.profile()), r.Start.UTC().Format("2 January 2006 15:04 MST"))
	if r.Command != "" {
		fmt.Fprintf(&b, " Made by %s.", code(r.Command))
	}
	b.WriteString("\n")
	r.markdownTables(&b)
	r.markdownFailures(&b)
	for _, a := range r.Adapters {
		if a.Why != "" {
			fmt.Fprintf(&b, "\n## %s could not run\n\n%s", escape(a.Name), fenced(strings.TrimSpace(a.Why+"\n"+a.Remedy)))
		}
	}
	for _, a := range r.Adapters {
		a.markdownRest(&b)
	}
	fmt.Fprintf(&b, "\n## Badge\n\nPut the address where you publish these files in place of `https://YOUR.SITE`:\n\n%s", fenced(BadgeMarkdown))
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownTables writes the outcome of each group of clauses, and the promises of the
// adapters.
func (r Report) markdownTables(b *strings.Builder) {
	if len(r.Adapters) == 0 {
		return
	}
	head := func(title string, cell func(Adapter) string) []string {
		row := []string{title}
		for _, a := range r.Adapters {
			row = append(row, cell(a))
		}
		return row
	}
	row := func(cells []string) { fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | ")) }

	b.WriteString("\n")
	row(head("", func(a Adapter) string { return escape(a.Name) }))
	row(head("---", func(Adapter) string { return "---" }))
	row(head("engine", func(a Adapter) string { return escape(strings.TrimSpace(a.Engine + " " + a.Version)) }))
	row(head("Go driver", func(a Adapter) string { return escape(a.Driver) }))
	row(head("deployment", func(a Adapter) string { return escape(a.Deployment) }))
	for _, g := range r.chosenGroups() {
		row(head(g.ID+" "+g.Title, func(a Adapter) string { return tallyOf(a.group(g.ID)).String() }))
	}
	row(head("all checks", func(a Adapter) string { return tallyOf(a.Results).String() }))

	b.WriteString("\n✓ 5: all 5 passed; ◐ 3/5: of 5 checks 3 passed and none failed; ! one was not run; ✗ one failed; – none passed.\n")

	b.WriteString("\n## What adapters promise\n\n")
	row(head("", func(a Adapter) string { return escape(a.Name) }))
	row(head("---", func(Adapter) string { return "---" }))
	for i, p := range promises {
		row(head(p.title, func(a Adapter) string {
			answers := a.answers()
			if answers == nil {
				return "–"
			}
			return fmt.Sprintf("%s: %s", answers[i].Word, escape(answers[i].Text))
		}))
	}
}

// markdownRest writes why checks neither passed nor failed, and the settings.
func (a Adapter) markdownRest(b *strings.Builder) {
	short := a.allShortfalls()
	if len(short)+len(a.Settings) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n", escape(a.Name))
	for _, g := range short {
		fmt.Fprintf(b, "- %s, %s (%s): %s\n", g.Outcome, countChecks(len(g.Checks)), escape(strings.Join(clausesOf(g.Checks), ", ")), escape(g.Reason))
	}
	if len(a.Settings) > 0 {
		b.WriteString("- settings other than the engine's defaults:")
		for _, s := range a.Settings {
			b.WriteString(" " + code(s.Name+"="+s.Value))
		}
		b.WriteString("\n")
	}
}

func (r Report) markdownFailures(b *strings.Builder) {
	for _, a := range r.Adapters {
		for _, f := range a.folded() {
			fmt.Fprintf(b, "\n## Failed: %s, %s\n\n%s", escape(a.Name), escape(f.Name()), fenced(f.Output))
			if len(f.More) > 0 {
				fmt.Fprintf(b, "\nAnd %s more like it: %s\n", countChecks(len(f.More)), escape(strings.Join(clausesOf(f.More), ", ")))
			}
		}
	}
}

// marks matches the characters that have a meaning in Markdown or in HTML within it.
var marks = regexp.MustCompile("[\\\\`*_{}\\[\\]<>()#+!|~&@]|://")

// escape returns text so that Markdown shows it literally and on one line.
func escape(text string) string {
	return marks.ReplaceAllString(strings.Join(strings.Fields(text), " "), `\$0`) // escaping the colon of "://" keeps addresses from becoming links
}

var backquotes = regexp.MustCompile("`+")

// longestRun returns the length of the longest run of backquotes in text.
func longestRun(text string) int {
	longest := 0
	for _, run := range backquotes.FindAllString(text, -1) {
		longest = max(longest, len(run))
	}
	return longest
}

// fenced returns text as a fenced block, which Markdown shows literally.
func fenced(text string) string {
	fence := strings.Repeat("`", max(3, longestRun(text)+1))
	return fence + "\n" + strings.TrimRight(text, "\n") + "\n" + fence + "\n"
}

// code returns text as a code span, which Markdown shows literally.
func code(text string) string {
	fence := strings.Repeat("`", longestRun(text)+1)
	return fence + strings.Join(strings.Fields(text), " ") + fence
}
