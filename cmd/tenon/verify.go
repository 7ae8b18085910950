package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/report"
)

// verification is one run of tenon verify.
type verification struct {
	drivers  []driver
	dsn      map[string]string // by the names of drivers
	required func(driver) bool // that it cannot run is a failure
	match    func(name string) bool
	command  string // what runs this program again
	now      func() time.Time
	progress *progress
}

// run judges the drivers one after the other. The error is about what was
// started and could not be removed.
func (v *verification) run(ctx context.Context) (report.Report, error) {
	said := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(said)
		v.progress.interrupted()
	})
	defer func() {
		if !stop() {
			<-said
		}
	}()
	r := report.Report{Suite: conformance.Version, Start: v.now()}
	var errs []error
	for _, d := range v.drivers {
		if ctx.Err() != nil {
			r.Drivers = append(r.Drivers, report.Driver{Name: d.name, Why: "interrupted before its turn came"})
			continue
		}
		v.progress.starting(d.name)
		found, err := v.verify(ctx, d)
		v.progress.ended(found)
		r.Drivers = append(r.Drivers, found)
		errs = append(errs, err)
	}
	r.Interrupted = ctx.Err() != nil
	return r, errors.Join(errs...)
}

// verify judges one driver, from its start to its stop, whose error it returns.
func (v *verification) verify(ctx context.Context, d driver) (report.Driver, error) {
	found := report.Driver{Name: d.name, Required: v.required(d)}
	e, err := d.start(ctx, v.dsn[d.name])
	if err != nil {
		var missing *containers.MissingError
		found.Why = err.Error()
		switch {
		case ctx.Err() != nil:
			found.Why = "interrupted while it started"
		case errors.As(err, &missing):
			found.Why = fmt.Sprintf("cannot start %s: %v", missing.Server, missing.Cause)
			found.Remedy = "What would help: " + missing.Help
		default:
			found.Required = true // nothing that this machine lacks: something is broken
		}
		return found, nil
	}
	found.Engine, found.Version = e.name, e.version
	begin := time.Now()
	found.Results, err = v.judge(ctx, d, e)
	found.Duration = time.Since(begin)
	if err != nil {
		found.Why, found.Required = err.Error(), true
	}
	v.progress.stopping()
	if err := e.stop(); err != nil {
		return found, fmt.Errorf("%s: %w", d.name, err)
	}
	return found, nil
}

// judge runs the suite and returns the results in the order of the plan.
func (v *verification) judge(ctx context.Context, d driver, e *engine) ([]conformance.Result, error) {
	options := e.options
	options.Match = v.match
	options.Again = func(name string) string { return v.again(d, name) }
	plan := conformance.Checks(d.subject)
	place := make(map[string]int, len(plan))
	for i, name := range plan {
		place[name] = i
	}
	v.progress.began(e, len(v.chosen(d)))
	each, err := conformance.Judge(ctx, d.subject, options)
	if err != nil {
		return nil, err
	}
	results := make([]conformance.Result, len(plan))
	for result := range each {
		results[place[result.Name()]] = result
		v.progress.result(result)
	}
	return results, nil
}

// chosen returns the names of the driver's checks that --run chooses.
func (v *verification) chosen(d driver) []string {
	return slices.DeleteFunc(conformance.Checks(d.subject), func(name string) bool { return !v.match(name) })
}

// again is the command that runs one check again. A DSN may hold a password,
// so people fill it in themselves.
func (v *verification) again(d driver, name string) string {
	command := v.command + " verify " + d.name
	if v.dsn[d.name] != "" {
		command += " --dsn …"
	}
	return command + " --run '" + exactly(name) + "'"
}
