package conformance

import (
	"runtime"
	"sync/atomic"
)

// partner is a goroutine that starts half of the calls of a race, on another processor. While
// rounds are short it waits for the next one without sleeping. Otherwise the calls of a round
// in memory would all have run on one processor, one after the other, before the operating
// system had woken a second one: of two calls at once not one in ten overlapped.
type partner struct {
	job  atomic.Pointer[func()]
	hot  atomic.Bool   // rounds are short
	wake chan struct{} // closed at the end
}

// meetPartner starts the partner for the rounds of a race. The returned function ends it. With
// a single processor there is no partner.
func (t *tester[U, S]) meetPartner() (end func()) {
	if runtime.GOMAXPROCS(0) == 1 {
		return func() {}
	}
	p := &partner{wake: make(chan struct{}, 1)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.work()
	}()
	t.partner = p
	return func() {
		t.partner = nil
		p.hot.Store(false)
		close(p.wake)
		<-ended
	}
}

// work runs jobs until wake is closed.
func (p *partner) work() {
	for open := true; open; _, open = <-p.wake {
		for spins := 0; spins < mostSpins || p.hot.Load(); spins++ {
			if p.job.Load() != nil {
				(*p.job.Swap(nil))()
				spins = 0
			}
			if spins%1000 == 0 {
				runtime.Gosched() // to the goroutines that the job has started
			}
		}
	}
}

// start makes the partner run a job.
func (p *partner) start(job func()) {
	p.job.Store(&job)
	select {
	case p.wake <- struct{}{}:
	default: // it will look for a job before it sleeps again
	}
}
