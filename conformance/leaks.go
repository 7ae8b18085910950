package conformance

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// often is how often a check repeats something that could leak a goroutine. In the end fewer
// than that are permitted, because a pool can have some.
const often = 8

// wantNoGoroutines fails the check if f leaves goroutines. F does something often times that
// could leak one. Goroutines inherit their label, so those of other checks do not count.
func (t *tester[U, S]) wantNoGoroutines(of string, f func(labelled context.Context)) {
	label := t.runner.storeName()
	pprof.Do(t.ctx(), pprof.Labels("goroutines of", label), f)
	left := 0
	if !waitUntil(func() bool { left = goroutines(label); return left < often }) {
		t.Errorf("%s\n  got:  %d goroutines that are still there\n  want: fewer than %d, which is how often each was done", of, left, often)
	}
}

// wantNoneLeft records a failure if goroutines of the check are left after its clean-up.
// Some are permitted, because they can be those of a pool that others use too.
func (r *recorder) wantNoneLeft() {
	left := 0
	own := func() bool { left = goroutines(r.label) - 1; return left < often } // not counting this goroutine
	if !r.Failed() && !waitUntil(own) {
		r.addFailure(entry{failed: true, times: 1, text: fmt.Sprintf("STO-03: after the check\n  got:  %d goroutines of it that are still there\n  want: fewer than %d", left, often)}, false)
	}
}

// wantNoneInUse fails the check if calls on a store have not returned their connections.
func (t *tester[U, S]) wantNoneInUse(s Store) {
	inUse, left := t.runner.options.InUse, 0
	if inUse == nil || t.Failed() {
		return
	}
	if !waitUntil(func() bool { left = inUse(t, s); return left == 0 }) {
		t.Errorf("STO-03: after the check\n  got:  %d connections that are in use, by Options.InUse\n  want: none", left)
	}
}

// wantCounted ends the check as not run if [Options.InUse] counts nothing while calls use the
// store: then it has found nothing after any check either. A call uses a connection for most
// of its time, so one of the first counts is at such a moment.
func (w *world[U, S]) wantCounted(a front[U, S], s Store) {
	t := w.t
	inUse := t.runner.options.InUse
	if inUse == nil {
		return
	}
	const calls = 1000
	var counted, ended atomic.Bool
	t.runTogether(2, func(i int) {
		if i == 0 {
			defer ended.Store(true)
			for n := 0; n < calls && !counted.Load(); n++ {
				_, err := a.UserSessions(t.ctx(), ann)
				t.must(err, "UserSessions")
				if t.users { // which can be in another database
					_, err := a.User(t.ctx(), ann)
					t.must(err, "User")
				}
			}
			return
		}
		for !counted.Load() && !ended.Load() {
			counted.Store(inUse(t, s) > 0)
			runtime.Gosched()
		}
	})
	if !counted.Load() && !t.Failed() {
		t.notRun(fmt.Sprintf("Options.InUse counted no connection during %d calls", calls))
	}
}

// waitUntil waits up to a second until gone returns true, because some of what a check has
// left may just be ending. It reports whether that happened. The pauses become longer, since
// counting goroutines stops the process.
func waitUntil(gone func() bool) bool {
	for pause := time.Millisecond; pause < time.Second; pause *= 2 {
		if gone() {
			return true
		}
		time.Sleep(pause)
	}
	return gone()
}

// goroutines returns the number of goroutines with this label.
func goroutines(label string) int {
	var profile bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		return 0
	}
	total, n := 0, 0
	for lines := bufio.NewScanner(&profile); lines.Scan(); {
		line := lines.Text()
		if count, _, ok := strings.Cut(line, " @ "); ok { // a stack and its number of goroutines
			n, _ = strconv.Atoi(count)
		}
		if strings.HasPrefix(line, "# labels: ") && strings.Contains(line, strconv.Quote(label)) {
			total += n
		}
	}
	return total
}
