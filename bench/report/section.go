package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"
)

//go:embed section.gohtml
var sectionTemplate string

// sectionStyle is the style of the tables and charts in the page of tenon verify. Its rules
// apply only within the section.
const sectionStyle = `
#bench .wide { overflow-x: auto; margin-top: 1rem }
#bench table.figures { display: table; width: auto; min-width: min(100%, 36rem); table-layout: auto; margin: 0; font-variant-numeric: tabular-nums }
#bench .figures caption { text-align: left; font-weight: 600; padding-bottom: .4rem }
#bench .figures thead { display: table-header-group } #bench .figures tbody { display: table-row-group } #bench .figures tr { display: table-row }
#bench .figures th, #bench .figures td { display: table-cell; padding: .25rem .7rem; text-align: right; white-space: nowrap; border: 0 }
#bench .figures tbody th { text-align: left }
#bench .figures thead th { font-weight: 500; font-size: .85rem }
#bench svg.chart { display: block; width: 47.5rem; height: auto }
`

// row is a row of a table of figures.
type row struct {
	Name  string
	Cells []string
}

// sectionEngine is the template's data for an engine.
type sectionEngine struct {
	Name, Title, Heading, Base string
	Chart                      template.HTML
	Calls, Throughput          []row
	Clients                    []string
	Sweep                      string
	Notes                      []string
}

// Section returns the result as a section of an HTML page.
func (r *Result) Section() (string, error) {
	t, err := template.New("section").Parse(sectionTemplate)
	if err != nil {
		return "", err
	}
	rules := strings.TrimSuffix(strings.TrimPrefix(style, "<style>\n"), "</style>\n")
	data := struct {
		Style    template.CSS
		Where    string
		Complete bool
		Engines  []sectionEngine
	}{Style: template.CSS(sectionStyle + "svg.chart {\n" + rules + "}\n"), Where: r.where(), Complete: r.Complete}
	data.Where += fmt.Sprintf(", with %s sessions", thousands(r.Sessions))
	for _, e := range r.Engines {
		data.Engines = append(data.Engines, e.section())
	}
	var b bytes.Buffer
	err = t.Execute(&b, data)
	return b.String(), err
}

func (e Engine) section() sectionEngine {
	s := sectionEngine{Name: e.Name, Title: e.Title, Heading: e.heading(), Base: e.Base, Notes: e.Notes, Sweep: e.Sweep.String()}
	if len(e.Calls) > 0 {
		chart := strings.Replace(e.chart(), "<svg ", `<svg class="chart" `, 1)
		s.Chart = template.HTML(strings.Replace(chart, style, "", 1)) // escapes its texts itself
	}
	for _, c := range e.Calls {
		if f, ok := c.figure(e.Competitors[0].Name); ok {
			trips, sent, received := f.wire()
			s.Calls = append(s.Calls, row{c.Name, []string{duration(f.Latency.Median), duration(f.Latency.P99), f.Ratio.String(), whole(f.Allocations), trips, sent, received}})
		}
	}
	for i, c := range e.Competitors {
		line := row{Name: c.Name}
		for _, t := range e.Throughput {
			line.Cells = append(line.Cells, rate(t.PerSecond[i]))
		}
		if len(e.Throughput) > 0 {
			s.Throughput = append(s.Throughput, line)
		}
	}
	if len(e.Throughput) > 0 {
		ratios := row{Name: "ratio of times"}
		for _, t := range e.Throughput {
			s.Clients = append(s.Clients, plural(t.Clients, "client"))
			ratios.Cells = append(ratios.Cells, t.Ratio.String())
		}
		s.Throughput = append(s.Throughput, ratios)
	}
	return s
}
