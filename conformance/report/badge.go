package report

import (
	"io"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/badge"
)

// WriteBadge writes what shields.io asks of an endpoint: label, message and colour as
// a JSON object. Only a report of which every check passed is green.
func (r Report) WriteBadge(w io.Writer) error {
	c := r.count()
	run := badge.Run{
		Suite: r.Suite, Profile: r.profile(), Adapters: len(r.Adapters), Interrupted: r.Interrupted,
		Passed: c[conformance.Passed], Failed: c[conformance.Failed], NotRun: c[conformance.NotRun], Warned: c[conformance.Warned],
		Waived: c[conformance.Waived], NotOffered: c[conformance.NotOffered], LeftOut: c[conformance.LeftOut],
	}
	for _, a := range r.Adapters {
		if a.Why == "" {
			run.Judged++
		}
	}
	_, err := w.Write(run.JSON())
	return err
}

// BadgeMarkdown is the line that shows the badge on a page written in Markdown, and
// leads from there to the report. The address in it is to be replaced by the one where
// the files of [Report.WriteFiles] are published.
const BadgeMarkdown = "[![Tenon conformance](https://img.shields.io/endpoint?url=https://YOUR.SITE/" + badge.File + ")](https://YOUR.SITE/report.html)"
