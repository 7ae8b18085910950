package conformance

import (
	"context"
	"iter"
	"math/bits"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"time"
)

// The time for the rounds of one race. In memory a round takes microseconds, and two calls
// can interfere only for a fraction of that, so a few rounds would seldom show a fault. On a
// server the minimum number of rounds takes longer than this.
const (
	raceTime  = 60 * time.Millisecond // with the rich types
	shortRace = 10 * time.Millisecond // with the other types, which run the same code
)

// mostRounds is so low that there are enough samples for the rows of every round.
const mostRounds = 2000

// rounds yields 0, 1 and so on: at least this many rounds, and then for as long as this pair
// of types has. On a busy machine a round takes many times as long as the fastest one. There
// rounds continues, within limits, until it has made a good part of the rounds that it would
// otherwise make. It ends when the check has failed. The result of the check includes the
// number of rounds.
func (t *tester[U, S]) rounds(least int) iter.Seq[int] {
	return func(yield func(round int) bool) {
		defer t.meetPartner()()
		begin, quickest := time.Now(), t.raceTime
		more := func(round int) bool {
			passed, good := time.Since(begin), time.Duration(round)*quickest >= t.raceTime/6
			return round < mostRounds && (passed < t.raceTime || !good && passed < mostBusy*t.raceTime)
		}
		for round := 0; round < least || more(round); round++ {
			from := time.Now()
			if t.Failed() || !yield(round) {
				return
			}
			quickest = min(quickest, time.Since(from))
			if t.partner != nil {
				t.partner.hot.Store(quickest < time.Millisecond)
			}
			t.verdict.rounds++
		}
	}
}

// mostBusy is how many times as long a race can take on a busy machine.
const mostBusy = 3

// raceTimeOf returns the time for a race with a pair of types.
func raceTimeOf(typ string) time.Duration {
	if typ == "rich" {
		return raceTime
	}
	return shortRace
}

// startLine lets as many goroutines start at the same moment as there are processors to run
// them. Otherwise one that was woken would be done before the next is awake. The other
// goroutines follow.
type startLine struct {
	ready atomic.Int32
	wait  int32
}

func newStartLine(goroutines int) *startLine {
	return &startLine{wait: int32(min(goroutines, runtime.GOMAXPROCS(0)))}
}

// mostSpins takes some tens of microseconds. A processor that has not arrived by then is busy
// with something else.
const mostSpins = 20_000

const (
	mostDelay = 500 * time.Microsecond // steps of longer calls are so far apart that the calls need none
	longDelay = 10 * time.Microsecond
)

// start returns when enough goroutines are ready, and for most of them somewhat later, so that
// any step of a call can meet any step of another one. The call of this goroutine begins up to
// twice as much later as the longest other call takes.
func (l *startLine) start(longestOther time.Duration) {
	l.ready.Add(1)
	for spins := 0; l.ready.Load() < l.wait && spins < mostSpins; spins++ {
	}
	octaves := bits.Len64(uint64(min(longestOther, mostDelay)))
	delay := time.Duration(rand.Int64N(1 << rand.IntN(octaves+1)))
	for from := time.Now(); time.Since(from) < delay; {
		if delay > longDelay {
			runtime.Gosched() // the other goroutines need not wait
		}
	}
}

// longestOther returns the longest of these times without the i-th.
func longestOther(took []time.Duration, i int) (longest time.Duration) {
	for j, d := range took {
		if j != i {
			longest = max(longest, d)
		}
	}
	return longest
}

// givingWay is the context of a call that races others. Whenever the call checks it, it lets
// other goroutines run. Stores check their context before each step, so other calls run
// between two steps. The first check is that of the front, before any step. The context has
// the same Done as its parent, so no additional goroutine watches it.
type givingWay struct {
	context.Context
	looked atomic.Bool
	begun  *pace // if not nil, notified of the first look
}

func (c *givingWay) Err() error {
	c.giveWay()
	return c.Context.Err()
}

func (c *givingWay) Done() <-chan struct{} {
	c.giveWay()
	return c.Context.Done()
}

// giveWay lets other goroutines run, mostly for a step or two, and sometimes for a whole
// call.
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

// pace prevents a writer from finishing before readers have begun.
type pace struct{ looks atomic.Int64 }

// look must be called by a reader that begins to read.
func (p *pace) look() {
	runtime.Gosched() // there can be more readers than processors
	p.looks.Add(1)
}

// await waits until readers have begun to read this many more times, or until the check has
// failed, after which they may have stopped.
func (t *tester[U, S]) await(p *pace, looks int) {
	t.awaitLook(p, p.looks.Load()+int64(looks))
}

// awaitLook waits like await, but for the n-th look.
func (t *tester[U, S]) awaitLook(p *pace, n int64) {
	for p.looks.Load() < n && !t.Failed() && t.Context().Err() == nil {
		runtime.Gosched()
	}
}
