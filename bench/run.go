package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/tenon-go/tenon/bench/engines"
	"github.com/tenon-go/tenon/bench/measure"
	"github.com/tenon-go/tenon/bench/report"
	"github.com/tenon-go/tenon/conformance/containers"
)

// run is one measurement.
type run struct {
	engines  []*engines.Engine
	named    bool // by the user: none of them may be missing
	calls    []*engines.Call
	set      engines.Set
	long     time.Duration // for each call
	pin      bool
	stdout   io.Writer
	progress *progress
}

// cpu is where client and server are pinned to.
const cpu = 0

// all measures everything. The result has what was measured even if there is an
// error, or ctx is cancelled.
func (r *run) all(ctx context.Context) (*report.Result, error) {
	// Nothing may expire while it is measured.
	r.set.Began = time.Now().UTC().Truncate(time.Millisecond)
	result := &report.Result{Conditions: conditions(ctx)}
	result.Pinned, result.Users, result.Sessions, result.PerCall = r.pin, r.set.Users, r.set.Sessions, r.long.String()
	for _, e := range r.engines {
		r.progress.total += len(r.callsOf(e))
	}
	if r.progress.total == 0 {
		return nil, errors.New("none of these engines has one of these calls")
	}
	for _, e := range r.engines {
		if len(r.callsOf(e)) == 0 {
			continue
		}
		measured, err := r.engine(ctx, e)
		if len(measured.Calls) > 0 {
			result.Engines = append(result.Engines, measured)
			if err := measured.WriteTable(r.stdout); err != nil {
				return result, err
			}
		}
		if missing, ok := errors.AsType[*containers.MissingError](err); ok && !r.named {
			r.progress.line(e.Name + ": not measured: " + missing.Error())
			r.progress.total -= len(r.callsOf(e))
			continue
		}
		if ctx.Err() != nil {
			return result, errors.New("interrupted")
		}
		if err != nil {
			return result, fmt.Errorf("%s: %w", e.Name, err)
		}
	}
	result.Complete = true
	return result, nil
}

// callsOf returns the calls to measure on an engine.
func (r *run) callsOf(e *engines.Engine) []*engines.Call {
	return slices.DeleteFunc(slices.Clone(e.Calls), func(c *engines.Call) bool { return !slices.Contains(r.calls, c) })
}

// engine measures one engine, and removes what it made for that.
func (r *run) engine(ctx context.Context, e *engines.Engine) (result report.Engine, err error) {
	defer r.progress.ended()
	result = report.Engine{Name: e.Name, Title: e.Title, Base: e.Base}
	for _, c := range e.Competitors {
		result.Competitors = append(result.Competitors, report.Competitor{Name: c.Name, About: c.About})
	}
	o, err := e.Open(ctx, &r.set, func(doing string) { r.progress.show(e.Name, doing) })
	if err != nil {
		return result, err
	}
	defer func() {
		r.progress.show(e.Name, "cleaning up")
		err = errors.Join(err, o.Close())
	}()
	result.Version = o.Version
	if r.pin && o.Address() != "" {
		undo, failed := pinBoth(ctx, o)
		if failed != nil {
			return result, failed
		}
		defer func() { err = errors.Join(err, undo()) }()
	}
	r.progress.show(e.Name, "checking that all do the same")
	calls := r.callsOf(e)
	for _, call := range calls {
		if err := o.Check(ctx, call); err != nil {
			return result, err
		}
	}
	r.progress.show(e.Name, "counting round trips")
	wires, err := measure.Wires(ctx, o, calls)
	if err != nil {
		return result, err
	}
	for _, call := range calls {
		r.progress.show(e.Name, call.Name)
		measured, err := measure.Call(ctx, o, call, wires[call], r.long, r.progress.left)
		if len(measured.Figures) > 0 {
			result.Calls = append(result.Calls, measured)
		}
		if err != nil {
			return result, err
		}
		r.progress.done()
	}
	result.Notes, err = o.Notes(ctx)
	return result, err
}

// pinBoth keeps the server and this process on one processor, the process until
// undo is called.
func pinBoth(ctx context.Context, o *engines.Opened) (undo func() error, err error) {
	if err := o.Pin(ctx, strconv.Itoa(cpu)); err != nil {
		return nil, err
	}
	return measure.Pin(cpu)
}
