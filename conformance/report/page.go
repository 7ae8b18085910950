package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tenon-go/tenon/conformance"
)

var (
	//go:embed page.gohtml
	pageTemplate string
	//go:embed page.css
	pageStyle string
	//go:embed page.js
	pageScript string
)

// WriteHTML writes the report as one HTML page. The page loads nothing from the
// network, and uses a script only for its filter.
//
// Each section of the page is a template in page.gohtml.
func (r Report) WriteHTML(w io.Writer) error {
	t, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return err
	}
	return t.Execute(w, newPage(r.printable()))
}

// page is the data of the template.
type page struct {
	Style  template.CSS
	Script template.JS
	Policy string // the content security policy: load nothing, run only our script

	Suite, Profile, Date, Command string
	Tone, Mark, Verdict, Sum      string

	Adapters []*pageAdapter
	Tables   []pageTable
	Outcomes []conformance.Outcome // those that at least one check has
}

// columns is the maximum number of adapters in a table. The others are in further
// tables below.
const columns = 9

// pageTable is a table of up to [columns] adapters.
type pageTable struct {
	Adapters []*pageAdapter
	Groups   []pageRow // the outcome of each group of clauses, and of all checks
	Promises []pageRow
}

// pageRow is a row of a table with a cell for each adapter.
type pageRow struct {
	ID, Title string // ID is empty in the row of all checks
	Cells     []pageCell
}

type pageCell struct {
	Adapter *pageAdapter
	Tone    string
	Mark    string
	Text    string
	Words   string // for screen readers, which do not read the mark
	Target  string // the id of the element that the cell links to; may be empty
}

// pageAdapter is the part of the page about one adapter.
type pageAdapter struct {
	Adapter
	ID       string
	Tally    tally
	Took     string
	Answers  []answer
	Failures []failure
	Groups   []pageGroup
}

// Reasons returns the reasons why checks neither passed nor failed.
func (a *pageAdapter) Reasons() []shortfall { return a.allShortfalls() }

// pageGroup is the section that a cell of the table links to.
type pageGroup struct {
	conformance.Group
	ID      string
	Tally   tally
	Took    string // see tookOf
	Open    bool   // the section is expanded because a check in it did not pass
	Clauses []pageClause
}

func newPage(r Report) page {
	hash := sha256.Sum256([]byte(pageScript))
	p := page{
		Style: template.CSS(pageStyle), Script: template.JS(pageScript),
		Policy: "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'",
		Suite:  r.Suite, Profile: r.profile(), Command: r.Command, Sum: r.sum(),
		Date: r.Start.UTC().Format("2 January 2006, 15:04 MST"),
		Tone: "fail", Mark: "✗", Verdict: sentenceCase(r.verdict()),
	}
	switch {
	case r.Interrupted:
		p.Tone, p.Mark = "missing", "!"
	case r.Passed():
		p.Tone, p.Mark = "pass", "✓"
	case r.count()[conformance.Failed] == 0:
		p.Tone, p.Mark, p.Verdict = "missing", "!", "Not passed"
	}
	groups := r.chosenGroups()
	for _, a := range r.Adapters {
		p.Adapters = append(p.Adapters, newPageAdapter(a, p.freeID(a.Name), groups))
	}
	for adapters := range slices.Chunk(p.Adapters, columns) {
		p.Tables = append(p.Tables, newPageTable(adapters, groups))
	}
	for _, o := range append(slices.Clone(outcomes), conformance.NotApplicable) {
		if r.count()[o] > 0 {
			p.Outcomes = append(p.Outcomes, o)
		}
	}
	return p
}

func newPageTable(adapters []*pageAdapter, groups []conformance.Group) pageTable {
	t := pageTable{Adapters: adapters}
	for i, g := range groups {
		t.Groups = append(t.Groups, t.row(g.ID, g.Title, func(a *pageAdapter) pageCell {
			return a.cell(a.Groups[i].Tally, a.Groups[i].ID)
		}))
	}
	t.Groups = append(t.Groups, t.row("", "All checks", func(a *pageAdapter) pageCell { return a.cell(a.Tally, a.ID) }))
	for i, promise := range promises {
		t.Promises = append(t.Promises, t.row("", promise.title, func(a *pageAdapter) pageCell { return a.promiseCell(i) }))
	}
	return t
}

func (t pageTable) row(id, title string, cell func(*pageAdapter) pageCell) pageRow {
	row := pageRow{ID: id, Title: title}
	for _, a := range t.Adapters {
		c := cell(a)
		c.Adapter = a
		row.Cells = append(row.Cells, c)
	}
	return row
}

// freeID returns an id for an adapter that no other element of the page has.
func (p page) freeID(name string) string {
	id := "adapter-" + strings.Trim(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return '-'
	}, name), "-")
	if slices.ContainsFunc(p.Adapters, func(a *pageAdapter) bool { return a.ID == id }) {
		id += fmt.Sprintf("-%d", len(p.Adapters)+1)
	}
	return id
}

func newPageAdapter(a Adapter, id string, groups []conformance.Group) *pageAdapter {
	pa := &pageAdapter{Adapter: a, ID: id, Tally: tallyOf(a.Results), Answers: a.answers(), Failures: a.folded()}
	if a.Duration > 0 {
		pa.Took = formatDuration(a.Duration)
	}
	for _, g := range groups {
		results := a.group(g.ID)
		pg := pageGroup{Group: g, ID: id + "-" + g.ID, Tally: tallyOf(results), Took: tookOf(results), Clauses: pa.clauses(results)}
		pg.Open = pg.Tally.Tone == "fail" || pg.Tally.Tone == "missing"
		pa.Groups = append(pa.Groups, pg)
	}
	return pa
}

// cell returns the adapter's cell in a row, which links to the element with the id
// target.
func (a *pageAdapter) cell(t tally, target string) pageCell {
	if a.Results == nil {
		return pageCell{Tone: "missing", Mark: "!", Text: "not run", Words: "could not run", Target: a.ID}
	}
	if t.Count == "" {
		target = ""
	}
	return pageCell{Tone: t.Tone, Mark: t.Mark, Text: strings.Replace(t.Count, " of ", "/", 1), Words: t.Words(), Target: target}
}

func (a *pageAdapter) promiseCell(i int) pageCell {
	if a.Answers == nil {
		return pageCell{Tone: "none", Text: "–", Words: "not known"}
	}
	c := pageCell{Tone: "plain", Text: a.Answers[i].Word, Words: a.Answers[i].Word + ": " + a.Answers[i].Text, Target: a.ID}
	if a.Answers[i].Weak {
		c.Tone = "part"
	}
	return c
}

// sentenceCase returns text with its first letter in upper case.
func sentenceCase(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + text[n:]
}
