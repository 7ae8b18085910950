package report

import (
	"encoding/json"
	"fmt"
	"os"
)

// Scale has the results of measurements with ever more rows, and with many goroutines.
type Scale struct {
	Conditions
	Engines []*Scaled `json:"engines"`
}

// Scaled has the results for one engine.
type Scaled struct {
	Name    string  `json:"name"`
	Title   string  `json:"title"`
	Version string  `json:"version"`
	Base    string  `json:"base"` // what Tenon is compared with
	Sizes   []*Size `json:"sizes"`
}

// Size has the results for one number of sessions.
type Size struct {
	Sessions int     `json:"sessions"` // alive
	Load     float64 `json:"load"`     // of the machine, before

	Loaded  int     `json:"loaded"`       // sessions that were added for this size, including expired ones
	Seconds float64 `json:"load_seconds"` // to load these sessions and their users
	Bytes   float64 `json:"bytes"`        // per session, including users and indexes
	Sweep   Sweep   `json:"sweep"`

	// Time of a full garbage collection, if rows are in this process.
	GCClock float64 `json:"gc_clock_ms,omitzero"`
	GC      float64 `json:"gc_ms,omitzero"` // of the processors

	Tenon float64 `json:"tenon_micros"` // SessionAndUser of a random session, or Session
	Raw   float64 `json:"raw_micros"`
	Ratio Ratio   `json:"ratio"` // of Tenon's time to the raw driver's, within each round

	Growth    Ratio `json:"growth"`     // of Tenon's time for a random session to that for a random one of 100,000 of them
	RawGrowth Ratio `json:"raw_growth"` // the same for the raw driver

	Crowd []Crowd `json:"crowd,omitempty"` // of the smallest size
}

// Sweep has the results of a sweep of all expired sessions, and of a goroutine that writes
// at the same time.
type Sweep struct {
	Expired      int     `json:"expired"`
	MicrosPerRow float64 `json:"micros_per_row"` // the median of the calls of the sweep
	Batches      Waits   `json:"batches"`        // the longest batch of each call of the sweep
	BatchesAlone Waits   `json:"batches_alone"`  // the same, of calls during which that goroutine waits; zero in older results
	Alone        Waits   `json:"alone"`          // of writes before the sweep
	Beside       Waits   `json:"beside"`         // of writes during the sweep
}

// Waits summarizes durations, in milliseconds.
type Waits struct {
	Count   int     `json:"count"`
	Median  float64 `json:"median_ms"`
	P99     float64 `json:"p99_ms"`
	Longest float64 `json:"longest_ms"`
}

// Crowd has the results for many goroutines.
type Crowd struct {
	Call       string  `json:"call"`
	On         string  `json:"on"` // which sessions
	Goroutines int     `json:"goroutines"`
	PerSecond  float64 `json:"per_second"` // Tenon's calls per second
	Raw        Ratio   `json:"raw"`        // of Tenon's time to that of the raw driver with as many goroutines
	One        Ratio   `json:"one"`        // of Tenon's time to that of Tenon with one goroutine
}

// ReadScale reads a result from a file.
func ReadScale(file string) (*Scale, error) {
	s := new(Scale)
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, s)
	}
	if err != nil {
		return nil, fmt.Errorf("%s is not a result of bench -scale: %w", file, err)
	}
	return s, nil
}

// Write writes the result to a file.
func (s *Scale) Write(file string) error { return write(file, s) }

// Engine returns the results for the engine with this name. If s lacks them, it adds
// an empty Scaled.
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

// Size returns the results for this number of sessions, or nil.
func (e *Scaled) Size(sessions int) *Size {
	for _, size := range e.Sizes {
		if size.Sessions == sessions {
			return size
		}
	}
	return nil
}
