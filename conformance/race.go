package conformance

import (
	"iter"
	"runtime"
	"sync/atomic"
	"time"
)

// How long the rounds of one race go on. A round in a process ends within
// microseconds, and so does the moment in which two calls can get into each
// other's way: a few rounds would seldom meet it. On a server the fewest rounds
// take longer than this.
const (
	raceTime  = 60 * time.Millisecond // with the rich types
	shortRace = 10 * time.Millisecond // with the others, which go through the same code
)

// mostRounds leaves enough samples for the rows of every round.
const mostRounds = 2000

// rounds yields 0, 1 and so on: so many rounds at least, and then for as long as
// this pair of types has. It ends when the check has failed. The result says how many
// rounds were made.
func (t *tester[U, S]) rounds(least int) iter.Seq[int] {
	return func(yield func(round int) bool) {
		begin := time.Now()
		for round := 0; round < least || round < mostRounds && time.Since(begin) < t.raceTime; round++ {
			if t.Failed() || !yield(round) {
				return
			}
			t.verdict.rounds++
		}
	}
}

// raceTimeOf returns how long a race of a pair of types goes on.
func raceTimeOf(typ string) time.Duration {
	if typ == "rich" {
		return raceTime
	}
	return shortRace
}

// startLine lets the first of some goroutines start at the same moment, as many as
// there are processors to run them: one that was woken would otherwise be done
// before the next has woken. The others follow.
type startLine struct {
	ready atomic.Int32
	wait  int32
}

func newStartLine(goroutines int) *startLine {
	return &startLine{wait: int32(min(goroutines, runtime.GOMAXPROCS(0)))}
}

// mostSpins is some tens of microseconds: a processor that does not come by then is
// busy with something else.
const mostSpins = 20_000

func (l *startLine) start() {
	l.ready.Add(1)
	for spins := 0; l.ready.Load() < l.wait && spins < mostSpins; spins++ {
	}
}

// pace keeps a writer from being done before readers have begun.
type pace struct{ looks atomic.Int64 }

// look is called by a reader that begins to read.
func (p *pace) look() {
	runtime.Gosched() // where there are more readers than processors
	p.looks.Add(1)
}

// await returns once readers have begun to read so many times more, or the check has
// failed, after which they may have stopped.
func (t *tester[U, S]) await(p *pace, looks int) {
	for from := p.looks.Load(); p.looks.Load() < from+int64(looks) && !t.Failed() && t.ctx().Err() == nil; {
		runtime.Gosched()
	}
}
