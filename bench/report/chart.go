package report

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// The measures of a chart, in pixels.
const (
	chartWidth = 760
	labels     = 190 // of the names on the left
	values     = 60  // of the numbers on the right
	barHeight  = 14
	barStep    = 19
	callStep   = 34 // the name of a call, above its bars
	margin     = 16
)

// style has the colours for light and for dark pages. The chart has its own background,
// so it is legible on any page. Each competitor has its own colour.
const style = `<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.call { font-weight: 600 }
.ground { fill: #ffffff } .grid { stroke: #d8dee4 } .one { stroke: #1f2328; stroke-width: 1.5 } .spread { stroke: #1f2328 }
.bar0 { fill: #2f6feb } .bar1 { fill: #8c959f } .bar2 { fill: #bf8700 } .bar3 { fill: #8250df } .bar4 { fill: #1a7f37 } .bar5 { fill: #bc4c00 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.ground { fill: #0d1117 } .grid { stroke: #30363d } .one { stroke: #e6edf3 } .spread { stroke: #e6edf3 }
.bar0 { fill: #4c8dff } .bar1 { fill: #6e7681 } .bar2 { fill: #d29922 } .bar3 { fill: #a371f7 } .bar4 { fill: #3fb950 } .bar5 { fill: #db6d28 }
}
</style>
`

// chart draws the ratios of an engine as bars, with their quartiles. The base has a line
// at 1 instead of bars. Bars that are far longer than Tenon's are cut off.
func (e Engine) chart() string {
	longest, most, height := 1.0, 2.0, 2*margin+20
	for _, c := range e.Calls {
		height += callStep
		for _, f := range c.Figures {
			if f.Competitor == e.Base {
				continue
			}
			longest, height = max(longest, f.Ratio.Q3), height+barStep
			if e.colour(f.Competitor) == 0 {
				most = max(most, 1.5*f.Ratio.Q3)
			}
		}
	}
	longest = min(longest, most)
	step := tick(longest)
	axis := math.Ceil(longest/step) * step
	x := func(ratio float64) float64 {
		return labels + (chartWidth-labels-values)*min(ratio, axis)/axis
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%[2]d" role="img" aria-label="%[3]s">`+"\n", chartWidth, height,
		html.EscapeString(e.heading()+": time of each call as a ratio to "+e.Base))
	b.WriteString(style)
	fmt.Fprintf(&b, `<rect class="ground" width="%d" height="%d" rx="6"/>`+"\n", chartWidth, height)
	bottom := height - margin - 16
	for i := 0; float64(i)*step <= axis+step/2; i++ {
		v := float64(i) * step
		fmt.Fprintf(&b, `<line class="grid" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`+"\n", x(v), margin, x(v), bottom)
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle">%g</text>`+"\n", x(v), bottom+16, v)
	}
	y := margin
	for _, c := range e.Calls {
		fmt.Fprintf(&b, `<text class="call" x="%d" y="%d">%s</text>`+"\n", margin, y+22, html.EscapeString(c.Name))
		y += callStep
		for _, f := range c.Figures {
			if f.Competitor != e.Base {
				b.WriteString(bar(f, e.colour(f.Competitor), y, axis, x))
				y += barStep
			}
		}
	}
	fmt.Fprintf(&b, `<line class="one" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`+"\n", x(1), margin, x(1), bottom)
	fmt.Fprintf(&b, `<text x="%d" y="%d">%s = 1</text>`+"\n", margin, bottom+16, html.EscapeString(e.Base))
	b.WriteString("</svg>\n")
	return b.String()
}

// bar draws a figure: its name, its bar, the line between its quartiles, and its number,
// with an arrow if the bar is cut off at the end of the axis.
func bar(f Figure, colour, y int, axis float64, x func(float64) float64) string {
	middle := y + barHeight/2
	number := fmt.Sprintf("%.2f", f.Ratio.Median)
	if f.Ratio.Median > axis {
		number += " →"
	}
	return fmt.Sprintf(`<text x="%d" y="%d">%s</text>`+"\n", margin+8, middle+4, html.EscapeString(f.Competitor)) +
		fmt.Sprintf(`<rect class="bar%d" x="%d" y="%d" width="%.1f" height="%d"/>`+"\n", colour, labels, y, x(f.Ratio.Median)-labels, barHeight) +
		fmt.Sprintf(`<line class="spread" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`+"\n", x(f.Ratio.Q1), middle, x(f.Ratio.Q3), middle) +
		fmt.Sprintf(`<text x="%.1f" y="%d">%s</text>`+"\n", x(max(f.Ratio.Q3, f.Ratio.Median))+6, middle+4, number)
}

// colour returns the number of a competitor's colour.
func (e Engine) colour(competitor string) int {
	for i, c := range e.Competitors {
		if c.Name == competitor {
			return i % 6
		}
	}
	return 0
}

// tick returns the distance between the lines of the axis.
func tick(longest float64) float64 {
	step := math.Pow(10, math.Floor(math.Log10(longest)))
	for _, finer := range []float64{0.2, 0.5, 1} {
		if longest/(step*finer) <= 8 {
			return step * finer
		}
	}
	return 2 * step
}
