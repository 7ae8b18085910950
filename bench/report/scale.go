package report

import (
	"encoding/json"
	"fmt"
	"os"
)

// Scale is what was measured with more and more rows, and with many goroutines.
type Scale struct {
	Conditions
	Engines []*Scaled `json:"engines"`
}

// Scaled is what was measured on one engine.
type Scaled struct {
	Name    string  `json:"name"`
	Title   string  `json:"title"`
	Version string  `json:"version"`
	Base    string  `json:"base"` // what Tenon is compared with
	Sizes   []*Size `json:"sizes"`
}

// Size is what was measured with so many sessions.
type Size struct {
	Sessions int     `json:"sessions"` // alive
	Load     float64 `json:"load"`     // of the machine, before

	Loaded  int     `json:"loaded"`         // sessions that were added for this, those that have expired included
	Seconds float64 `json:"load_seconds"`   // that loading these and their users took
	Bytes   float64 `json:"bytes"`          // for each session, users and indexes included
	GC      float64 `json:"gc_ms,omitzero"` // of processor time that a full garbage collection takes, if rows are in this process
	Sweep   Sweep   `json:"sweep"`

	Tenon float64 `json:"tenon_micros"` // SessionAndUser of any of all sessions
	Raw   float64 `json:"raw_micros"`
	Ratio Ratio   `json:"ratio"` // of times, Tenon's to raw, within each round

	Growth    Ratio `json:"growth"`     // of times, any of all sessions to any of 100,000 of them, Tenon's
	RawGrowth Ratio `json:"raw_growth"` // and the raw driver's

	Crowd []Crowd `json:"crowd,omitempty"` // of the smallest size
}

// Sweep is a sweep of all sessions that have expired, and what it means for one
// goroutine that writes beside it.
type Sweep struct {
	Expired      int     `json:"expired"`
	MicrosPerRow float64 `json:"micros_per_row"` // the median of the calls of the sweep
	Batches      Waits   `json:"batches"`        // the longest of each call
	Alone        Waits   `json:"alone"`          // of writes before
	Beside       Waits   `json:"beside"`         // of writes during the sweep
}

// Waits is how long many of a kind took, in milliseconds.
type Waits struct {
	Count   int     `json:"count"`
	Median  float64 `json:"median_ms"`
	P99     float64 `json:"p99_ms"`
	Longest float64 `json:"longest_ms"`
}

// Crowd is what many goroutines do at once.
type Crowd struct {
	Call       string  `json:"call"`
	On         string  `json:"on"` // which sessions
	Goroutines int     `json:"goroutines"`
	PerSecond  float64 `json:"per_second"` // calls of Tenon's
	Raw        Ratio   `json:"raw"`        // of times, Tenon's to that of the raw driver with as many goroutines
	One        Ratio   `json:"one"`        // of times, Tenon's to that with one goroutine
}

// ReadScale reads a result from a file.
func ReadScale(file string) (*Scale, error) {
	s := new(Scale)
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, s)
	}
	if err != nil {
		return nil, fmt.Errorf("%s is no result of bench -scale that can be read: %w", file, err)
	}
	return s, nil
}

// Write writes the result to a file.
func (s *Scale) Write(file string) error { return write(file, s) }

// Engine returns what was measured on an engine by its name, to be added to.
func (s *Scale) Engine(name string) *Scaled {
	for _, e := range s.Engines {
		if e.Name == name {
			return e
		}
	}
	e := &Scaled{Name: name}
	s.Engines = append(s.Engines, e)
	return e
}

// Size returns what was measured with so many sessions; nil if nothing was.
func (e *Scaled) Size(sessions int) *Size {
	for _, size := range e.Sizes {
		if size.Sessions == sessions {
			return size
		}
	}
	return nil
}
