package report

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// The marks around the figures in docs/scale.md.
const (
	figuresBegin = "<!-- figures -->"
	figuresEnd   = "<!-- end -->"
)

// Page returns a map from names to contents of two files: scale.md, which is text with new
// figures, and its chart.
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
		b.WriteString("The machine was busy with other work. Compare figures within a row, and compare medians. The longest times show the machine's other work.\n\n")
	}
	b.WriteString("The servers run in containers, keep their data in memory, and do not wait for a disk. MySQL and MariaDB have a buffer pool of 3 GiB and a redo log of 2 GiB; PostgreSQL has its default of 128 MiB. SQLite is in a file, waits for the disk at each write, and has a page cache of 256 MiB for each connection. A session has about 200 bytes of attributes, and a user has five sessions. The measurement of an engine stopped after the last size in its list.\n\n")
	b.WriteString("### Sessions by the million\n\n![How much longer it takes to read any of all sessions than any of 100,000 of them](scale.svg)\n\n")
	b.WriteString("**Load s** is the time in which the row's added sessions and their users were inserted. **B** is the size of a session with indexes and a fifth of a user. **Read** is the median of `SessionAndUser` of any session, or of `Session` in Redis and Valkey, which keep no users; each begins when the result of the one before it is known. **Of raw** is its ratio to the raw driver's in the same rounds, with quartiles. **Growth** is how much longer it takes than reading one of 100,000 of these sessions, also in the same rounds; **raw's** is the raw driver's growth. **Load** is the machine's load average when the row began, to which the rows before it add.\n\n")
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
	b.WriteString("\n### Sweeps\n\nThe sweep deletes all expired sessions, 1,000 in a call, as `session.Manager` does. At the same time one goroutine renews, signs in and signs out without a pause. The last two columns say how long each of its writes took, before and during the sweep. During every second call of the sweep it waits. A call deletes in batches; **batch** is the longest of each call beside the writer, and **batch alone** that of each other call. These four columns are in milliseconds: median, 99th percentile, longest.\n\n")
	b.WriteString("| | alive | expired | µs a row | batch | batch alone | writes before | writes during |\n|---|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, e := range s.Engines {
		for _, size := range e.Sizes {
			w := size.Sweep
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", e.heading(), thousands(size.Sessions), thousands(w.Expired), micros(w.MicrosPerRow), w.Batches, w.BatchesAlone, w.Alone, w.Beside)
		}
	}
	b.WriteString("\n### Many goroutines\n\n64 goroutines call at once, on a table of 100,000 sessions. **A second** is the number of calls per second. The time of a call is all calls' time divided by their number. **Of raw** is its ratio to the raw driver's with 64 goroutines, and **of one** to Tenon's with one goroutine. Ratios are from the same rounds, with quartiles.\n\n")
	b.WriteString(s.crowds())
	return b.String()
}

func (e *Scaled) heading() string { return strings.TrimSpace(e.Title + " " + e.Version) }

// busy reports whether the machine had other work during most rows. The measurement alone
// makes a load of some processes, and 64 goroutines make more for a minute.
func (s *Scale) busy() bool {
	var loads []float64
	for _, e := range s.Engines {
		for _, size := range e.Sizes {
			loads = append(loads, size.Load)
		}
	}
	slices.Sort(loads)
	return len(loads) > 0 && loads[len(loads)/2] > 2*float64(s.Cores)
}

// collections returns a sentence about the time of full garbage collections, or "".
func (s *Scale) collections() string {
	var parts []string
	for _, e := range s.Engines {
		for _, size := range e.Sizes {
			if size.GC > 0 {
				parts = append(parts, fmt.Sprintf("%.0f ms (%.0f) with %s sessions", size.GCClock, size.GC, thousands(size.Sessions)))
			}
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "A full garbage collection of a process with the store in memory, and a map with the same rows, takes this long by the clock (and this much processor time): " + strings.Join(parts, ", ") + "."
}

// crowds returns the table of the calls of many goroutines.
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

// rate formats calls per second with three significant digits.
func rate(v float64) string {
	if v <= 0 {
		return "0"
	}
	step := math.Pow(10, max(math.Floor(math.Log10(v))-2, 0))
	return thousands(int(math.Round(v/step) * step))
}

// String returns "0.30, 1.20, 5.0", or "–" if nothing was measured.
func (w Waits) String() string {
	if w.Count == 0 {
		return "–"
	}
	return fmt.Sprintf("%s, %s, %s", micros(w.Median), micros(w.P99), micros(w.Longest))
}
