// Package report has what a measurement found, and shows it: as a table for
// people, as a file of JSON, and as a page with charts.
//
// It is for Tenon's own commands, and may change with any release.
package report

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// Conditions say where and with what something was measured.
type Conditions struct {
	Date      time.Time `json:"date"`
	Commit    string    `json:"commit"` // of Tenon; ends with "+changes" if files differed from it
	Go        string    `json:"go"`
	System    string    `json:"system"` // linux/amd64
	Processor string    `json:"processor"`
	Cores     int       `json:"cores"`
	Load      float64   `json:"load"` // processes that ran or waited when it began, over a minute; 0: not known
	Libraries []Library `json:"libraries"`
}

// Result is what one run found, under which conditions.
type Result struct {
	Conditions
	Pinned bool `json:"pinned"` // client and server on one core

	Users    int      `json:"users"`
	Sessions int      `json:"sessions"`
	PerCall  string   `json:"time_per_call"`
	Complete bool     `json:"complete"` // not interrupted
	Engines  []Engine `json:"engines"`
}

// Library is a Go module that was measured.
type Library struct {
	Path    string `json:"path"`
	Version string `json:"version"`
}

// Engine is what was measured on one engine.
type Engine struct {
	Name        string       `json:"name"`
	Title       string       `json:"title"`
	Version     string       `json:"version"` // empty: it has none of its own
	Base        string       `json:"base"`    // the competitor that ratios are to
	Competitors []Competitor `json:"competitors"`
	Calls       []Call       `json:"calls"`
	Throughput  []Throughput `json:"throughput,omitempty"`
	Sweep       *Sweep       `json:"sweep,omitempty"` // of what had expired, before the calls
	Notes       []string     `json:"notes,omitempty"` // sentences
}

// Competitor is one way to do the calls.
type Competitor struct {
	Name  string `json:"name"`
	About string `json:"about"`
}

// Call is what was measured of one call.
type Call struct {
	Name    string   `json:"name"`
	About   string   `json:"about"`
	Rounds  int      `json:"rounds"`
	Slice   int      `json:"slice"` // calls in a slice, of which each round has one for each competitor
	Figures []Figure `json:"figures"`
}

// Figure is one call as one competitor does it.
type Figure struct {
	Competitor string  `json:"competitor"`
	Micros     float64 `json:"micros"` // the median of a slice's mean time for a call
	Ratio      Ratio   `json:"ratio"`  // of times to those of the base, within each round
	Latency    Latency `json:"latency,omitzero"`
	CPUMicros  float64 `json:"cpu_micros"`
	CPURatio   float64 `json:"cpu_ratio"` // of sums
	Costs
}

// Latency is how long single calls took, in microseconds. They are timed in slices
// of their own, so that the clock is no part of a ratio.
type Latency struct {
	Calls  int     `json:"calls"`
	Median float64 `json:"median"`
	P99    float64 `json:"p99"`
}

// Throughput is what some clients get done at once: nine in ten of their calls read
// a session, and its user if there are users; one renews it.
type Throughput struct {
	Clients   int       `json:"clients"`
	PerSecond []float64 `json:"per_second"` // calls, of each competitor
	Ratio     Ratio     `json:"ratio"`      // of times, Tenon's to the base's, within each round
}

// Costs are what a call costs besides time.
type Costs struct {
	Allocations float64 `json:"allocations"`
	Bytes       float64 `json:"bytes"` // allocated
	*Wire               // nil: not known
}

// Wire is what passes between client and server.
type Wire struct {
	RoundTrips float64 `json:"round_trips"`
	Sent       float64 `json:"sent"` // bytes
	Received   float64 `json:"received"`
}

// Ratio is the median of ratios, with quartiles.
type Ratio struct {
	Median float64 `json:"median"`
	Q1     float64 `json:"q1"`
	Q3     float64 `json:"q3"`
}

// Read reads a result from a file.
func Read(file string) (*Result, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	r := new(Result)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%s is no result of bench: %w", file, err)
	}
	if len(r.Engines) == 0 {
		return nil, fmt.Errorf("%s has no figures", file)
	}
	return r, nil
}

// Write writes the result to a file.
func (r *Result) Write(file string) error { return write(file, r) }

func write(file string, result any) error {
	text, err := json.MarshalIndent(result, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

// figure returns the figure of a competitor.
func (c Call) figure(competitor string) (Figure, bool) {
	for _, f := range c.Figures {
		if f.Competitor == competitor {
			return f, true
		}
	}
	return Figure{}, false
}
