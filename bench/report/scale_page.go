package report

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// The comments in docs/scale.md between which figures stand.
const (
	figuresBegin = "<!-- figures -->"
	figuresEnd   = "<!-- end -->"
)

// Page returns docs/scale.md, whose text is given, with the figures, and its chart,
// by their names.
func (s *Scale) Page(text string) (map[string]string, error) {
	before, rest, begun := strings.Cut(text, figuresBegin)
	_, after, ended := strings.Cut(rest, figuresEnd)
	if !begun || !ended {
		return nil, errors.New("scale.md has no " + figuresBegin + " … " + figuresEnd)
	}
	return map[string]string{
		"scale.md":  before + figuresBegin + "\n\n" + s.figures() + "\n" + figuresEnd + after,
		"scale.svg": s.chart(),
	}, nil
}

func (s *Scale) figures() string {
	var b strings.Builder
	b.WriteString(s.where() + ".\n\n")
	if s.busy() {
		b.WriteString("The machine was busy with other work: **load** is how many processes ran or waited when a row was begun. Compare within a row, and medians; the longest of anything shows what the machine did besides.\n\n")
	}
	b.WriteString("The servers are in containers, with their data in memory and without waiting for a disk; MySQL has a buffer pool of 3 GiB, MariaDB's and PostgreSQL's shared buffers are their default, 128 MiB. SQLite is in a file, and waits for the disk at each write. A session has about 200 bytes of attributes, a user five sessions. Where a list of sizes ends the measurement was stopped.\n\n")
	b.WriteString("### Sessions by the million\n\n![How much longer it takes to read any of all sessions than any of 100,000 of them](scale.svg)\n\n")
	b.WriteString("**Load** is the time until the sessions that the row adds, and their users, were there. **B** is what a session takes with indexes and a fifth of a user. **Read** is the median of `SessionAndUser` of any session; **of raw** its ratio to the raw driver's in the same rounds, with quartiles; **growth** how much longer it takes than one of 100,000 of these sessions, also in the same rounds, and the raw driver's.\n\n")
	b.WriteString("| | sessions | added | load s | B | read µs | of raw | growth | raw's | load |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, e := range s.Engines {
		for _, size := range e.Sizes {
			fmt.Fprintf(&b, "| %s | %s | %s | %.0f | %.0f | %s | %s | %s | %s | %.1f |\n", e.heading(), thousands(size.Sessions), thousands(size.Loaded),
				size.Seconds, size.Bytes, micros(size.Tenon), size.Ratio, size.Growth, size.RawGrowth, size.Load)
		}
	}
	if gc := s.collections(); gc != "" {
		b.WriteString("\n" + gc + "\n")
	}
	b.WriteString("\n### Sweeps\n\nAll expired sessions are deleted, 1,000 in a call, as `session.Manager` does it. Beside that one goroutine renews, signs in and signs out without a pause: how long each of its writes took, before and during the sweep. A call deletes in batches; **batch** is the longest of each call. All are in milliseconds: median, 99th of 100, longest.\n\n")
	b.WriteString("| | alive | expired | µs a row | batch | writes before | writes during |\n|---|--:|--:|--:|--:|--:|--:|\n")
	for _, e := range s.Engines {
		for _, size := range e.Sizes {
			w := size.Sweep
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", e.heading(), thousands(size.Sessions), thousands(w.Expired), micros(w.MicrosPerRow), w.Batches, w.Alone, w.Beside)
		}
	}
	b.WriteString("\n### Many goroutines\n\nCalls by 64 goroutines at once, with 100,000 sessions: how many a second; how long a call takes, all calls' time over their number, to the raw driver's with 64 goroutines, and to Tenon's with one. Ratios are of the same rounds, with quartiles.\n\n")
	b.WriteString(s.crowds())
	return b.String()
}

func (e *Scaled) heading() string { return strings.TrimSpace(e.Title + " " + e.Version) }

func (s *Scale) busy() bool {
	for _, e := range s.Engines {
		for _, size := range e.Sizes {
			if size.Load > 2*float64(s.Cores) {
				return true
			}
		}
	}
	return false
}

// collections says how long full garbage collections take.
func (s *Scale) collections() string {
	var parts []string
	for _, e := range s.Engines {
		for _, size := range e.Sizes {
			if size.GC > 0 {
				parts = append(parts, fmt.Sprintf("%.0f ms with %s sessions", size.GC, thousands(size.Sessions)))
			}
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "A full garbage collection of a process with the store in memory takes this much processor time: " + strings.Join(parts, ", ") + "."
}

// crowds is a table of what many goroutines do.
func (s *Scale) crowds() string {
	var b strings.Builder
	b.WriteString("| | call | on | a second | of raw | of one |\n|---|---|---|--:|--:|--:|\n")
	for _, e := range s.Engines {
		for _, size := range e.Sizes {
			for _, c := range size.Crowd {
				fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", e.heading(), c.Call, c.On, rate(c.PerSecond), c.Raw, c.One)
			}
		}
	}
	return b.String()
}

// rate shows three digits of calls a second.
func rate(v float64) string {
	if v <= 0 {
		return "0"
	}
	step := math.Pow(10, max(math.Floor(math.Log10(v))-2, 0))
	return thousands(int(math.Round(v/step) * step))
}

// String returns "0.30, 1.20, 5.0".
func (w Waits) String() string {
	return fmt.Sprintf("%s, %s, %s", micros(w.Median), micros(w.P99), micros(w.Longest))
}
