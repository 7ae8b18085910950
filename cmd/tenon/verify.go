package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/report"
	"github.com/tenon-go/tenon/spec"
)

// verification is one run of tenon verify.
type verification struct {
	adapters []adapter
	dsn      map[string]string  // by adapter name
	args     string             // the user's arguments, for the report; without DSNs
	required func(adapter) bool // whether it is a failure if the adapter cannot run
	match    func(name string) bool
	command  string // runs this program again
	now      func() time.Time
	parallel int // how many adapters are judged at a time
	progress *progress
}

// run judges the adapters, several at a time: first those in this process, and then those
// on servers. The error is about servers and files that could not be removed.
func (v *verification) run(ctx context.Context) (report.Report, error) {
	said := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(said)
		v.progress.showInterrupt()
	})
	defer func() {
		if !stop() {
			<-said
		}
	}()
	r := report.Report{Suite: conformance.Version, Start: v.now(), Command: v.command + " verify" + v.args, Adapters: make([]report.Adapter, len(v.adapters))}
	errs := make([]error, len(v.adapters))
	for _, s := range v.shifts() {
		turns := make(chan int)
		var workers sync.WaitGroup
		for range s.parallel {
			workers.Go(func() {
				for i := range turns {
					r.Adapters[i], errs[i] = v.takeTurn(ctx, v.adapters[i])
				}
			})
		}
		for _, i := range s.turns {
			turns <- i
		}
		close(turns)
		workers.Wait()
	}
	r.Interrupted = ctx.Err() != nil
	return r, errors.Join(errs...)
}

// shift is a part of the adapters that are judged before or after the others.
type shift struct {
	turns    []int // indexes of adapters, in the order in which they begin
	parallel int
}

// shifts returns the adapters in this process, and those on servers. Those in this process
// keep their processors busy, and calls of theirs that race must run at the same time, so
// only one for every two processors is judged at a time. The adapter that takes longest
// begins first, so that the others run beside it.
func (v *verification) shifts() [2]shift {
	local, remote := shift{parallel: min(v.parallel, max(1, runtime.GOMAXPROCS(0)/2))}, shift{parallel: v.parallel}
	for i, a := range v.adapters {
		switch {
		case a.local:
			local.turns = append(local.turns, i)
		case a.long:
			remote.turns = slices.Insert(remote.turns, 0, i)
		default:
			remote.turns = append(remote.turns, i)
		}
	}
	return [2]shift{local, remote}
}

// takeTurn judges one adapter, unless the run has been interrupted.
func (v *verification) takeTurn(ctx context.Context, a adapter) (report.Adapter, error) {
	if ctx.Err() != nil {
		return report.Adapter{Name: a.name, Why: "interrupted before its turn came"}, nil
	}
	progress := v.progress.showStart(a.name)
	found, err := v.verify(ctx, a, progress)
	progress.showEnd(found)
	return found, err
}

// verify starts one adapter, judges it and stops it. It returns the error of the stop.
func (v *verification) verify(ctx context.Context, a adapter, progress *judging) (report.Adapter, error) {
	found := report.Adapter{Name: a.name, Required: v.required(a)}
	found.Driver = driverText(a.modules)
	e, err := a.start(ctx, v.dsn[a.name])
	if err != nil {
		var missing *containers.MissingError
		found.Why = err.Error()
		switch {
		case ctx.Err() != nil:
			found.Why = "interrupted while it started"
		case errors.As(err, &missing):
			found.Why = fmt.Sprintf("cannot start %s: %v", missing.Server, missing.Cause)
			if a.variant {
				missing.Running = "" // a variant is always started
			}
			found.Remedy = "What would help: " + missing.Remedy()
		default:
			found.Required = true // the machine lacks nothing, so something is broken
		}
		return found, nil
	}
	found.Engine, found.Version, found.Deployment = e.name, e.version, e.deployment
	found.Settings = v.judgedSettings(ctx, a, e, progress)
	begin := time.Now()
	e.options.Describe = func(d spec.Description) { found.Weaknesses = d.Weaknesses }
	found.Results, err = v.judge(ctx, a, e, progress)
	found.Duration = time.Since(begin)
	if err != nil {
		found.Why, found.Required = err.Error(), true
	}
	progress.showStop()
	if err := e.stop(); err != nil {
		return found, fmt.Errorf("%s: %w", a.name, err)
	}
	return found, nil
}

// driverText returns the names and versions of Go drivers.
func driverText(modules []string) string {
	var names []string
	for _, module := range modules {
		names = append(names, report.Driver(module))
	}
	return strings.Join(names, ", ")
}

// judge runs the suite and returns the results in the order of the plan.
func (v *verification) judge(ctx context.Context, a adapter, e *engine, progress *judging) ([]conformance.Result, error) {
	options := e.options
	options.Match = func(name string) bool { return v.chooses(a, name) }
	options.Again = func(name string) string { return v.rerunCommand(a, name) }
	plan := conformance.Checks(a.subject)
	place := make(map[string]int, len(plan))
	for i, name := range plan {
		place[name] = i
	}
	progress.showBegin(e, len(v.chooseChecks(a)))
	each, err := conformance.Judge(ctx, a.subject, options)
	if err != nil {
		return nil, err
	}
	results := make([]conformance.Result, len(plan))
	for result := range each {
		results[place[result.Name()]] = result
		progress.showResult(result)
	}
	return results, nil
}

// chooseChecks returns the names of the adapter's checks that --run selects.
func (v *verification) chooseChecks(a adapter) []string {
	return slices.DeleteFunc(conformance.Checks(a.subject), func(name string) bool { return !v.chooses(a, name) })
}

func (v *verification) chooses(a adapter, name string) bool {
	return v.match(name) && (a.match == nil || a.match(name))
}

// rerunCommand returns the command that runs one check again. A DSN can contain a
// password, so users fill it in themselves.
func (v *verification) rerunCommand(a adapter, name string) string {
	command := v.command + " verify " + a.name
	if v.dsn[a.name] != "" {
		command += " --dsn …"
	}
	return command + " --run '" + exactPattern(name) + "'"
}
