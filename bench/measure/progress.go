package measure

import (
	"fmt"
	"io"
	"time"

	conformance "github.com/tenon-go/tenon/conformance/report"
)

// Progress tells people how far a run is and how long it still takes: on a
// terminal in one line that is written over and over, elsewhere in a line for
// each thing that is begun.
type Progress struct {
	w     io.Writer
	width func() int // of the terminal, which people resize; 0: w is not a terminal
	began time.Time

	long     time.Duration // that a call is measured
	total    int           // things to measure, on all engines
	measured int           // of these
	spent    time.Duration // of the time to measure them
	loading  time.Duration // that is no part of what the next of these take
	each     time.Duration // that one of these took, with what had to be done before it
	doing    string        // what the line says
	shown    time.Time     // when it was last written
}

// NewProgress returns what writes to w, which has width columns if it is a terminal
// and 0 if not. Each thing is measured for about this long.
func NewProgress(w io.Writer, width func() int, long time.Duration) *Progress {
	return &Progress{w: w, width: width, began: time.Now(), long: long, each: long}
}

// Show says what is done now.
func (p *Progress) Show(engine, doing string) {
	p.doing = fmt.Sprintf("%-9s %s", engine, doing)
	p.write(p.each)
}

// left says how long the call that is being measured still takes.
func (p *Progress) left(d time.Duration) {
	if p.width() > 0 && time.Since(p.shown) > time.Second/4 {
		p.write(d)
	}
}

// again says it too, but does not fill a file with lines.
func (p *Progress) again(engine, doing string) {
	if p.width() == 0 {
		return
	}
	p.Show(engine, doing)
}

// done says that one thing was measured, for this long.
func (p *Progress) done(long time.Duration) {
	p.measured++
	p.spent += long
	p.each = max(p.long, (time.Since(p.began)-p.loading)/time.Duration(p.measured))
}

// write writes the line, with the time left: for the next call, and for those
// after it.
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

// Ended leaves the line free for what comes next.
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
