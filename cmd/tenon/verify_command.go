package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	bench "github.com/tenon-go/tenon/bench/report"
	"github.com/tenon-go/tenon/conformance/report"
)

// verifyFlags are the values of the flags of tenon verify.
type verifyFlags struct {
	run    string
	list   bool
	dsn    []string
	format string
	report string

	parallel    int
	environment bool
}

func (t tool) verifyCommand() *cobra.Command {
	var flags verifyFlags
	cmd := &cobra.Command{
		Use:               "verify [adapter...]",
		Short:             "Judge adapters against the contract, clause by clause",
		Long:              t.verifyHelp(),
		Example:           verifyExamples,
		ValidArgsFunction: t.completeAdapters,
		RunE: func(cmd *cobra.Command, args []string) error {
			if flags.environment {
				return t.judgeEnvironment(cmd.Context(), flags, args)
			}
			v, err := t.prepare(flags, args)
			switch {
			case err != nil:
				return err
			case flags.list:
				return t.list(v)
			}
			if err := makeReportDir(flags.report); err != nil {
				return err
			}
			return t.verify(cmd.Context(), v, flags)
		},
		DisableFlagsInUseLine: true,
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&flags.run, "run", "", "run only checks that match `pattern`: regular expressions\nseparated by slashes (clause/sentence/type), as for\ngo test -run")
	f.BoolVar(&flags.list, "list", false, "print the names of the checks, and run none of them")
	f.StringArrayVar(&flags.dsn, "dsn", nil, "judge an adapter on a running server: a `DSN`, or\nadapter=DSN if it does not begin with a scheme; repeat the\nflag for other adapters; a variable such as\nTENON_POSTGRES_DSN hides a password better (see\nEnvironment)")
	f.StringVar(&flags.format, "format", "text", "`text`, or json as in docs/report.md")
	f.StringVar(&flags.report, "report", "", "also write the report to files in `dir`: report.html,\nreport.json, report.md, junit.xml and badge.json")
	f.IntVar(&flags.parallel, "parallel", defaultParallel(), "judge `n` adapters at a time; the default depends on the\nnumber of processors; those in this process come first,\none for every two processors at most")
	f.BoolVar(&flags.environment, "environment", false, "judge your own servers as they are configured, and list\ntheir settings and objects")
	cmd.MarkFlagsMutuallyExclusive("list", "format")
	cmd.MarkFlagsMutuallyExclusive("list", "report")
	cmd.MarkFlagsMutuallyExclusive("environment", "report")
	cmd.MarkFlagsMutuallyExclusive("environment", "list")
	cmd.MarkFlagsMutuallyExclusive("environment", "run")
	return cmd
}

func (t tool) verifyHelp() string {
	var b strings.Builder
	b.WriteString(`Verify runs the conformance suite over adapters and reports, clause by clause,
whether they keep the contract (docs/spec.md).

Without arguments it judges every adapter that can run on this machine, and says
which cannot and why. An adapter that you name, or give a DSN, must run, or
verify fails.

Adapters. Servers start in containers, unless a DSN names a running server:
`)
	t.writeAdapters(&b, false)
	b.WriteString("\nVariants. Verify judges them only if you name them, in their own containers:\n")
	t.writeAdapters(&b, true)
	b.WriteString(`
A database that a DSN names must have "test" in its name. A database of Redis or
Valkey has no name, so it must be empty. Verify creates and removes schemas,
databases, collections or keys there.

With --environment, verify examines your own servers as they are configured. The
database may have any name. On each server that --dsn or the environment names,
verify runs one short program of calls, in tables that it creates and removes.
Then it lists the settings that differ from the default, and the objects around
tables named users and sessions. For each it prints what docs/settings.md says,
or "not judged here" if it is not on that page. For SQLite, name a file
(sqlite=app.db). Verify works on a copy of the file.

The report goes to standard output, progress to standard error. Ctrl-C ends the
run and removes what verify started.

With --report, verify also writes the report to files: a page for people
(report.html), Markdown, JSON, JUnit XML for CI, and a badge for shields.io. The
files contain no DSN and no server's name, so you can publish them.

Other users of this machine can see a password in --dsn, in the list of
processes. They cannot see one in an environment variable.

Exit status: 0 if everything passed (with --environment: if every call was
right), 1 if not, 2 for a wrong command line, 130 after Ctrl-C.

Environment:
  TENON_POSTGRES_DSN, TENON_MYSQL_DSN, TENON_MARIADB_DSN, TENON_MONGO_URI,
  TENON_REDIS_URL, TENON_VALKEY_URL
                           the DSNs of running servers, used without --dsn
  TENON_ANY_DATABASE       "1": accept databases without "test" in their names,
                           and ones that are not empty
  TENON_POSTGRES_17_IMAGE  the image to start instead of postgres:17; likewise
                           TENON_MYSQL_9_IMAGE and so on
  TENON_REQUIRE            adapters, separated by commas, or "all": they must
                           run, as if you had named them
  NO_COLOR                 if not empty, no colours`)
	return b.String()
}

// writeAdapters lists the variants, or the adapters that are not variants.
func (t tool) writeAdapters(b *strings.Builder, variants bool) {
	for _, a := range t.adapters {
		if a.variant == variants {
			fmt.Fprintf(b, "  %-16s %s\n", a.name, a.summary)
		}
	}
}

const verifyExamples = `  tenon verify
  tenon verify memory sqlite
  tenon verify postgres:15 postgres:18 mongo:standalone galera
  tenon verify postgres --dsn postgres://me@localhost/tenon_test
  tenon verify mysql --dsn 'mysql=me@tcp(localhost:3306)/tenon_test'
  tenon verify mongo --dsn 'mongodb://localhost/tenon_test?replicaSet=rs0'
  tenon verify memory --run 'SES|LEA'
  tenon verify memory --run 'SES-07/resurrect/rich'
  tenon verify --format json >report.json
  tenon verify --report out
  tenon verify --environment --dsn postgres://me@localhost/app
  tenon verify --environment --dsn sqlite=app.db`

// prepare parses the command line. Its errors are usage errors.
func (t tool) prepare(flags verifyFlags, args []string) (*verification, error) {
	if err := checkFormat(flags.format); err != nil {
		return nil, err
	}
	adapters, err := t.findAdapters(args)
	if err != nil {
		return nil, err
	}
	dsn, err := t.dataSources(flags.dsn, adapters)
	if err != nil {
		return nil, err
	}
	if flags.parallel < 1 {
		return nil, fmt.Errorf("--parallel %d: must be at least 1", flags.parallel)
	}
	p, err := parsePattern(flags.run)
	if err != nil {
		return nil, err
	}
	demanded := map[string]bool{}
	for _, a := range adapters {
		if a.unset != "" && t.getenv(a.unset) != "" {
			return nil, fmt.Errorf("%s starts its own container, but %s names a running server: unset %s", a.name, a.unset, a.unset)
		}
		if demanded[a.name], err = t.demanded(a.name); err != nil {
			return nil, err
		}
	}
	v := &verification{
		adapters: adapters,
		dsn:      dsn,
		match:    p.match,
		command:  t.command,
		args:     shownArgs(flags, args),
		now:      t.now,
		parallel: flags.parallel,
		required: func(a adapter) bool {
			return slices.Contains(args, a.name) || dsn[a.name] != "" || demanded[a.name]
		},
		progress: &progress{w: t.stderr, width: func() int { return t.terminalWidth(t.stderr) }, of: len(adapters)},
	}
	if !slices.ContainsFunc(adapters, func(a adapter) bool { return len(v.chooseChecks(a)) > 0 }) {
		return nil, fmt.Errorf("--run %q matches no check (tenon verify --list prints their names)", flags.run)
	}
	return v, nil
}

// shownArgs returns the command line without DSNs, which can contain a password.
func shownArgs(flags verifyFlags, args []string) string {
	var b strings.Builder
	for _, arg := range args {
		b.WriteString(" " + arg)
	}
	for range flags.dsn {
		b.WriteString(" --dsn …")
	}
	if flags.run != "" {
		fmt.Fprintf(&b, " --run '%s'", flags.run)
	}
	if flags.report != "" {
		b.WriteString(" --report " + filepath.Base(flags.report))
	}
	return b.String()
}

// makeReportDir creates the directory of --report. It is called before the run, since an
// error after a long run would come too late.
func makeReportDir(dir string) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("--report: %w", err)
	}
	return nil
}

// defaultParallel returns the number of adapters that are judged at a time on this
// machine: one for every two processors, at least two and at most four. The suite runs
// several checks at once for each adapter, and the servers need processors too. With only
// one at a time, processors would be idle while a server starts, and while a check waits
// for a server that is cut off. The limit of four is there because each server needs
// memory.
func defaultParallel() int { return min(max(2, runtime.GOMAXPROCS(0)/2), 4) }

func checkFormat(name string) error {
	if _, ok := formats[name]; !ok {
		return fmt.Errorf("--format %q: the formats are json, text", name)
	}
	return nil
}

// list prints the names of the selected checks: one list if all adapters have
// the same checks, else one list for each adapter.
func (t tool) list(v *verification) error {
	var b strings.Builder
	first := v.chooseChecks(v.adapters[0])
	if !slices.ContainsFunc(v.adapters, func(a adapter) bool { return !slices.Equal(v.chooseChecks(a), first) }) {
		for _, name := range first {
			fmt.Fprintln(&b, name)
		}
	} else {
		for _, a := range v.adapters {
			fmt.Fprintf(&b, "%s:\n", a.name)
			for _, name := range v.chooseChecks(a) {
				fmt.Fprintf(&b, "  %s\n", name)
			}
		}
	}
	if _, err := fmt.Fprint(t.stdout, b.String()); err != nil {
		fmt.Fprintf(t.stderr, "tenon: %v\n", err)
		return exitFailed
	}
	return nil
}

// verify judges the adapters and writes the report.
func (t tool) verify(ctx context.Context, v *verification, flags verifyFlags) error {
	if t.getenv("GOGC") == "" {
		// The heap is small. Collecting it as often as by default would take a sixth of
		// the time of the adapters in this process.
		debug.SetGCPercent(400)
	}
	r, err := v.run(ctx)
	if err != nil {
		fmt.Fprintf(t.stderr, "tenon: cannot clean up: %s\n", report.Printable(err.Error()))
	}
	if err := formats[flags.format](t, r); err != nil {
		fmt.Fprintf(t.stderr, "tenon: writing the report: %v\n", err)
		return exitFailed
	}
	if flags.report != "" {
		if err := errors.Join(r.WriteFiles(flags.report), bench.AddFrom(flags.report)); err != nil {
			fmt.Fprintf(t.stderr, "tenon: writing the report: %v\n", err)
			return exitFailed
		}
		fmt.Fprintf(t.stderr, "The report is in %s. After you publish the files, this line of Markdown shows the badge:\n%s\n",
			report.Printable(filepath.Join(flags.report, "report.html")), report.BadgeMarkdown)
	}
	switch {
	case r.Interrupted:
		return exitInterrupted
	case err != nil || !r.Passed():
		return exitFailed
	}
	return nil
}

// formats maps the values of --format to functions that write the report.
var formats = map[string]func(tool, report.Report) error{
	"text": func(t tool, r report.Report) error { return r.WriteText(t.stdout, t.style(t.stdout)) },
	"json": func(t tool, r report.Report) error { return r.WriteJSON(t.stdout) },
}
