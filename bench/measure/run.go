package measure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/tenon-go/tenon/bench/engines"
	"github.com/tenon-go/tenon/bench/report"
	"github.com/tenon-go/tenon/conformance/containers"
)

// Run is a measurement of engines one after another. Engines, Calls, Sessions and
// Progress must be set.
type Run struct {
	Engines  []*engines.Engine
	Required func(*engines.Engine) bool // whether it is a failure if the engine cannot run
	Calls    []*engines.Call
	Users    int // each has the same number of sessions
	Sessions int
	Progress *Progress
	Measured func(report.Engine) error // called with each engine's results

	Long   time.Duration // for which each call is measured
	Budget time.Duration // for the whole run, instead of Long; 0: Long counts
	Pin    bool          // client and server on one core, on engines that have a server

	// Whole, if not empty, makes the run measure only Tenon and the base. Besides the
	// calls it measures a sweep of expired sessions, a tenth more than Sessions, and the
	// throughput of each of these numbers of clients.
	Whole []int

	began time.Time // of the newest rows: no session expires during the run
}

// cpu is the processor to which client and server are pinned.
const cpu = 0

// All measures everything. The result has all measurements that were made before an
// error or the end of ctx.
func (r *Run) All(ctx context.Context) (*report.Result, error) {
	r.began = time.Now().UTC().Truncate(time.Millisecond)
	result := &report.Result{Conditions: Conditions(ctx)}
	result.Pinned, result.Users, result.Sessions = r.Pin, r.Users, r.Sessions
	for _, e := range r.Engines {
		r.Progress.total += r.steps(e)
	}
	if r.Progress.total == 0 {
		return nil, errors.New("none of these engines has one of these calls")
	}
	r.Progress.each = r.next()
	result.PerCall = r.next().Round(time.Millisecond).String()
	var errs []error
	for _, e := range r.Engines {
		if r.steps(e) == 0 {
			continue
		}
		before := r.Progress.measured
		measured, err := r.engine(ctx, e)
		if len(measured.Calls) > 0 || measured.Sweep != nil {
			result.Engines = append(result.Engines, measured)
			if err := r.Measured(measured); err != nil {
				return result, err
			}
		}
		if ctx.Err() != nil {
			return result, ErrInterrupted
		}
		if missing, ok := errors.AsType[*containers.MissingError](err); ok && !r.Required(e) {
			r.Progress.line(e.Name + ": not measured: " + missing.Error())
		} else if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", e.Name, err))
		}
		if err != nil { // the other engines get its time
			r.Progress.total -= r.steps(e) - (r.Progress.measured - before)
		}
	}
	result.Complete = errs == nil
	return result, errors.Join(errs...)
}

// ErrInterrupted says that a run's context was cancelled.
var ErrInterrupted = errors.New("interrupted")

// callsOf returns the calls to measure on an engine.
func (r *Run) callsOf(e *engines.Engine) []*engines.Call {
	return slices.DeleteFunc(slices.Clone(e.Calls), func(c *engines.Call) bool { return !slices.Contains(r.Calls, c) })
}

// steps returns the number of measurements on an engine.
func (r *Run) steps(e *engines.Engine) int {
	n := len(r.callsOf(e))
	if len(r.Whole) > 0 {
		n += 1 + len(r.Whole)
	}
	return n
}

// next returns the duration of the next step.
func (r *Run) next() time.Duration {
	if r.Budget == 0 {
		return r.Long
	}
	return (r.Budget - r.Progress.spent) / time.Duration(max(r.Progress.total-r.Progress.measured, 1))
}

// step makes one measurement and updates the progress.
func (r *Run) step(e *engines.Engine, doing string, measure func(time.Duration) error) error {
	long := r.next()
	r.Progress.Show(e.Name, doing)
	err := measure(long)
	if err == nil {
		r.Progress.done(long)
	}
	return err
}

// engine measures one engine, and removes the rows that it created.
func (r *Run) engine(ctx context.Context, e *engines.Engine) (result report.Engine, err error) {
	defer r.Progress.Ended()
	result = report.Engine{Name: e.Name, Title: e.Title, Base: e.Base}
	begin := time.Now()
	o, err := r.open(ctx, e)
	if err != nil {
		return result, err
	}
	for _, c := range o.Engine.Competitors {
		result.Competitors = append(result.Competitors, report.Competitor{Name: c.Name, About: c.About})
	}
	defer func() {
		r.Progress.Show(e.Name, "cleaning up")
		if left := o.Close(); left != nil {
			r.Progress.line(e.Name + ": left behind: " + left.Error())
			err = errors.Join(err, left)
		}
	}()
	result.Version = o.Version
	if r.Pin && o.Address() != "" {
		undo, failed := pinBoth(ctx, o)
		if failed != nil {
			return result, failed
		}
		defer func() { err = errors.Join(err, undo()) }()
	}
	if len(r.Whole) > 0 {
		if err := r.grow(ctx, o); err != nil {
			return result, err
		}
		r.Progress.loading += time.Since(begin)
		err := r.step(e, "a sweep", func(long time.Duration) error {
			swept, err := Sweep(ctx, o, long)
			if err == nil {
				result.Sweep = &swept
				err = errors.Join(o.Settle(ctx), o.Match(ctx))
			}
			return err
		})
		if err != nil {
			return result, err
		}
	}
	if err := r.calls(ctx, o, &result); err != nil {
		return result, err
	}
	for _, clients := range r.Whole {
		err := r.step(e, clientsText(clients), func(long time.Duration) error {
			t, err := r.throughput(ctx, o, clients, long)
			if err == nil {
				result.Throughput = append(result.Throughput, t)
			}
			return err
		})
		if err != nil {
			return result, err
		}
	}
	notes, err := o.Notes(ctx)
	result.Notes = append(result.Notes, notes...)
	return result, err
}

// open opens an engine. It has all rows, or no rows if grow is going to load them.
func (r *Run) open(ctx context.Context, e *engines.Engine) (*engines.Opened, error) {
	tell := func(doing string) { r.Progress.Show(e.Name, doing) }
	if len(r.Whole) > 0 {
		return e.OpenEmpty(ctx, r.began, tell)
	}
	return e.Open(ctx, &engines.Set{Users: r.Users, Sessions: r.Sessions, Began: r.began}, tell)
}

// grow loads the sessions, and a tenth more that have expired.
func (r *Run) grow(ctx context.Context, o *engines.Opened) error {
	tell := func(done float64) {
		r.Progress.again(o.Engine.Name, fmt.Sprintf("loading %d sessions, %.0f %%", r.Sessions, 100*done))
	}
	tell(0)
	return errors.Join(o.Grow(ctx, r.Sessions, max(r.Sessions/10, 1), tell), o.Settle(ctx))
}

// calls measures the calls, one at a time.
func (r *Run) calls(ctx context.Context, o *engines.Opened, result *report.Engine) error {
	r.Progress.Show(o.Engine.Name, "checking that all do the same")
	calls := r.callsOf(o.Engine)
	for _, call := range calls {
		if err := o.Check(ctx, call); err != nil {
			return err
		}
	}
	r.Progress.Show(o.Engine.Name, "counting round trips")
	wires, err := Wires(ctx, o, calls)
	if err != nil {
		return err
	}
	if wires == nil {
		result.Notes = append(result.Notes, "Round trips and bytes were not counted: connections go to several servers, use a Unix socket, or need the server's name for TLS.")
	}
	for _, call := range calls {
		if len(call.Does(o)) == 0 {
			r.Progress.total--
			continue
		}
		err := r.step(o.Engine, call.Name, func(long time.Duration) error {
			measured, err := Call(ctx, o, call, wires[call], long, r.Progress.left)
			if len(measured.Figures) > 0 {
				result.Calls = append(result.Calls, measured)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// throughput measures the calls of several concurrent clients.
func (r *Run) throughput(ctx context.Context, o *engines.Opened, clients int, long time.Duration) (report.Throughput, error) {
	longer, call := o.ByClients(clients)
	measured, err := Call(ctx, longer, call, nil, long, r.Progress.left)
	if err != nil {
		return report.Throughput{}, err
	}
	t := report.Throughput{Clients: clients, Ratio: measured.Figures[0].Ratio}
	for _, f := range measured.Figures {
		t.PerSecond = append(t.PerSecond, round(1e6/f.Micros))
	}
	return t, nil
}

func clientsText(n int) string {
	if n == 1 {
		return "1 client"
	}
	return fmt.Sprintf("%d clients", n)
}

// pinBoth pins the server and this process to one processor. Undo releases the process,
// but not the server.
func pinBoth(ctx context.Context, o *engines.Opened) (undo func() error, err error) {
	if err := o.Pin(ctx, strconv.Itoa(cpu)); err != nil {
		return nil, err
	}
	return Pin(cpu)
}

// Estimate returns roughly how long the run will take. It assumes ten seconds for the
// start of each server and 100 µs for loading each session.
func (r *Run) Estimate() time.Duration {
	estimate := r.Budget
	for _, e := range r.Engines {
		estimate += e.Starts() + time.Duration(r.Sessions)*100*time.Microsecond
	}
	return estimate
}
