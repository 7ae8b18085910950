package measure

import (
	"fmt"
	"io"
	"time"

	conformance "github.com/tenon-go/tenon/conformance/report"
)

// Progress shows people how far a run is and how long it will still take. On a terminal
// it rewrites one line. Elsewhere it writes a line whenever a measurement begins.
type Progress struct {
	w     io.Writer
	width func() int // of the terminal, which people resize; 0: w is not a terminal
	began time.Time

	long     time.Duration // for which a call is measured
	total    int           // measurements to make, on all engines
	measured int           // measurements made
	spent    time.Duration // on the measurements made
	loading  time.Duration // spent on loading rows, not expected for the next measurements
	each     time.Duration // for one measurement, including its preparations
	doing    string        // the text of the line
	shown    time.Time     // when the line was last written
}

// NewProgress returns a Progress that writes to w. Width returns the number of w's
// columns if it is a terminal, and 0 otherwise. Each measurement takes about long.
func NewProgress(w io.Writer, width func() int, long time.Duration) *Progress {
	return &Progress{w: w, width: width, began: time.Now(), long: long, each: long}
}

// Show shows what is being done now.
func (p *Progress) Show(engine, doing string) {
	p.doing = fmt.Sprintf("%-9s %s", engine, doing)
	p.write(p.each)
}

// left shows how long the present measurement will still take.
func (p *Progress) left(d time.Duration) {
	if p.width() > 0 && time.Since(p.shown) > time.Second/4 {
		p.write(d)
	}
}

// again is Show for a terminal. Elsewhere it writes nothing, so it does not fill a file
// with lines.
func (p *Progress) again(engine, doing string) {
	if p.width() == 0 {
		return
	}
	p.Show(engine, doing)
}

// done counts a measurement, which took long.
func (p *Progress) done(long time.Duration) {
	p.measured++
	p.spent += long
	p.each = max(p.long, (time.Since(p.began)-p.loading)/time.Duration(p.measured))
}

// write writes the line with the time left: next, for the next call, and the time for
// the calls after it.
func (p *Progress) write(next time.Duration) {
	p.shown = time.Now()
	text := p.doing
	if p.measured < p.total {
		left := next + p.each*time.Duration(p.total-p.measured-1)
		text += fmt.Sprintf(" (%d of %d measured, about %s left)", p.measured, p.total, left.Round(time.Second))
	}
	width := p.width()
	if width == 0 {
		fmt.Fprintln(p.w, text)
		return
	}
	line := []rune(text)
	fmt.Fprintf(p.w, "\r\x1b[K%s", string(line[:min(len(line), max(width-1, 1))]))
}

// Ended clears the line.
func (p *Progress) Ended() {
	if p.width() > 0 {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// line writes a line that stays.
func (p *Progress) line(text string) {
	p.Ended()
	fmt.Fprintln(p.w, conformance.Printable(text))
}
