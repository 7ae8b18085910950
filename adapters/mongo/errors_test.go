package mongo

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/internal/errordoc"
)

// TestErrorsPage holds docs/errors.md against the tables of codes.
func TestErrorsPage(t *testing.T) {
	var rows []errordoc.Row
	all := append(append([]code{}, codes...),
		code{code: "any other", fault: unlisted},
		code{code: "none", name: "nothing was sent", fault: unavailable, note: "no server found, no connection, a pool that was cleared or closed"},
		code{code: "none", name: "a context's error", fault: cancelled, note: "before it was sent, or sent again"},
		code{code: "none", name: "no answer", fault: unanswered},
		code{code: "none", name: "any other error of the driver", fault: refusedByDriver, note: "a value that it cannot encode, or an answer that it cannot read"})
	for _, r := range rules {
		all = append(all, code{code: "121 " + r.code, name: "DocumentValidationFailure", fault: r.fault})
	}
	for _, c := range all {
		for i, m := range meanings[c.fault] {
			if i > 0 {
				c.note = ""
			}
			when := string(m.when)
			if m.kind != "" {
				when = "kind “" + string(m.kind) + "”"
			}
			rows = append(rows, errordoc.Row{Class: m.class, Code: c.code, Name: c.name, When: when, Note: c.note})
		}
	}
	errordoc.Hold(t, "MongoDB", rows)
}
