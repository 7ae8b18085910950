package conformance

import (
	"context"
	"iter"
	"runtime"
	"sync"
)

// Judge tests an adapter without go test.
//
// It first opens the adapter as the checks do, under two names, creates a user and a
// session, and reads them. If that fails, all checks would fail, so Judge returns the
// error. If a method is not written yet, Judge returns an error that names the method to
// write next. It also returns an error if the options are not valid.
//
// Otherwise Judge returns an iterator that runs several checks at a time and yields
// the result of every check in the plan as it ends, including those that did not run.
// If the caller leaves the loop, or ctx is done, the iterator first ends the running
// checks and cleans up after them.
//
// TIM-04 needs a process whose time.Local is not UTC. Set time.Local before anything
// else runs, or that clause is not run.
func Judge(ctx context.Context, subject Subject, options Options) (iter.Seq[Result], error) {
	r, err := newRunner(options)
	if err != nil {
		return nil, err
	}
	if err := r.tryOut(ctx, subject); err != nil {
		return nil, err
	}
	plan := subject.plan(r)
	return func(yield func(Result) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		queue, results := make(chan planned), make(chan Result)
		var workers sync.WaitGroup
		for range 2 * runtime.GOMAXPROCS(0) { // half of them wait for a store
			workers.Go(func() {
				for p := range queue {
					results <- r.options.downgrade(p, r.judgeHere(ctx, p))
				}
			})
		}
		go func() {
			for _, p := range plan {
				queue <- p
			}
			close(queue)
			workers.Wait()
			close(results)
		}()
		listening := true
		for result := range results {
			if listening && !yield(result) {
				listening = false
				cancel()
			}
		}
	}, nil
}

// judgeHere runs one check in this process.
func (r *runner) judgeHere(ctx context.Context, p planned) Result {
	if result, ok := r.leftOut(p); ok {
		return result
	}
	switch {
	case ctx.Err() != nil:
		return p.result(NotRun, "interrupted: "+context.Cause(ctx).Error())
	case p.zone && inUTC():
		return p.result(NotRun, "needs a process whose zone is not UTC")
	}
	var again string
	if r.options.Again != nil {
		again = r.options.Again(p.name())
	}
	return r.judge(ctx, p, again)
}

// Checks returns the full names of the checks of a subject, in the order of the
// clauses.
func Checks(subject Subject) []string {
	var names []string
	for _, p := range subject.plan(&runner{}) {
		names = append(names, p.name())
	}
	return names
}
