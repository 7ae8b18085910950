package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/report"
)

// progress tells people how far a run is. On a terminal each adapter has a line
// that is written over and over; elsewhere a line says that it began and
// another how it ended.
type progress struct {
	w     io.Writer
	width func() int // of the terminal, which people resize; 0 if w is no terminal
	of    int        // adapters that the run judges

	mu      sync.Mutex
	adapter string
	turn    int // the adapter's: 1 for the first
	total   int // checks that were chosen
	counts  report.Counts
}

// showStart says that an adapter gets ready, which may take long: an image may
// have to be fetched.
func (p *progress) showStart(adapter string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.adapter, p.counts = adapter, report.Counts{}
	p.turn++
	switch {
	case p.width() > 0:
		p.rewrite("starting")
	case p.of > 1:
		p.writeLine(fmt.Sprintf("%s: starting (%d of %d)", adapter, p.turn, p.of))
	default:
		p.writeLine(adapter + ": starting")
	}
}

// showBegin says that the checks of the adapter begin.
func (p *progress) showBegin(e *engine, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total = total
	if p.width() == 0 {
		p.writeLine(fmt.Sprintf("%s: %d checks on %s %s", p.adapter, total, e.name, e.version))
	}
}

// showResult says what came of one check.
func (p *progress) showResult(r conformance.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Outcome == conformance.LeftOut {
		return
	}
	p.counts[r.Outcome]++
	if p.width() == 0 {
		return
	}
	done := 0
	for _, n := range p.counts {
		done += n
	}
	text := fmt.Sprintf("%d/%d  ", done, p.total)
	if n := p.counts[conformance.Failed]; n > 0 {
		text += fmt.Sprintf("%d failed  ", n)
	}
	p.rewrite(text + r.Name())
}

// showNote says something about the adapter that does not pass with its progress.
func (p *progress) showNote(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.width() > 0 {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	p.writeLine(p.adapter + ": " + text)
}

// showStop says that what the adapter needed is being removed.
func (p *progress) showStop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.width() > 0 {
		p.rewrite("stopping")
	}
}

// showEnd says how it went with the adapter.
func (p *progress) showEnd(a report.Adapter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := fmt.Sprintf("%s (%s)", p.counts, a.Duration.Round(time.Millisecond))
	if a.Why != "" {
		text, _, _ = strings.Cut("not run: "+a.Why, "\n") // the report has all of it
	}
	if p.width() > 0 {
		p.rewrite(text)
		fmt.Fprintln(p.w)
	} else {
		p.writeLine(a.Name + ": " + text)
	}
}

// showInterrupt says that the first Ctrl-C was seen.
func (p *progress) showInterrupt() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.width() > 0 {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	fmt.Fprintln(p.w, "interrupted: ending what runs and cleaning up; once more ends at once and leaves things behind")
}

// writeLine writes a line where there is no terminal.
func (p *progress) writeLine(text string) { fmt.Fprintln(p.w, report.Printable(text)) }

// rewrite writes the adapter's line anew. It is cut to the width of the
// terminal, since a line that wraps cannot be written over.
func (p *progress) rewrite(text string) {
	place := ""
	if p.of > 1 {
		place = fmt.Sprintf("%d/%d ", p.turn, p.of)
	}
	line := []rune(report.Printable(fmt.Sprintf("%s%-10s%s", place, p.adapter, text)))
	if most := max(p.width()-1, 1); len(line) > most {
		line = append(line[:most-1], '…')
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s", string(line))
}
