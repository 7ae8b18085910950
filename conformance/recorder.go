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
	"time"
)

// recorder is the TB of one check. Every check runs on one, under go test too,
// in a goroutine of its own, so that the watchdog can give it up.
type recorder struct {
	name   string
	ctx    context.Context
	cancel context.CancelFunc

	mu       sync.Mutex
	lines    []string
	failed   bool
	skipped  bool
	cleanups []func()
}

// grace is how long a hung check has to return once its context is done.
const grace = 5 * time.Second

// record runs f to its end, cleanups included, and returns what it recorded. A
// panic is a failure. A check that has not ended after watchdog is a failure
// too, and its goroutine is given up if it does not end with its context.
func record(ctx context.Context, name string, watchdog time.Duration, f func(TB)) *recorder {
	r := &recorder{name: name}
	r.ctx, r.cancel = context.WithCancel(ctx)
	defer r.cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.guard(func() { f(r) })
		r.cancel()
		r.clean()
	}()
	timer := time.NewTimer(watchdog)
	defer timer.Stop()
	select {
	case <-done:
		return r
	case <-timer.C:
		r.Errorf("hung: not done after %s (the suite's watchdog)\n%s", watchdog, stacks())
		r.cancel()
	}
	select {
	case <-done:
	case <-time.After(grace):
		r.Errorf("still hung %s after its context was done; given up, and not cleaned up", grace)
	}
	return r
}

// stacks returns what the goroutines of the process were doing.
func stacks() string {
	buf := make([]byte, 64<<10)
	return string(buf[:runtime.Stack(buf, true)])
}

// guard runs f on a goroutine of its own, so that FailNow can end it, and
// records a panic.
func (r *recorder) guard(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				r.Errorf("panic: %v\n%s", p, debug.Stack())
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

// output is what was logged.
func (r *recorder) output() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.lines, "\n")
}

func (r *recorder) log(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, strings.TrimSuffix(text, "\n"))
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
func (r *recorder) Error(args ...any)         { r.Log(args...); r.Fail() }
func (r *recorder) Errorf(f string, a ...any) { r.Logf(f, a...); r.Fail() }
func (r *recorder) Fatal(args ...any)         { r.Log(args...); r.FailNow() }
func (r *recorder) Fatalf(f string, a ...any) { r.Logf(f, a...); r.FailNow() }
func (r *recorder) SkipNow()                  { r.set(&r.skipped); runtime.Goexit() }
func (r *recorder) Skipped() bool             { return r.get(&r.skipped) }
func (r *recorder) Skip(args ...any)          { r.Log(args...); r.SkipNow() }
func (r *recorder) Skipf(f string, a ...any)  { r.Logf(f, a...); r.SkipNow() }

func (r *recorder) Cleanup(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cleanups = append(r.cleanups, f)
}

// TempDir returns a new folder that is removed when the check has ended.
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
