package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// progress tells people how far a run is and how long it still takes: on a
// terminal in one line that is written over and over, elsewhere in a line for
// each thing that is begun.
type progress struct {
	w     io.Writer
	width func() int // of the terminal, which people resize; 0: w is not a terminal
	began time.Time

	long     time.Duration // that a call is measured
	total    int           // calls to measure, on all engines
	measured int           // of these
	each     time.Duration // that one of these took, with what had to be done before it
	doing    string        // what the line says
	shown    time.Time     // when it was last written
}

func newProgress(w io.Writer, width func() int, long time.Duration) *progress {
	return &progress{w: w, width: width, began: time.Now(), long: long, each: long}
}

// show says what is done now.
func (p *progress) show(engine, doing string) {
	p.doing = fmt.Sprintf("%-9s %s", engine, doing)
	p.write(p.each)
}

// left says how long the call that is being measured still takes.
func (p *progress) left(d time.Duration) {
	if p.width() > 0 && time.Since(p.shown) > time.Second/4 {
		p.write(d)
	}
}

// done says that a call was measured.
func (p *progress) done() {
	p.measured++
	p.each = max(p.long, time.Since(p.began)/time.Duration(p.measured))
}

// write writes the line, with the time left: for the next call, and for those
// after it.
func (p *progress) write(next time.Duration) {
	p.shown = time.Now()
	text := p.doing
	if p.measured < p.total {
		left := next + p.each*time.Duration(p.total-p.measured-1)
		text += fmt.Sprintf(" (%d of %d calls measured, about %s left)", p.measured, p.total, left.Round(time.Second))
	}
	width := p.width()
	if width == 0 {
		fmt.Fprintln(p.w, text)
		return
	}
	line := []rune(text)
	fmt.Fprintf(p.w, "\r\x1b[K%s", string(line[:min(len(line), max(width-1, 1))]))
}

// ended leaves the line free for what comes next.
func (p *progress) ended() {
	if p.width() > 0 {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// line writes a line that stays.
func (p *progress) line(text string) {
	p.ended()
	fmt.Fprintln(p.w, text)
}

// terminalWidth returns how many columns w has; 0 if it is no terminal.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width <= 0 {
		return 80
	}
	return width
}
