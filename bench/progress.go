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
	width func() int // of the terminal, which people resize; 0: w is none
	began time.Time

	total    int // calls to measure, on all engines
	measured int
}

func newProgress(w io.Writer, width func() int) *progress {
	return &progress{w: w, width: width, began: time.Now()}
}

// show says what is done now.
func (p *progress) show(engine, doing string) {
	text := fmt.Sprintf("%-9s %s", engine, doing)
	if p.measured > 0 && p.measured < p.total {
		each := time.Since(p.began) / time.Duration(p.measured)
		left := each * time.Duration(p.total-p.measured)
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
