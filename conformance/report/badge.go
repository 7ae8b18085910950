package report

import (
	"io"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/badge"
)

// WriteBadge writes the JSON object that shields.io expects from an endpoint: label,
// message and color. The badge is green only if every check passed.
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

// BadgeMarkdown is a line of Markdown that shows the badge and links to the report.
// Replace the address in it with the one where you publish the files of
// [Report.WriteFiles].
const BadgeMarkdown = "[![Tenon conformance](https://img.shields.io/endpoint?url=https://YOUR.SITE/" + badge.File + ")](https://YOUR.SITE/report.html)"
