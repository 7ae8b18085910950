package conformance

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// runner runs the checks of one subject.
type runner struct {
	options Options
	run     string // a random name, so that every store is new
	stores  atomic.Int64
	hung    atomic.Int64 // number of hung checks

	limits limits

	mu    sync.Mutex
	kinds map[string]string // maps a kind of failure to the first check with it
}

func newRunner(options Options) (*runner, error) {
	if err := options.check(); err != nil {
		return nil, err
	}
	if options.Watchdog == 0 {
		options.Watchdog = defaultWatchdog
	}
	return &runner{options: options, limits: limits{watchdog: options.Watchdog}, run: "t" + strings.ToLower(rand.Text()[:8])}, nil
}

// storeName returns a new name for a store.
func (r *runner) storeName() string { return fmt.Sprintf("%s_%d", r.run, r.stores.Add(1)) }

// planned is one check on one pair of attribute types.
type planned struct {
	clause Clause
	check  string
	typ    string
	hook   hook
	zone   bool   // it needs a process whose zone is not UTC
	since  string // see check
	run    func(*recorder, *verdict)
}

// verdict is set by a check that neither passed nor failed. It also counts the rounds of a
// race.
type verdict struct {
	outcome Outcome // empty if the check passed or failed
	reason  string
	rounds  int
}

func (p planned) name() string { return p.clause.ID + "/" + p.check + "/" + p.typ }

func (p planned) result(outcome Outcome, output string) Result {
	return Result{Clause: p.clause.ID, Check: p.check, Type: p.typ, Outcome: outcome, Output: output}
}

// matches reports whether Options.Match selects the check.
func (r *runner) matches(p planned) bool {
	return r.options.Match == nil || r.options.Match(p.name())
}

// leftOut returns the result of a check that must not be run, if that is so.
func (r *runner) leftOut(p planned) (Result, bool) {
	if !r.matches(p) {
		return p.result(LeftOut, ""), true
	}
	if reason, ok := r.options.waived(p); ok {
		return p.result(Waived, reason), true
	}
	if missing := r.options.missingHook(p.hook); missing != "" {
		return p.result(NotRun, "needs Options."+missing+", or a waiver that says why it is missing"), true
	}
	if r.hung.Load() >= mostHung {
		return p.result(NotRun, fmt.Sprintf("%d checks hung before its turn came", mostHung)), true
	}
	if watchdog, _ := r.limits.remaining(time.Now()); watchdog <= 0 {
		return p.result(NotRun, "go test's -timeout was near when its turn came"), true
	}
	return Result{}, false
}

// judge runs one check and returns its result. Again is the command that runs it again.
func (r *runner) judge(ctx context.Context, p planned, again string) Result {
	if result, ok := r.leftOut(p); ok {
		return result
	}
	watchdog, grace := r.limits.remaining(time.Now())
	var v verdict
	begin := time.Now()
	rec := record(ctx, p.name(), watchdog, grace, func(t TB) { p.run(t.(*recorder), &v) })
	if rec.get(&rec.hung) {
		r.hung.Add(1)
	}
	result := p.result(Passed, rec.output())
	switch {
	case ctx.Err() != nil:
		result.Outcome, result.Output = NotRun, "interrupted: "+context.Cause(ctx).Error()
	case rec.Failed():
		result.Outcome, result.Kind = Failed, rec.kind()
		result.Output = explain(p, rec.output(), again)
	case v.outcome != "":
		result.Outcome, result.Output = v.outcome, v.reason
	case rec.Skipped():
		result.Outcome = NotRun
	}
	result.Duration, result.Rounds = time.Since(begin), v.rounds
	return result
}

// firstOf returns the name of the first check with the same kind of failure, or "" if this
// is the first.
func (r *runner) firstOf(result Result) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if first, ok := r.kinds[result.Kind]; ok {
		return first
	}
	if r.kinds == nil {
		r.kinds = map[string]string{}
	}
	r.kinds[result.Kind] = result.Name()
	return ""
}
