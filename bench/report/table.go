package report

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
)

// Legend says what the columns are.
const Legend = "time: µs a call (median). ratio: to the base, the median of paired ratios within a round [lower, upper quartile].\n" +
	"cpu: client processor time a call, and its ratio. allocs, B: allocated a call. trips, sent, received: round trips and bytes on the wire a call."

// WriteTable writes the figures of an engine for people.
func (e Engine) WriteTable(w io.Writer) error {
	fmt.Fprintf(w, "\n%s, base: %s\n", e.heading(), e.Base)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "call\tby\ttime\tratio\tcpu\tallocs\tB\ttrips\tsent\treceived\trounds")
	for _, c := range e.Calls {
		for i, f := range c.Figures {
			name, rounds := c.Name, strconv.Itoa(c.Rounds)
			if i > 0 {
				name, rounds = "", ""
			}
			trips, sent, received := f.wire()
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s, %.2f\t%s\t%s\t%s\t%s\t%s\t%s\n", name, f.Competitor, micros(f.Micros), f.Ratio,
				micros(f.CPUMicros), f.CPURatio, whole(f.Allocations), whole(f.Bytes), trips, sent, received, rounds)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, note := range e.Notes {
		fmt.Fprintln(w, note)
	}
	return nil
}

// String returns "1.16 [1.05, 1.31]".
func (r Ratio) String() string { return fmt.Sprintf("%.2f [%.2f, %.2f]", r.Median, r.Q1, r.Q3) }

func (f Figure) wire() (trips, sent, received string) {
	if f.Wire == nil {
		return "", "", ""
	}
	if f.RoundTrips == 0 {
		return "0", "0", "0"
	}
	return fmt.Sprintf("%.2f", f.RoundTrips), whole(f.Sent), whole(f.Received)
}

func whole(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) }

// micros shows three digits.
func micros(v float64) string {
	switch {
	case v < 10:
		return fmt.Sprintf("%.2f", v)
	case v < 100:
		return fmt.Sprintf("%.1f", v)
	}
	return whole(v)
}
