package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	conformance "github.com/tenon-go/tenon/conformance/report"
)

// WriteDriver writes the results of a whole run on an engine as text, in lines of at most
// 80 columns. With paint the headings are bold.
func (e Engine) WriteDriver(w io.Writer, paint bool) error {
	var b strings.Builder
	bold := func(format string, args ...any) {
		text := strings.TrimRight(fmt.Sprintf(format, args...), " ")
		if paint {
			text = "\x1b[1m" + text + "\x1b[0m"
		}
		b.WriteString(text + "\n")
	}
	b.WriteString("\n")
	bold("%s, against %s", conformance.Printable(e.heading()), e.Base)
	if len(e.Calls) > 0 {
		bold("%-15s%10s%10s  %-20s%6s%6s%5s%5s", "", "median", "p99", "ratio", "alloc", "trips", "sent", "rcvd")
	}
	for _, c := range e.Calls {
		f, ok := c.figure(e.Competitors[0].Name)
		if !ok {
			continue
		}
		trips, sent, received := f.wire()
		fmt.Fprintf(&b, "%-15s%10s%10s  %-20s%6s%6s%5s%5s\n", c.Name, duration(f.Latency.Median), duration(f.Latency.P99), f.Ratio, whole(f.Allocations), trips, sent, received)
	}
	if len(e.Throughput) > 0 {
		clients := "%-15s"
		var row []any
		for _, t := range e.Throughput {
			clients += "%19s"
			row = append(row, plural(t.Clients, "client"))
		}
		bold(clients, append([]any{"calls a second"}, row...)...)
		for i, c := range e.Competitors {
			row := []any{c.Name}
			for _, t := range e.Throughput {
				row = append(row, rate(t.PerSecond[i]))
			}
			fmt.Fprintf(&b, clients+"\n", row...)
		}
		row = []any{"ratio of times"}
		for _, t := range e.Throughput {
			row = append(row, t.Ratio)
		}
		fmt.Fprintf(&b, clients+"\n", row...)
	}
	for _, text := range append([]string{e.Sweep.String()}, e.Notes...) {
		if text != "" {
			b.WriteString(wrap(conformance.Printable(text)) + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// String returns the results of a sweep in sentences. It is empty if s is nil.
func (s *Sweep) String() string {
	if s == nil {
		return ""
	}
	waits := func(w Waits) string { return together(1000*w.Median) + ", p99 " + together(1000*w.P99) }
	return fmt.Sprintf("A sweep of %s expired sessions took %s per session. During the sweep a write took %s; before it, %s.",
		thousands(s.Expired), together(s.MicrosPerRow), waits(s.Beside), waits(s.Alone))
}

// together is duration with a non-breaking space.
func together(micro float64) string { return strings.Replace(duration(micro), " ", "\u00a0", 1) }

// wrap breaks a text into lines of at most 80 columns.
func wrap(text string) string {
	var b strings.Builder
	width := 0
	for _, word := range strings.Split(text, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case width == 0:
		case width+1+n > 80:
			b.WriteString("\n")
			width = 0
		default:
			b.WriteString(" ")
			width++
		}
		b.WriteString(word)
		width += n
	}
	return b.String()
}

// DriverLegend explains the columns of WriteDriver.
const DriverLegend = `Median and p99 are times of single calls. Ratio is Tenon's time divided by the
raw driver's: the median of the ratios within rounds of short slices, with
[lower, upper quartile]. Trips, sent and rcvd are the round trips and the bytes
of a call. Of the calls of several clients, nine in ten read and one renews.`

// duration formats a time in microseconds: "83.1 µs", "1.52 ms".
func duration(micro float64) string {
	if micro < 1000 {
		return micros(micro) + " µs"
	}
	return micros(micro/1000) + " ms"
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
