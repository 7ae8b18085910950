package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenon-go/tenon/bench/engines"
	"github.com/tenon-go/tenon/bench/measure"
	bench "github.com/tenon-go/tenon/bench/report"
	"github.com/tenon-go/tenon/conformance/report"
)

// benchFlags are the values of the flags of tenon bench.
type benchFlags struct {
	dsn      []string
	time     time.Duration
	sessions int
	report   string
	format   string
}

// benchClients are the numbers of concurrent clients for which throughput is measured.
var benchClients = []int{1, 8, 64}

func (t tool) benchCommand() *cobra.Command {
	var flags benchFlags
	measured := t.measurable()
	cmd := &cobra.Command{
		Use:   "bench [adapter...]",
		Short: "Measure adapters on this machine, against the raw database drivers",
		Long:  t.benchHelp(measured),
		Example: `  tenon bench memory sqlite
  tenon bench sqlite postgres --time 5m --sessions 1000000
  tenon bench postgres --dsn postgres://me@localhost/tenon_test
  tenon bench memory sqlite --report out`,
		ValidArgsFunction: measured.completeAdapters,
		RunE: func(cmd *cobra.Command, args []string) error {
			run, err := measured.prepareBench(flags, args)
			if err != nil {
				return err
			}
			return t.bench(cmd.Context(), run, flags)
		},
		DisableFlagsInUseLine: true,
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringArrayVar(&flags.dsn, "dsn", nil, "measure on a running server: a `DSN`, or adapter=DSN if\nit does not begin with a scheme; repeat the flag for\nother adapters; a variable such as TENON_POSTGRES_DSN\nhides a password better (see tenon verify --help)")
	f.DurationVar(&flags.time, "time", 75*time.Second, "total `time` of the measurements, without the start of\nservers and the loading of tables")
	f.IntVar(&flags.sessions, "sessions", 100_000, "load `N` sessions, and a tenth more that have expired,\nfor the sweep")
	f.StringVar(&flags.report, "report", "", "also write the result to bench.json and report.html in\n`dir`; verify --report with the same dir adds its part")
	f.StringVar(&flags.format, "format", "text", "output format: `text` or json")
	return cmd
}

func (t tool) benchHelp(measured tool) string {
	var b strings.Builder
	b.WriteString(`Bench measures what Tenon's adapters cost on this machine. It compares each
adapter with the raw database driver on the same tables:

  - for each operation, the median and the 99th percentile of its time, round
    trips, bytes on the wire and allocations
  - the calls per second of 1, 8 and 64 clients
  - a sweep of expired sessions while another goroutine writes

Adapter and driver take turns in short slices, so other load on the machine
slows both, and their ratio stays meaningful.

Without arguments it measures every adapter that can run on this machine, and
says which cannot and why. An adapter that you name, or give a DSN, must run, or
bench fails.

Adapters:
`)
	for _, a := range measured.adapters {
		fmt.Fprintf(&b, "  %-10s against %s\n", a.name, engineOf(a).Base)
	}
	b.WriteString(`
Servers in containers keep their data in memory. To measure your disks and your
network, give a DSN. As for tenon verify, the database must have "test" in its
name, or be empty if it is one of Redis or Valkey, which have no names. Bench
creates its own schema, database, collections or keys there, and removes them.

Progress goes to standard error. Ctrl-C ends the run, prints the results so far
and removes what bench started.

Exit status: 0 if everything was measured, 1 if not, 2 for a wrong command line,
130 after Ctrl-C.`)
	return b.String()
}

// engineOf returns the engine that measures an adapter, or nil if bench does not
// measure it.
func engineOf(a adapter) *engines.Engine {
	i := slices.IndexFunc(engines.All, func(e *engines.Engine) bool { return e.Name == a.name && e.Sizes() != nil })
	if i < 0 {
		return nil
	}
	return engines.All[i]
}

// measurable returns the tool with only those adapters that bench measures.
func (t tool) measurable() tool {
	t.adapters = slices.DeleteFunc(slices.Clone(t.adapters), func(a adapter) bool { return engineOf(a) == nil })
	return t
}

// prepareBench parses the command line. Its errors are usage errors.
func (t tool) prepareBench(flags benchFlags, args []string) (*measure.Run, error) {
	if err := checkFormat(flags.format); err != nil {
		return nil, err
	}
	if flags.time < 0 || flags.sessions < 10 {
		return nil, errors.New("--time must not be negative, and --sessions must be at least 10")
	}
	adapters, err := t.findAdapters(args)
	if err != nil {
		return nil, err
	}
	dsn, err := t.dataSources(flags.dsn, adapters)
	if err != nil {
		return nil, err
	}
	run := &measure.Run{
		Calls: engines.StoreCalls, Users: max(flags.sessions/5, 1), Sessions: flags.sessions,
		Budget: flags.time, Whole: benchClients,
		Progress: measure.NewProgress(t.stderr, func() int { return t.terminalWidth(t.stderr) }, 0),
	}
	required := map[string]bool{}
	for _, a := range adapters {
		demanded, err := t.demanded(a.name)
		if err != nil {
			return nil, err
		}
		required[a.name] = demanded || dsn[a.name] != "" || slices.Contains(args, a.name)
		e := *engineOf(a)
		e.DSN = dsn[a.name]
		run.Engines = append(run.Engines, &e)
	}
	run.Required = func(e *engines.Engine) bool { return required[e.Name] }
	return run, nil
}

// bench measures the adapters and writes the results.
func (t tool) bench(ctx context.Context, run *measure.Run, flags benchFlags) error {
	if err := makeReportDir(flags.report); err != nil {
		return err
	}
	text := flags.format == "text"
	run.Measured = func(e bench.Engine) error {
		if text {
			return e.WriteDriver(t.stdout, t.style(t.stdout).Color)
		}
		return nil
	}
	var names []string
	for _, e := range run.Engines {
		names = append(names, e.Name)
	}
	fmt.Fprintf(t.stderr, "Measuring %s, each with %d sessions: about %s in all, plus the time to pull images.\n",
		strings.Join(names, ", "), run.Sessions, run.Estimate().Round(5*time.Second))
	result, err := run.All(ctx)
	failed := t.writeBench(result, flags)
	switch {
	case errors.Is(err, measure.ErrInterrupted):
		fmt.Fprintln(t.stderr, "tenon: interrupted: the results above are complete up to that point")
		return exitInterrupted
	case err != nil:
		fmt.Fprintf(t.stderr, "tenon: %s\n", report.Printable(err.Error()))
		return exitFailed
	case failed != nil:
		fmt.Fprintf(t.stderr, "tenon: writing the result: %v\n", failed)
		return exitFailed
	case len(result.Engines) == 0:
		fmt.Fprintln(t.stderr, "tenon: nothing could be measured")
		return exitFailed
	}
	return nil
}

// writeBench writes the results, if there are any.
func (t tool) writeBench(result *bench.Result, flags benchFlags) error {
	if result == nil || len(result.Engines) == 0 {
		return nil
	}
	if flags.report != "" {
		if err := result.WriteFiles(flags.report); err != nil {
			return err
		}
	}
	if flags.format == "text" {
		_, err := fmt.Fprintf(t.stdout, "\n%s\n", bench.DriverLegend)
		return err
	}
	encoder := json.NewEncoder(t.stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(result)
}
