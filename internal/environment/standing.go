package environment

import (
	"fmt"
	"slices"
	"strings"
)

// Standing is a case on a user's server, with what the results say about it.
type Standing struct {
	Case
	Judged bool   `json:"judged"` // a result has its kind and name
	Exact  bool   `json:"exact"`  // a result has its value and server, too
	Text   string `json:"text"`   // the outcomes, in a few words
}

// Look looks a case up. Among the results with its kind and name it prefers those with
// its value, and among these the result with its server.
func Look(results []Result, c Case) Standing {
	s := Standing{Case: c, Text: "not judged here"}
	named := slices.DeleteFunc(slices.Clone(results), func(r Result) bool {
		return r.Object != c.Object || r.Kind != c.Kind || r.Name != c.Name || r.Outcome == NotRun
	})
	if len(named) == 0 {
		return s
	}
	s.Judged = true
	equal := slices.DeleteFunc(slices.Clone(named), func(r Result) bool { return r.Value != c.Value })
	if i := slices.IndexFunc(equal, func(r Result) bool { return r.Server == c.Server }); i >= 0 {
		s.Exact, s.Text = true, string(equal[i].Outcome)
		if d := equal[i].Detail; d != "" && equal[i].Outcome != Holds {
			s.Text += ": " + firstLine(d)
		}
		return s
	}
	if len(equal) > 0 {
		s.Text = tally(equal, func(r Result) string { return r.Server })
		return s
	}
	s.Text = tally(named, func(r Result) string { return r.Value })
	if !c.Object {
		s.Text = "with other values " + s.Text
	}
	return s
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// tally returns the outcomes, each with what of returns for its results.
func tally(results []Result, of func(Result) string) string {
	var parts []string
	for _, o := range Outcomes() {
		var which []string
		for _, r := range results {
			if text := of(r); r.Outcome == o && !slices.Contains(which, text) {
				which = append(which, text)
			}
		}
		const few = 3
		if extra := len(which) - few; extra > 0 {
			which = append(which[:few], fmt.Sprintf("%d more", extra))
		}
		if len(which) > 0 {
			parts = append(parts, string(o)+" ("+strings.Join(which, ", ")+")")
		}
	}
	return strings.Join(parts, ", ")
}
