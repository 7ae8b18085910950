package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/tenon-go/tenon/bench/engines"
	"github.com/tenon-go/tenon/bench/measure"
	"github.com/tenon-go/tenon/bench/report"
	"github.com/tenon-go/tenon/conformance/containers"
)

// scale is a measurement with ever more rows, and with many goroutines. After each step
// it writes the results to a file. A later run does not measure them again.
type scale struct {
	engines []*engines.Engine
	named   bool // the user named the engines, so all of them must run
	most    int  // the largest number of sessions
	long    time.Duration
	out     string
	stdout  io.Writer
	show    func(engine, doing string)

	result *report.Scale
}

// measureScale measures with ever more rows.
func measureScale(ctx context.Context, r *measure.Run, named bool, stdout io.Writer, out string) error {
	s := scale{
		engines: r.Engines, named: named, most: cmp.Or(r.Sessions, 10_000_000), long: r.Long / 10,
		out: out, stdout: stdout, show: r.Progress.Show,
	}
	defer r.Progress.Ended()
	if s.most < 10 || s.long < 0 {
		return errors.New("-sessions must be 10 or more, and -time not negative")
	}
	return s.all(ctx)
}

// all measures everything that is not in the file yet.
func (s *scale) all(ctx context.Context) (err error) {
	s.result, err = report.ReadScale(s.out)
	if errors.Is(err, fs.ErrNotExist) {
		s.result, err = new(report.Scale), nil
	}
	if err != nil {
		return err
	}
	s.result.Conditions = measure.Conditions(ctx)
	for _, e := range s.engines {
		if len(e.Sizes()) == 0 {
			continue
		}
		err := s.engine(ctx, e)
		if missing, ok := errors.AsType[*containers.MissingError](err); ok && !s.named {
			s.show(e.Name, "not measured: "+missing.Error())
			continue
		}
		if ctx.Err() != nil {
			return errors.New("interrupted: the next run continues from here")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", e.Name, err)
		}
	}
	return nil
}

// left returns the sizes that are still to be measured, ascending.
func (s *scale) left(e *engines.Engine, measured *report.Scaled) []int {
	var list []int
	for i, n := range e.Sizes() {
		if i == 0 {
			n = min(n, s.most)
		}
		if n <= s.most && measured.Size(n) == nil {
			list = append(list, n)
		}
	}
	return list
}

// engine measures one engine, and removes the rows that it created.
func (s *scale) engine(ctx context.Context, e *engines.Engine) (err error) {
	measured := s.result.Engine(e.Name)
	sizes := s.left(e, measured)
	if len(sizes) == 0 {
		return nil
	}
	o, err := e.OpenEmpty(ctx, time.Now().UTC().Truncate(time.Millisecond), func(doing string) { s.show(e.Name, doing) })
	if err != nil {
		return err
	}
	defer func() {
		s.show(e.Name, "cleaning up")
		err = errors.Join(err, o.Close())
	}()
	measured.Title, measured.Version, measured.Base = e.Title, o.Version, e.Base
	for _, n := range sizes {
		if err := s.size(ctx, o, measured, n); err != nil {
			return err
		}
	}
	return nil
}

// size measures with n sessions.
func (s *scale) size(ctx context.Context, o *engines.Opened, measured *report.Scaled, n int) error {
	tell := func(doing string) { s.show(o.Engine.Name, fmt.Sprintf("%d sessions: %s", n, doing)) }
	size := &report.Size{Sessions: n, Load: measure.Load()}
	dead := min(100_000, n/10)
	had := o.Sessions()
	begin := time.Now()
	shown := begin
	err := o.Grow(ctx, n, dead, func(done float64) {
		if time.Since(shown) > 5*time.Second {
			shown = time.Now()
			left := time.Duration(float64(time.Since(begin)) * (1 - done) / done)
			tell(fmt.Sprintf("loading, %.0f %%, about %s left", 100*done, left.Round(time.Second)))
		}
	})
	if err != nil {
		return err
	}
	tell("creating indexes")
	if err := o.Settle(ctx); err != nil {
		return err
	}
	size.Loaded, size.Seconds = n-had+dead, time.Since(begin).Seconds()
	held, err := o.Held(ctx)
	if err != nil {
		return err
	}
	size.Bytes = float64(held / int64(n+dead))
	if o.InProcess() {
		tell("collecting garbage")
		size.GCClock, size.GC = measure.FullGC()
	}
	tell("sweeping")
	if size.Sweep, err = measure.Sweep(ctx, o, s.long); err != nil {
		return err
	}
	if err := errors.Join(o.Settle(ctx), o.Match(ctx)); err != nil {
		return err
	}
	tell("reading")
	read := o.Read()
	if err := o.Check(ctx, read); err != nil {
		return err
	}
	call, err := measure.Call(ctx, o, read, nil, 2*s.long, func(time.Duration) {})
	if err != nil {
		return err
	}
	size.Tenon, size.Raw, size.Ratio = call.Figures[0].Micros, call.Figures[1].Micros, call.Figures[0].Ratio
	for competitor, growth := range []*report.Ratio{&size.Growth, &size.RawGrowth} {
		against := o.AgainstFew(competitor)
		if against == nil {
			*growth = report.Ratio{Median: 1, Q1: 1, Q3: 1}
			continue
		}
		call, err := measure.Call(ctx, against, read, nil, 2*s.long, func(time.Duration) {})
		if err != nil {
			return err
		}
		*growth = call.Figures[0].Ratio
	}
	if n == min(o.Engine.Sizes()[0], s.most) {
		if size.Crowd, err = s.crowd(ctx, o); err != nil {
			return err
		}
	}
	measured.Sizes = append(measured.Sizes, size)
	fmt.Fprintf(s.stdout, "%s, %d sessions: %.0f s to load, %.0f B each; read %.1f µs, %s of %s; sweep %.1f µs a row, batches %s ms (alone %s), a writer waited %s ms\n",
		o.Engine.Title, n, size.Seconds, size.Bytes, size.Tenon, size.Ratio, o.Engine.Base, size.Sweep.MicrosPerRow, size.Sweep.Batches, size.Sweep.BatchesAlone, size.Sweep.Beside)
	return s.result.Write(s.out)
}

// crowd measures calls by many goroutines. It compares them with as many goroutines on
// the raw driver, and with a single goroutine.
func (s *scale) crowd(ctx context.Context, o *engines.Opened) ([]report.Crowd, error) {
	whole := o.Engine
	defer func() { o.Engine = whole }()
	longer := *whole
	longer.Slice *= 20 // so that each goroutine has several calls
	o.Engine = &longer
	var list []report.Crowd
	for _, call := range o.CrowdCalls() {
		s.show(whole.Name, fmt.Sprintf("%d goroutines: %s of %s", engines.Crowd, call.Name, call.About))
		raw, err := measure.Call(ctx, o, call, nil, s.long, func(time.Duration) {})
		if err != nil {
			return nil, err
		}
		one, err := measure.Call(ctx, o.AgainstOne(), call, nil, s.long, func(time.Duration) {})
		if err != nil {
			return nil, err
		}
		c := report.Crowd{Call: call.Name, On: call.About, Goroutines: engines.Crowd, PerSecond: float64(int(1e6 / raw.Figures[0].Micros)), Raw: raw.Figures[0].Ratio, One: one.Figures[0].Ratio}
		list = append(list, c)
		fmt.Fprintf(s.stdout, "%s, %d goroutines, %s of %s: %.0f a second, time %s of %s, %s of one\n", whole.Title, c.Goroutines, c.Call, c.On, c.PerSecond, c.Raw, whole.Base, c.One)
	}
	return list, nil
}
