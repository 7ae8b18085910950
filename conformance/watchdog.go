package conformance

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

// mostHung is the number of hung checks after which no more are run. Each of them would wait
// for its watchdog and show nothing new.
const mostHung = 3

// mostGrace is how long a hung check has at most to return after its context is done.
const mostGrace = 5 * time.Second

// limits are the time limits of checks.
type limits struct {
	watchdog time.Duration // limit of one check
	deadline time.Time     // when the last check must have ended or been abandoned; zero if there is no deadline
	spare    time.Duration // time between the deadline and the end of the process
}

// before sets the deadline for a process that ends at a given time. It reserves a part of
// the time for the report.
func (l *limits) before(now, end time.Time) {
	l.spare = min(2*mostGrace, end.Sub(now)/4)
	l.deadline = end.Add(-l.spare)
}

// remaining returns how long a check that begins now can take, and how long it then has to return
// after its context is done. The first is not positive if no time is left.
func (l *limits) remaining(now time.Time) (watchdog, grace time.Duration) {
	if l.deadline.IsZero() {
		return l.watchdog, min(mostGrace, l.watchdog)
	}
	return min(l.watchdog, l.deadline.Sub(now)), min(mostGrace, l.watchdog, l.spare/2)
}

// record runs f and its cleanups, and returns what it recorded. A panic is a failure. A check
// that has not ended after watchdog is a failure too. Its context is then canceled, and its
// goroutine is abandoned if it does not end within grace.
func record(ctx context.Context, name string, watchdog, grace time.Duration, f func(TB)) *recorder {
	r := &recorder{name: name}
	r.label = fmt.Sprintf("%s %p", name, r) // another run can run the same check
	r.ctx, r.cancel = context.WithCancel(pprof.WithLabels(ctx, pprof.Labels(goroutineLabel, r.label)))
	defer r.cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		pprof.SetGoroutineLabels(r.ctx) // goroutines that it starts inherit the label
		r.guard(func() { f(r) })
		r.cancel()
		r.clean()
		r.wantNoneLeft()
	}()
	timer := time.NewTimer(watchdog)
	defer timer.Stop()
	select {
	case <-done:
		return r
	case <-timer.C:
		r.hang(watchdog)
	}
	select {
	case <-done:
	case <-time.After(grace):
		r.log("still hung when its context had been done for " + grace.String() + "; given up, and not cleaned up")
	}
	return r
}

// hang records that the check hangs, and where, and cancels its context.
func (r *recorder) hang(watchdog time.Duration) {
	in, stacks := r.locate()
	r.addFailure(entry{failed: true, times: 1,
		text: fmt.Sprintf("hung: %s, not done after %s (the suite's watchdog)\n%s", in, watchdog.Round(time.Millisecond), stacks)}, false)
	r.set(&r.hung)
	r.cancel()
}

// goroutineLabel is the key of the label of a check's goroutines. Its value is [recorder]'s
// label.
const goroutineLabel = "conformance check"

var (
	// ofStore finds the method of a store in the name of a function:
	// ".../spec.(*Store[...]).DeleteUser".
	ofStore = regexp.MustCompile(`/spec\.\(\*\w+(?:\[\.\.\.\])?\)\.([A-Z]\w*)\+`)
	opening = regexp.MustCompile(`/conformance\.(?:user|session)Front\[`)

	// stackLine matches a line of a goroutine profile: an address, a function and a line.
	stackLine = regexp.MustCompile(`(?m)^#\t0x[0-9a-f]+\t(\S+?)\+0x[0-9a-f]+\s+(\S+)$`)
)

// locate returns the calls that the check is in, and the stacks of its goroutines, those
// in the adapter first. It omits other goroutines of the process.
func (r *recorder) locate() (in, stacks string) {
	var profile bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		return "somewhere", err.Error()
	}
	var methods, called, waiting []string
	for block := range strings.SplitSeq(profile.String(), "\n\n") {
		if !strings.Contains(block, fmt.Sprintf("%q:%q", goroutineLabel, r.label)) {
			continue
		}
		method := ""
		if found := ofStore.FindAllStringSubmatch(block, -1); found != nil {
			method = found[len(found)-1][1]
		} else if opening.MatchString(block) {
			method = "open"
		}
		var b strings.Builder
		for _, line := range stackLine.FindAllStringSubmatch(block, -1) {
			fmt.Fprintf(&b, "    %s\n        %s\n", line[1], line[2])
		}
		if method == "" {
			waiting = append(waiting, "  a goroutine of the check:\n"+b.String())
			continue
		}
		called = append(called, "  a goroutine in "+method+":\n"+b.String())
		if !slices.Contains(methods, method) {
			methods = append(methods, method)
		}
	}
	in = "in no call of the adapter"
	if methods != nil {
		in = "in " + strings.Join(methods, ", ")
	}
	const most = 6
	all := slices.Concat(called, waiting)
	if len(all) > most {
		all = append(all[:most], fmt.Sprintf("  and %d more of the check\n", len(all)-most))
	}
	return in, strings.Join(all, "")
}
