package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tenon-go/tenon/conformance"
)

const (
	gap     = 2  // blanks between two columns
	longest = 22 // maximum width of a name or version
	titled  = 60 // minimum width for showing the titles of groups
)

// cell is a text and its color.
type cell struct {
	text  string
	color color
}

// column is one adapter's part of the table: a cell for each row.
type column []cell

func (c column) width() int {
	widest := 0
	for _, cell := range c {
		widest = max(widest, utf8.RuneCountInString(cell.text))
	}
	return widest
}

// tables renders adapters as columns and groups of clauses as rows, since there are few
// adapters and many groups. Adapters that do not fit next to each other are continued
// in a table below. It omits groups without a selected check.
func (r Report) tables(p painter) string {
	groups := r.chosenGroups()
	totals := r.totals()
	labels := column{{}, {}}
	for _, g := range groups {
		text := g.ID
		if p.width >= titled {
			text += "  " + g.Title
		}
		labels = append(labels, cell{text: text})
	}
	labels = append(labels, cell{})
	for _, o := range totals {
		labels = append(labels, cell{text: string(o)})
	}
	labels = append(labels, cell{text: "suite took", color: faint})

	var columns []column
	for _, a := range r.Adapters {
		columns = append(columns, a.column(groups, totals))
	}
	var b strings.Builder
	for len(columns) > 0 {
		n, used := 0, labels.width()
		for n < len(columns) && (n == 0 || used+gap+columns[n].width() <= p.width) {
			used += gap + columns[n].width()
			n++
		}
		b.WriteString(rows(p, append([]column{labels}, columns[:n]...)))
		b.WriteString("\n")
		columns = columns[n:]
	}
	return b.String()
}

// rows puts columns next to each other.
func rows(p painter, columns []column) string {
	var b strings.Builder
	for row := range columns[0] {
		var line strings.Builder
		blank := 0 // spaces to write before the next text, so that no line ends in spaces
		for _, c := range columns {
			if text := c[row].text; text != "" {
				line.WriteString(strings.Repeat(" ", blank) + p.paint(c[row].color, text))
				blank = 0
			}
			blank += c.width() - utf8.RuneCountInString(c[row].text) + gap
		}
		b.WriteString(line.String() + "\n")
	}
	return b.String()
}

// column returns the adapter's column of the table, with the names of the adapter and
// the engine at its top.
func (a Adapter) column(groups []conformance.Group, totals []conformance.Outcome) column {
	engine := strings.TrimSpace(a.Engine + " " + a.Version)
	if a.Why != "" {
		engine = string(conformance.NotRun)
	}
	c := column{{clip(a.Name), bold}, {clip(engine), faint}}
	for _, g := range groups {
		c = append(c, groupCell(Count(a.group(g.ID))))
	}
	c = append(c, cell{})
	count := Count(a.Results)
	for _, o := range totals {
		if a.Why != "" {
			c = append(c, cell{"–", faint})
			continue
		}
		color := plain
		if o == conformance.Failed && count[o] > 0 {
			color = red
		} else if o == conformance.NotRun && count[o] > 0 {
			color = yellow
		}
		c = append(c, cell{"  " + fmt.Sprint(count[o]), color}) // below the numbers of the groups
	}
	if a.Why != "" {
		return append(c, cell{"–", faint})
	}
	return append(c, cell{"  " + formatDuration(a.Duration), faint})
}

// groupCell shows how many of the selected checks of a group passed, of those that
// apply, with the mark of the worst outcome.
func groupCell(c Counts) cell {
	chosen := 0
	for o, n := range c {
		if o != conformance.LeftOut && o != conformance.NotApplicable {
			chosen += n
		}
	}
	if chosen == 0 {
		return cell{"–", faint}
	}
	text := fmt.Sprint(c[conformance.Passed])
	if c[conformance.Passed] < chosen {
		text += fmt.Sprintf("/%d", chosen)
	}
	switch c.Outcome() {
	case conformance.Failed:
		return cell{"✗ " + text, red}
	case conformance.NotRun:
		return cell{"! " + text, yellow}
	case conformance.Passed:
		return cell{"✓ " + text, green}
	}
	return cell{"– " + text, faint}
}

// group returns the results of one group of clauses.
func (a Adapter) group(id string) []conformance.Result {
	var list []conformance.Result
	for _, r := range a.Results {
		if strings.HasPrefix(r.Clause, id+"-") {
			list = append(list, r)
		}
	}
	return list
}

// chosenGroups returns the groups with at least one selected check.
func (r Report) chosenGroups() []conformance.Group {
	return slices.DeleteFunc(conformance.Groups(), func(g conformance.Group) bool {
		return !slices.ContainsFunc(r.Adapters, func(a Adapter) bool {
			results := a.group(g.ID)
			return Count(results)[conformance.LeftOut] < len(results)
		})
	})
}

// totals returns the outcomes that have their own row. Passed and failed always have
// one.
func (r Report) totals() []conformance.Outcome {
	return slices.DeleteFunc(slices.Clone(outcomes), func(o conformance.Outcome) bool {
		return o != conformance.Passed && o != conformance.Failed && r.count()[o] == 0
	})
}

// count counts over all adapters.
func (r Report) count() Counts {
	all := Counts{}
	for _, a := range r.Adapters {
		for o, n := range Count(a.Results) {
			all[o] += n
		}
	}
	return all
}

// clip shortens a text that would make its column too wide.
func clip(s string) string {
	s = Printable(s)
	if r := []rune(s); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return s
}

// formatDuration returns a duration, rounded for readers.
func formatDuration(a time.Duration) string {
	if a < time.Second {
		return a.Round(time.Millisecond).String()
	}
	return a.Round(100 * time.Millisecond).String()
}
