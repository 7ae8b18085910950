// Package report holds the results of measurements, and writes them as a table, as JSON,
// and as a page with charts.
//
// It is for Tenon's own commands, and can change in any release.
package report

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// Conditions are the machine, the system and the versions of a measurement.
type Conditions struct {
	Date      time.Time `json:"date"`
	Commit    string    `json:"commit"` // of Tenon; ends with "+changes" if files differed from it
	Go        string    `json:"go"`
	System    string    `json:"system"` // linux/amd64
	Processor string    `json:"processor"`
	Cores     int       `json:"cores"`
	Load      float64   `json:"load"` // average number of running and waiting processes in the minute before; 0: not known
	Libraries []Library `json:"libraries"`
}

// Result is the result of one run, with its conditions.
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

// Engine has the results for one engine.
type Engine struct {
	Name        string       `json:"name"`
	Title       string       `json:"title"`
	Version     string       `json:"version"` // empty: it has no version
	Base        string       `json:"base"`    // the competitor with which ratios compare
	Competitors []Competitor `json:"competitors"`
	Calls       []Call       `json:"calls"`
	Throughput  []Throughput `json:"throughput,omitempty"`
	Sweep       *Sweep       `json:"sweep,omitempty"` // of the expired sessions, before the calls
	Notes       []string     `json:"notes,omitempty"` // sentences
}

// Competitor is one way to make the calls.
type Competitor struct {
	Name  string `json:"name"`
	About string `json:"about"`
}

// Call has the results for one call.
type Call struct {
	Name    string   `json:"name"`
	About   string   `json:"about"`
	Rounds  int      `json:"rounds"`
	Slice   int      `json:"slice"` // calls in a slice; each round has one slice per competitor
	Figures []Figure `json:"figures"`
}

// Figure has the results for one call of one competitor.
type Figure struct {
	Competitor string  `json:"competitor"`
	Micros     float64 `json:"micros"` // the median over slices of the mean time of a call, in µs
	Ratio      Ratio   `json:"ratio"`  // of the time to that of the base, within each round
	Latency    Latency `json:"latency,omitzero"`
	CPUMicros  float64 `json:"cpu_micros"`
	CPURatio   float64 `json:"cpu_ratio"` // of sums
	Costs
}

// Latency has the times of single calls, in microseconds. These are timed in separate
// slices, so reading the clock is not part of a ratio.
type Latency struct {
	Calls  int     `json:"calls"`
	Median float64 `json:"median"`
	P99    float64 `json:"p99"`
}

// Throughput has the results for several concurrent clients. Nine in ten of their calls
// read a session, with its user if the store keeps users. One in ten renews a session.
type Throughput struct {
	Clients   int       `json:"clients"`
	PerSecond []float64 `json:"per_second"` // calls per second of each competitor
	Ratio     Ratio     `json:"ratio"`      // of Tenon's time to the base's, within each round
}

// Costs are the costs of a call other than time.
type Costs struct {
	Allocations float64 `json:"allocations"`
	Bytes       float64 `json:"bytes"` // allocated
	*Wire               // nil: not known
}

// Wire is the traffic between client and server in a call.
type Wire struct {
	RoundTrips float64 `json:"round_trips"`
	Sent       float64 `json:"sent"` // bytes
	Received   float64 `json:"received"`
}

// Ratio is the median of ratios, with their quartiles.
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
		return nil, fmt.Errorf("%s is not a result of bench: %w", file, err)
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
