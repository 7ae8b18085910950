package conformance

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// recorder is the TB of one check, even under go test. A check runs in its own goroutine, so
// that the watchdog can abandon it.
type recorder struct {
	name   string
	label  string // label of the check's goroutines
	ctx    context.Context
	cancel context.CancelFunc

	races atomic.Int32 // number of groups of calls that are racing
	types sync.Map     // see examined

	// The times that the calls of the last such group took. A call that races can itself make
	// calls race.
	took atomic.Pointer[[]time.Duration]

	began atomic.Pointer[[]uintptr] // the stack that began the last such group

	mu       sync.Mutex
	entries  []entry
	failures int    // number of entries that are failures
	before   string // what the check has done so far, if it recorded that
	failed   bool
	skipped  bool
	hung     bool
	cleanups []func()
}

// mostFailures is the number of failures after which a check ends. The first ones show what
// is wrong.
const mostFailures = 3

// guard runs f in its own goroutine, so that FailNow can end it, and records a panic.
func (r *recorder) guard(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				r.addFailure(entry{text: fmt.Sprintf("panic: %v\n%s", p, debug.Stack()), failed: true, times: 1}, false)
			}
		}()
		f()
	}()
	<-done
}

func (r *recorder) clean() {
	for {
		r.mu.Lock()
		n := len(r.cleanups)
		if n == 0 {
			r.mu.Unlock()
			return
		}
		f := r.cleanups[n-1]
		r.cleanups = slices.Delete(r.cleanups, n-1, n)
		r.mu.Unlock()
		r.guard(f)
	}
}

// output returns the text of all entries.
func (r *recorder) output() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	for i, e := range r.entries {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(e.String())
	}
	if r.failures >= mostFailures {
		fmt.Fprintf(&b, "\nThe check ended after %d failures.", r.failures)
	}
	return b.String()
}

// kind returns the kind of the first failure: see [kindOf].
func (r *recorder) kind() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.entries {
		if e.failed {
			return kindOf(e.text)
		}
	}
	return ""
}

// note records what the check has done so far, for later failures.
func (r *recorder) note(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.before = fmt.Sprintf(format, args...)
}

func (r *recorder) log(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries = append(r.entries, entry{text: strings.TrimSuffix(text, "\n")})
}

// fail records a failure. Too many failures that the suite reports end the check at once or,
// if it is running several functions concurrently, when they have returned.
func (r *recorder) fail(text string) {
	at, ofSuite, body := caller()
	if began := r.began.Load(); at == "" && began != nil { // in a goroutine that is not in the check's file
		at, _, _ = callerIn(*began)
	}
	if r.addFailure(entry{text: strings.TrimSuffix(text, "\n"), failed: true, times: 1, at: at}, ofSuite) && body {
		runtime.Goexit()
	}
}

// addFailure records a failure and reports whether there are now too many.
func (r *recorder) addFailure(e entry, ofSuite bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = true
	if n := len(r.entries); n > 0 && r.entries[n-1].failed && r.entries[n-1].text == e.text {
		r.entries[n-1].times++
		return false
	}
	if ofSuite && r.failures >= mostFailures {
		return true
	}
	e.after = r.before
	r.entries = append(r.entries, e)
	r.failures++
	return ofSuite && r.failures >= mostFailures
}

func (r *recorder) set(flag *bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*flag = true
}

func (r *recorder) get(flag *bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return *flag
}

func (r *recorder) Name() string              { return r.name }
func (r *recorder) Context() context.Context  { return r.ctx }
func (r *recorder) Helper()                   {}
func (r *recorder) Log(args ...any)           { r.log(fmt.Sprintln(args...)) }
func (r *recorder) Logf(f string, a ...any)   { r.log(fmt.Sprintf(f, a...)) }
func (r *recorder) Fail()                     { r.set(&r.failed) }
func (r *recorder) Failed() bool              { return r.get(&r.failed) }
func (r *recorder) FailNow()                  { r.Fail(); runtime.Goexit() }
func (r *recorder) Error(args ...any)         { r.fail(fmt.Sprintln(args...)) }
func (r *recorder) Errorf(f string, a ...any) { r.fail(fmt.Sprintf(f, a...)) }
func (r *recorder) Fatal(args ...any)         { r.Error(args...); r.FailNow() }
func (r *recorder) Fatalf(f string, a ...any) { r.Errorf(f, a...); r.FailNow() }
func (r *recorder) SkipNow()                  { r.set(&r.skipped); runtime.Goexit() }
func (r *recorder) Skipped() bool             { return r.get(&r.skipped) }
func (r *recorder) Skip(args ...any)          { r.Log(args...); r.SkipNow() }
func (r *recorder) Skipf(f string, a ...any)  { r.Logf(f, a...); r.SkipNow() }

func (r *recorder) Cleanup(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cleanups = append(r.cleanups, f)
}

// TempDir returns a new directory that is removed when the check has ended.
func (r *recorder) TempDir() string {
	dir, err := os.MkdirTemp("", "tenon-conformance-")
	if err != nil {
		r.Fatalf("TempDir: %v", err)
	}
	r.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			r.Errorf("TempDir: %v", err)
		}
	})
	return dir
}
