package report

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// The measures of the chart of lines, in pixels.
const (
	linesHeight = 360
	linesRight  = 170 // for the names of the lines
)

// lineStyle is added to style. It repeats the colours of style.
const lineStyle = `<style>
.line0 { stroke: #2f6feb } .line1 { stroke: #8c959f } .line2 { stroke: #bf8700 } .line3 { stroke: #8250df } .line4 { stroke: #1a7f37 } .line5 { stroke: #bc4c00 }
path { fill: none; stroke-width: 2 }
</style>
`

// chart draws the growth of reads: the time to read a random session of all sessions,
// relative to that of a random one of 100,000 of them. Each engine has a line, and a
// dashed one for its raw driver. A grey line shows log n.
func (s *Scale) chart() string {
	least, most, highest := math.Inf(1), 0.0, 2.0
	for _, e := range s.Engines {
		for _, size := range e.Sizes {
			highest = max(highest, size.Growth.Median, size.RawGrowth.Median)
			least, most = min(least, float64(size.Sessions)), max(most, float64(size.Sessions))
		}
	}
	most = max(most, 2*least)
	step := tick(highest)
	highest = math.Ceil(highest/step) * step
	x := func(sessions float64) float64 {
		return 50 + (chartWidth-50-linesRight)*math.Log(sessions/least)/math.Log(most/least)
	}
	y := func(growth float64) float64 {
		return linesHeight - margin - 24 - (linesHeight-2*margin-24)*growth/highest
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%[2]d" role="img" aria-label="How much longer it takes to read any of all sessions than any of 100,000 of them">`+"\n", chartWidth, linesHeight)
	b.WriteString(style + lineStyle)
	fmt.Fprintf(&b, `<rect class="ground" width="%d" height="%d" rx="6"/>`+"\n", chartWidth, linesHeight)
	for i := 0; float64(i)*step <= highest+step/2; i++ {
		v := float64(i) * step
		fmt.Fprintf(&b, `<line class="grid" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`+"\n", x(least), y(v), x(most), y(v))
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="end">%g</text>`+"\n", x(least)-8, y(v)+4, v)
	}
	for n := least; n <= most; n *= 10 {
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", x(n), linesHeight-margin, thousands(int(n)))
	}
	fmt.Fprintf(&b, `<path class="grid" d="M%.1f %.1fL%.1f %.1f" stroke-width="4"/>`+"\n", x(least), y(1), x(most), y(math.Log(most)/math.Log(least)))
	fmt.Fprintf(&b, `<text x="%.1f" y="%d">grey: log n; dashed: raw</text>`+"\n", x(most)+8, margin+8)
	for i, e := range s.Engines {
		if len(e.Sizes) == 0 {
			continue
		}
		var tenon, raw strings.Builder
		for k, size := range e.Sizes {
			letter := "L"
			if k == 0 {
				letter = "M"
			}
			fmt.Fprintf(&tenon, "%s%.1f %.1f", letter, x(float64(size.Sessions)), y(size.Growth.Median))
			fmt.Fprintf(&raw, "%s%.1f %.1f", letter, x(float64(size.Sessions)), y(size.RawGrowth.Median))
		}
		fmt.Fprintf(&b, `<path class="line%d" d="%s"/>`+"\n", i%6, tenon.String())
		fmt.Fprintf(&b, `<path class="line%d" d="%s" stroke-dasharray="4 4"/>`+"\n", i%6, raw.String())
		last := e.Sizes[len(e.Sizes)-1]
		growth := last.Growth.Median
		fmt.Fprintf(&b, `<circle class="bar%d" cx="%.1f" cy="%.1f" r="3"/>`+"\n", i%6, x(float64(last.Sessions)), y(growth))
		row := margin + 28 + 19*i
		fmt.Fprintf(&b, `<rect class="bar%d" x="%.1f" y="%d" width="10" height="10"/><text x="%.1f" y="%d">%s %.2f</text>`+"\n", i%6, x(most)+8, row, x(most)+24, row+10, html.EscapeString(e.Title), growth)
	}
	b.WriteString("</svg>\n")
	return b.String()
}
