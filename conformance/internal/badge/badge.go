// Package badge writes the outcome of a run in the form that shields.io shows.
package badge

import (
	"encoding/json"
	"fmt"
	"strings"
)

// File is the name of the file that a badge is written to.
const File = "badge.json"

// Run is the run that a badge describes. The counts are numbers of checks and do not
// include those that do not apply.
type Run struct {
	Suite       string // "1.0"
	Profile     string // "core@1.0"
	Adapters    int    // number of adapters to test
	Judged      int    // number of adapters that were tested
	Interrupted bool

	Passed, Failed, NotRun, Warned, Waived, NotOffered, LeftOut int
}

// endpoint is the JSON object that shields.io expects (see
// shields.io/badges/endpoint-badge).
type endpoint struct {
	Version int    `json:"schemaVersion"`
	Label   string `json:"label"`
	Message string `json:"message"`
	Color   string `json:"color"`
}

// JSON returns the badge as a JSON object.
func (r Run) JSON() []byte {
	verdict, color := r.verdict()
	message := verdict + r.gaps()
	data, err := json.MarshalIndent(endpoint{1, "tenon suite " + r.Suite, message, color}, "", "  ")
	if err != nil {
		panic(err) // cannot happen: only strings and a number
	}
	return append(data, '\n')
}

// verdict returns the text and the color of the badge. It is green only if nothing is
// missing.
func (r Run) verdict() (text, color string) {
	switch passed := r.Profile + " passed"; {
	case r.Failed > 0:
		return r.Profile + " failed", "red"
	case r.Interrupted:
		return r.Profile + " interrupted", "orange"
	case r.Passed == 0:
		return r.Profile + " not judged", "lightgrey"
	case r.NotRun > 0 || r.Judged < r.Adapters:
		return r.Profile + " judged in part", "orange"
	case r.LeftOut > 0:
		return r.Profile + " judged in part", "lightgrey"
	case r.Warned > 0 || r.Waived > 0 || r.NotOffered > 0:
		return passed, "yellow"
	default:
		return passed, "brightgreen"
	}
}

// gaps returns a text that counts the checks that did not pass.
func (r Run) gaps() string {
	var parts []string
	if missing := r.Adapters - r.Judged; missing > 0 && r.Adapters > 1 {
		parts = append(parts, fmt.Sprintf("%d of %d adapters not run", missing, r.Adapters))
	} else if r.Adapters > 1 {
		parts = append(parts, fmt.Sprintf("%d adapters", r.Adapters))
	}
	for _, gap := range []struct {
		n    int
		what string
	}{
		{r.Failed, "failed"}, {r.NotRun, "not run"}, {r.Warned, "warned"},
		{r.Waived, "waived"}, {r.NotOffered, "not offered"}, {r.LeftOut, "left out"},
	} {
		if gap.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", gap.n, gap.what))
		}
	}
	if parts == nil {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}
