package conformance

import (
	"context"
	"iter"
	"math/rand/v2"
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
// this pair of types has. On a machine that is busy with something else a round takes
// many times as long as the quickest: there it goes on until it has made a good part of
// the rounds that it would make otherwise, within limits. It ends when the check has
// failed. The result says how many rounds were made.
func (t *tester[U, S]) rounds(least int) iter.Seq[int] {
	return func(yield func(round int) bool) {
		begin, quickest := time.Now(), t.raceTime
		more := func(round int) bool {
			passed, good := time.Since(begin), time.Duration(round)*quickest >= t.raceTime/3
			return round < mostRounds && (passed < t.raceTime || !good && passed < mostBusy*t.raceTime)
		}
		for round := 0; round < least || more(round); round++ {
			from := time.Now()
			if t.Failed() || !yield(round) {
				return
			}
			quickest = min(quickest, time.Since(from))
			t.verdict.rounds++
		}
	}
}

// mostBusy is how many times as long a race may go on.
const mostBusy = 5

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

// givingWay is the context of a call that races others: it lets them go first where the
// call looks at it. Stores do so before each of their steps, so that another call comes
// between two of them. The first look is that of the front, before any step. Since it
// has the same Done as its parent, nothing watches it in a goroutine of its own.
type givingWay struct {
	context.Context
	looked atomic.Bool
	begun  *pace // if not nil, told of the first look
}

func (c *givingWay) Err() error {
	c.giveWay()
	return c.Context.Err()
}

func (c *givingWay) Done() <-chan struct{} {
	c.giveWay()
	return c.Context.Done()
}

// giveWay lets others run: mostly for a step or two, and at times for a whole call.
func (c *givingWay) giveWay() {
	if !c.looked.Swap(true) {
		if c.begun != nil {
			c.begun.looks.Add(1)
		}
		return
	}
	turns := rand.IntN(3)
	if rand.IntN(6) == 0 {
		turns = 20
	}
	for range turns {
		runtime.Gosched()
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
	t.awaitLook(p, p.looks.Load()+int64(looks))
}

// awaitLook is await for the n-th look.
func (t *tester[U, S]) awaitLook(p *pace, n int64) {
	for p.looks.Load() < n && !t.Failed() && t.Context().Err() == nil {
		runtime.Gosched()
	}
}
