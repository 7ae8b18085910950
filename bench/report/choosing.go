package report

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Judged is the part of tenon verify's report that docs/choosing.md uses: the report's
// JSON without its clauses.
type Judged struct {
	Suite    string          `json:"suite"`
	Start    string          `json:"start"`
	Outcome  string          `json:"outcome"`
	Adapters []JudgedAdapter `json:"adapters"`
}

// JudgedAdapter is an adapter in the report of tenon verify.
type JudgedAdapter struct {
	Name       string         `json:"name"`
	Engine     string         `json:"engine"`
	Version    string         `json:"version"`
	Driver     string         `json:"driver"`
	Deployment string         `json:"deployment"`
	Outcome    string         `json:"outcome"`
	Weaknesses []string       `json:"weaknesses"`
	Counts     map[string]int `json:"counts"`
}

// Write writes it to a file, as JSON.
func (j *Judged) Write(file string) error { return write(file, j) }

// ReadJudged reads a report of tenon verify, or a file that Write has written.
func ReadJudged(file string) (*Judged, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	j := new(Judged)
	if err := json.Unmarshal(text, j); err != nil {
		return nil, fmt.Errorf("%s is not a report of tenon verify: %w", file, err)
	}
	if len(j.Adapters) == 0 {
		return nil, fmt.Errorf("%s has no adapters", file)
	}
	return j, nil
}

// The marks around the matrix in docs/choosing.md.
const (
	matrixBegin = "<!-- matrix -->"
	matrixEnd   = "<!-- end -->"
)

// Choosing returns text, which is that of docs/choosing.md, with a new matrix of reports
// and measurements.
func (j *Judged) Choosing(text string, measured *Result) (string, error) {
	before, rest, begins := strings.Cut(text, matrixBegin)
	_, after, ends := strings.Cut(rest, matrixEnd)
	if !begins || !ends {
		return "", fmt.Errorf("no %s and %s in the text", matrixBegin, matrixEnd)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\n\n| | judged on | checks passed, of those that apply | acknowledged writes | reads | expired sessions | a request | a sign-in | a renewal | round trips of these three |\n|---|---|--:|---|---|---|--:|--:|--:|---|\n", before, matrixBegin)
	for _, a := range j.Adapters {
		fmt.Fprintf(&b, "| **%s** | %s | %d of %d | %s | %s | %s |", a.Name, strings.TrimSuffix(a.Engine+" "+a.Version+", "+a.Driver, ", "), a.Counts["passed"], a.applicable(), a.durable(), a.fresh(), a.expiry())
		var trips []string
		for _, call := range []string{"SessionAndUser", "CreateSession", "SwapLease"} {
			f, ok := measured.of(a.Name, call)
			if !ok {
				b.WriteString(" not measured |")
				continue
			}
			fmt.Fprintf(&b, " %s µs (%.2f) |", micros(f.Micros), f.Ratio.Median)
			n := 0.0 // older results have no Wire for engines in this process
			if f.Wire != nil {
				n = f.RoundTrips
			}
			trips = append(trips, fmt.Sprint(n))
		}
		switch {
		case trips == nil:
			trips = []string{"not measured"}
		case strings.Trim(strings.Join(trips, ""), "0") == "":
			trips = []string{"none"}
		}
		b.WriteString(" " + strings.Join(trips, ", ") + " |\n")
	}
	fmt.Fprintf(&b, "\nThe left part comes from a run of `tenon verify` with suite %s on %s. Times are medians from [performance.md](performance.md), with the ratio to the raw driver. Client and server ran on one core, so a network adds its latency to each round trip.\n\n", j.Suite, strings.SplitN(j.Start, "T", 2)[0])
	return b.String() + matrixEnd + after, nil
}

// of returns Tenon's figure for a call on an engine.
func (r *Result) of(engine, call string) (Figure, bool) {
	for _, e := range r.Engines {
		for _, c := range e.Calls {
			if e.Name == engine && c.Name == call {
				return c.figure(e.Competitors[0].Name)
			}
		}
	}
	return Figure{}, false
}

// applicable returns the number of checks that apply to the adapter.
func (a JudgedAdapter) applicable() int {
	n := 0
	for outcome, count := range a.Counts {
		if outcome != "left_out" && outcome != "do_not_apply" {
			n += count
		}
	}
	return n
}

func (a JudgedAdapter) declares(weakness string) bool { return slices.Contains(a.Weaknesses, weakness) }

func (a JudgedAdapter) durable() string {
	switch {
	case a.declares("volatile"):
		return "gone with the process"
	case a.declares("loses_writes"):
		return "may be lost in a failure"
	}
	switch a.Name {
	case "sqlite":
		return "durable"
	case "mongo":
		return "with a majority"
	}
	return "durable, as the server is set up"
}

func (a JudgedAdapter) fresh() string {
	if a.declares("stale_reads") {
		return "may be stale"
	}
	return "see every such write"
}

func (a JudgedAdapter) expiry() string {
	if a.declares("expires") {
		return "deleted by the store"
	}
	return "swept"
}
