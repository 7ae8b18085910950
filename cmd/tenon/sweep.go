package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenon-go/tenon/conformance/report"
	"github.com/tenon-go/tenon/spec"
)

// sweepDSN is the environment variable with the DSN, used without --dsn. Unlike an
// argument it does not appear in the list of processes.
const sweepDSN = "TENON_SWEEP_DSN"

// sweepLimit is the maximum number of sessions that one call deletes. Progress is shown
// after each call. Adapters delete in batches that take a fraction of a second.
const sweepLimit = 10_000

// swept is a store of sessions whose attributes are unknown.
type swept = *spec.SessionStore[struct{}]

// place says where the sessions are. An empty field means the adapter's default.
type place struct {
	table  string // or collection
	schema string // or database, in MySQL and MariaDB
	prefix string // of keys
}

// sweeper is what tenon sweep knows about an adapter.
type sweeper struct {
	open  func(ctx context.Context, dsn string, p place) (swept, error)
	takes []string // the flags that apply to it, of those that set a place
}

func (t tool) sweepCommand() *cobra.Command {
	var dsn string
	var p place
	cmd := &cobra.Command{
		Use:   "sweep",
		Short: "Delete the expired sessions of an application",
		Long:  t.sweepHelp(),
		Example: `  TENON_SWEEP_DSN=postgres://app:secret@db/app tenon sweep
  tenon sweep --dsn 'mysql=app@tcp(db)/app' --sessions-table user_session
  tenon sweep --dsn mongodb://localhost/app
  tenon sweep --dsn redis://localhost/0 --prefix app
  tenon sweep --dsn sqlite=app.db`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			value := dsn
			if value == "" {
				value = t.getenv(sweepDSN)
			}
			a, source, err := t.findSweeper(value)
			if err != nil {
				return err
			}
			for _, name := range []string{"sessions-table", "schema", "prefix"} {
				if cmd.Flags().Changed(name) && !slices.Contains(a.sweeper.takes, name) {
					return fmt.Errorf("--%s does not apply to %s", name, a.name)
				}
			}
			return t.sweep(cmd.Context(), a, source, p)
		},
		DisableFlagsInUseLine: true,
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&dsn, "dsn", "", "the `DSN`, or adapter=DSN if it does not begin\nwith a scheme (default: $"+sweepDSN+")")
	f.StringVar(&p.table, "sessions-table", "", "the `name` of the table or collection\n(default \"sessions\")")
	f.StringVar(&p.schema, "schema", "", "the `name` of the table's schema, or of its\ndatabase in MySQL and MariaDB (default: the\nconnection's)")
	f.StringVar(&p.prefix, "prefix", "", "the `prefix` of keys in Redis and Valkey\n(default \"tenon\")")
	return cmd
}

func (t tool) sweepHelp() string {
	return `Sweep deletes the expired sessions of an application. It is meant for cron and
the like.

Sweep does not need the application's types, and refuses a table that is not one
of sessions. It deletes in small batches, so the application can go on, and
several sweeps can run at once. It deletes the sessions that have expired when
it begins, by the clock of this machine.

DSNs:
` + report.Wrap(80, "  ", strings.Fields(strings.Join(dsnForms(t.sweepers()), " "))) + `
Other users of this machine can see a password in --dsn, in the list of
processes. They cannot see one in ` + sweepDSN + `.

The summary goes to standard output. Errors go to standard error, as does
progress on a terminal. If sweep fails, or is ended by Ctrl-C or SIGTERM, it
says how many sessions it has deleted. The next sweep deletes the rest.

Exit status: 0 if no expired session is left, 1 if it failed, 2 for a wrong
command line, 130 after Ctrl-C or SIGTERM.`
}

// sweepers returns the adapters whose stores can be swept. An adapter without schemes
// accepts the path of a file.
func (t tool) sweepers() []adapter {
	list := slices.DeleteFunc(slices.Clone(t.adapters), func(a adapter) bool { return a.sweeper == nil })
	for i := range list {
		if list[i].schemes == nil {
			list[i].schemes, list[i].dsn = []string{}, "FILE"
		}
	}
	return list
}

// findSweeper returns the adapter that accepts a value of --dsn, and the DSN without the
// adapter's name. A DSN can contain a password, so no error repeats it.
func (t tool) findSweeper(value string) (adapter, string, error) {
	if value == "" {
		return adapter{}, "", fmt.Errorf("nothing to sweep: give --dsn, or set %s", sweepDSN)
	}
	list := t.sweepers()
	i := slices.IndexFunc(list, func(a adapter) bool { return a.takes(value) })
	if i < 0 {
		return adapter{}, "", fmt.Errorf("no adapter accepts this DSN; accepted are: %s", strings.Join(dsnForms(list), ", "))
	}
	return list[i], strings.TrimPrefix(value, list[i].name+"="), nil
}

// sweep deletes the sessions that have expired by now, and writes the summary.
func (t tool) sweep(ctx context.Context, a adapter, dsn string, p place) error {
	now := t.now()
	store, err := a.sweeper.open(ctx, dsn, p)
	if err != nil {
		return t.sweepFailed(ctx, err, "nothing was deleted")
	}
	deleted, err := t.sweepAll(ctx, store, now)
	closing := store.Close()
	if err != nil {
		text := countSessions(deleted)
		if errors.Is(err, spec.ErrIndeterminate) {
			text = "at least " + text
		}
		return t.sweepFailed(ctx, err, text+" deleted before that")
	}
	if closing != nil {
		fmt.Fprintf(t.stderr, "tenon: %s\n", report.Printable(closing.Error()))
	}
	if _, err := fmt.Fprintf(t.stdout, "%s deleted that had expired by %s\n", countSessions(deleted), now.UTC().Format(time.DateTime+" MST")); err != nil {
		fmt.Fprintf(t.stderr, "tenon: %v\n", err)
		return exitFailed
	}
	return nil
}

// sweepAll sweeps until no expired session is left, and returns the number of sessions
// that it deleted.
func (t tool) sweepAll(ctx context.Context, store swept, now time.Time) (deleted int64, err error) {
	terminal := t.terminalWidth(t.stderr) > 0
	if terminal {
		defer fmt.Fprint(t.stderr, "\r\x1b[K")
	}
	for {
		n, err := store.DeleteExpiredSessions(ctx, spec.Sweep{Now: now, Limit: sweepLimit, Everyone: true})
		deleted += n
		if err != nil || n == 0 {
			return deleted, err
		}
		if terminal {
			fmt.Fprintf(t.stderr, "\r\x1b[K%s deleted", countSessions(deleted))
		}
	}
}

// sweepFailed reports why a sweep ended early, and what it did before.
func (t tool) sweepFailed(ctx context.Context, err error, done string) error {
	if ctx.Err() != nil {
		fmt.Fprintf(t.stderr, "tenon: sweep: interrupted; %s\n", done)
		return exitInterrupted
	}
	fmt.Fprintf(t.stderr, "tenon: sweep: %s; %s\n", report.Printable(err.Error()), done)
	return exitFailed
}

func countSessions(n int64) string {
	if n == 1 {
		return "1 session"
	}
	return fmt.Sprintf("%d sessions", n)
}
