package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/report"
)

// progress shows people how far a run is. On a terminal it writes a line for each adapter
// that has been judged. Below these, it rewrites one line about the adapters that are
// being judged. Elsewhere it writes one line when an adapter begins and one when it ends.
type progress struct {
	w     io.Writer
	width func() int // of the terminal, which people resize; 0 if w is not a terminal
	of    int        // adapters that the run judges

	mu      sync.Mutex
	turns   int        // adapters that have begun
	running []*judging // in the order in which they began
}

// judging is the progress of one adapter.
type judging struct {
	*progress
	adapter string
	turn    int // 1 for the first
	total   int // checks that were selected
	counts  report.Counts
	doing   string // the present activity, for people
}

// showStart shows that an adapter is starting. That can take long: an image may have
// to be pulled.
func (p *progress) showStart(adapter string) *judging {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turns++
	j := &judging{progress: p, adapter: adapter, turn: p.turns, counts: report.Counts{}, doing: "starting"}
	p.running = append(p.running, j)
	switch {
	case p.width() > 0:
		p.rewrite()
	case p.of > 1:
		p.writeLine(fmt.Sprintf("%s: starting (%d of %d)", adapter, j.turn, p.of))
	default:
		p.writeLine(adapter + ": starting")
	}
	return j
}

// showBegin shows that the checks of the adapter begin.
func (j *judging) showBegin(e *engine, total int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.total = total
	if j.width() == 0 {
		j.writeLine(fmt.Sprintf("%s: %d checks on %s %s", j.adapter, total, e.name, e.version))
	}
}

// showResult shows the result of one check.
func (j *judging) showResult(r conformance.Result) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if r.Outcome == conformance.LeftOut {
		return
	}
	j.counts[r.Outcome]++
	if j.width() == 0 {
		return
	}
	done := 0
	for _, n := range j.counts {
		done += n
	}
	j.doing = fmt.Sprintf("%d/%d", done, j.total)
	if n := j.counts[conformance.Failed]; n > 0 {
		j.doing += fmt.Sprintf("  %d failed", n)
	}
	if len(j.running) == 1 {
		j.doing += "  " + r.Name()
	}
	j.rewrite()
}

// showNote writes a line about the adapter that stays on the terminal.
func (j *judging) showNote(text string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.width() > 0 {
		fmt.Fprint(j.w, "\r\x1b[K")
	}
	j.writeLine(j.adapter + ": " + text)
	if j.width() > 0 {
		j.rewrite()
	}
}

// showStop shows that the adapter's server or files are being removed.
func (j *judging) showStop() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.doing = "stopping"
	if j.width() > 0 {
		j.rewrite()
	}
}

// showEnd shows the adapter's outcome.
func (j *judging) showEnd(a report.Adapter) {
	j.mu.Lock()
	defer j.mu.Unlock()
	text := fmt.Sprintf("%s (%s)", j.counts, a.Duration.Round(time.Millisecond))
	if a.Why != "" {
		text, _, _ = strings.Cut("not run: "+a.Why, "\n") // the report has all of it
	}
	j.running = slices.DeleteFunc(j.running, func(other *judging) bool { return other == j })
	if j.width() == 0 {
		j.writeLine(a.Name + ": " + text)
		return
	}
	j.doing = text
	fmt.Fprintf(j.w, "\r\x1b[K%s\n", j.cut(j.line()))
	if len(j.running) > 0 {
		j.rewrite()
	}
}

// showInterrupt acknowledges the first interrupt.
func (p *progress) showInterrupt() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.width() > 0 {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	fmt.Fprintln(p.w, "interrupted: stopping and cleaning up; another Ctrl-C stops at once and leaves servers and files behind")
}

// writeLine writes a line that stays.
func (p *progress) writeLine(text string) { fmt.Fprintln(p.w, report.Printable(text)) }

// rewrite rewrites the line about the adapters that are being judged.
func (p *progress) rewrite() {
	texts := make([]string, len(p.running))
	for i, j := range p.running {
		if texts[i] = j.line(); len(p.running) > 1 {
			texts[i] = j.adapter + " " + j.doing
		}
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s", p.cut(strings.Join(texts, " | ")))
}

// line returns the adapter's line.
func (j *judging) line() string {
	place := ""
	if j.of > 1 {
		place = fmt.Sprintf("%d/%d ", j.turn, j.of)
	}
	return fmt.Sprintf("%s%-9s %s", place, j.adapter, j.doing)
}

// cut truncates a line to the width of the terminal, since a line that wraps cannot be
// rewritten.
func (p *progress) cut(text string) string {
	line := []rune(report.Printable(text))
	if most := max(p.width()-1, 1); len(line) > most {
		line = append(line[:most-1], '…')
	}
	return string(line)
}
