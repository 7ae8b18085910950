// Bench measures what Tenon costs compared with the drivers that it uses, and what
// other libraries cost:
//
//	go run ./bench                                  # everything, on servers in containers
//	go run ./bench -engines sqlite,postgres -time 5s -pin
//	go run ./bench -report docs/performance.json    # writes docs/performance.md
//	go run ./bench -judged out/report.json          # writes the matrix of docs/choosing.md
//	go run ./bench -scale -out docs/scale.json      # with millions of sessions
//	go run ./bench -scale -report docs/scale.json   # writes the figures of docs/scale.md
//
// See go run ./bench -help.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/tenon-go/tenon/bench/engines"
	"github.com/tenon-go/tenon/bench/internal/peers"
	"github.com/tenon-go/tenon/bench/measure"
	"github.com/tenon-go/tenon/bench/report"
	"github.com/tenon-go/tenon/conformance/containers"
)

func main() {
	containers.Quiet()
	// After the first signal, the run ends and keeps its results. Then Go's default
	// handling is back, so a second signal ends the process at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	err := command(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

const usage = `Bench measures Tenon, the raw drivers on Tenon's tables, and other libraries, in
one process, in short slices in random order.

Servers start in containers, unless TENON_POSTGRES_DSN, TENON_MYSQL_DSN,
TENON_MARIADB_DSN, TENON_MONGO_URI, TENON_REDIS_URL or TENON_VALKEY_URL names a
running one. Its database must have "test" in its name, or be empty in Redis and
Valkey. Ctrl-C ends a run, which keeps its results so far.

`

// command runs the command. It is main without os.Args, os.Stdout and os.Exit.
func command(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	r := measure.Run{Measured: func(e report.Engine) error { return e.WriteTable(stdout) }}
	engineNames := flags.String("engines", "", "measure these `engines`, separated by commas: "+strings.Join(engines.Names(), ", ")+"; default: all")
	callNames := flags.String("calls", "", "measure these `calls`, separated by commas: "+strings.Join(engines.CallNames(), ", ")+"; default: all")
	flags.IntVar(&r.Sessions, "sessions", 0, "load `N` sessions; default: 100000; with -scale, up to 10000000")
	scaled := flags.Bool("scale", false, "measure with ever more sessions, a sweep of expired ones, and many goroutines; a later run continues with the file of -out")
	flags.IntVar(&r.Users, "users", 0, "load `N` users; default: a fifth of the sessions")
	flags.DurationVar(&r.Long, "time", 20*time.Second, "measure each call for this `time`, and for at least 5 rounds")
	flags.BoolVar(&r.Pin, "pin", false, "keep client and server on one core, on engines that have a server")
	out := flags.String("out", "", "write the result to this `file`; default: tenon-bench.json, or tenon-scale.json")
	from := flags.String("report", "", "measure nothing: write the page and its charts from this result `file`; with -scale, from a result of -scale")
	judged := flags.String("judged", "", "measure nothing: write the matrix of choosing.md from this `file`, the report.json of tenon verify --report")
	docs := flags.String("docs", "docs", "with -report: write to this `folder`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q: bench accepts only flags, see -help", flags.Arg(0))
	}
	switch {
	case *judged != "":
		return writeJudged(*judged, *docs)
	case *from != "" && *scaled:
		return writeScale(*from, *docs)
	case *from != "":
		return writePage(*from, *docs)
	}
	var err error
	if r.Engines, err = engines.Choose(peers.Engines(), *engineNames); err != nil {
		return err
	}
	if r.Calls, err = engines.ChooseCalls(*callNames); err != nil {
		return err
	}
	named := *engineNames != ""
	r.Required = func(*engines.Engine) bool { return named }
	r.Progress = measure.NewProgress(stderr, func() int { return terminalWidth(stderr) }, r.Long)
	if *scaled {
		return measureScale(ctx, &r, named, stdout, cmp.Or(*out, "tenon-scale.json"))
	}
	r.Sessions = cmp.Or(r.Sessions, 100_000)
	if r.Users == 0 {
		r.Users = max(r.Sessions/5, 1)
	}
	if r.Sessions < 1 || r.Users < 1 || r.Long < 0 {
		return errors.New("-sessions and -users must be positive, and -time not negative")
	}
	result, err := r.All(ctx)
	if result != nil && len(result.Engines) > 0 {
		fmt.Fprintf(stdout, "\n%s\n", report.Legend)
		file := cmp.Or(*out, "tenon-bench.json")
		if failed := result.Write(file); failed != nil {
			return errors.Join(err, failed)
		}
		fmt.Fprintf(stdout, "The result is in %s.\n", file)
	}
	return err
}

// writePage writes the page of a result, and its charts, to a folder.
func writePage(file, folder string) error {
	r, err := report.Read(file)
	if err != nil {
		return err
	}
	if err := writeFiles(folder, r.Page()); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(folder, "choosing.md")); errors.Is(err, fs.ErrNotExist) {
		return nil // not the folder of Tenon's own pages
	}
	return writeMatrix(folder, r)
}

// writeJudged writes the matrix of choosing.md from a report of tenon verify. It keeps
// what the matrix needs of the report in choosing.json.
func writeJudged(file, folder string) error {
	j, err := report.ReadJudged(file)
	if err != nil {
		return err
	}
	if err := j.Write(filepath.Join(folder, "choosing.json")); err != nil {
		return err
	}
	r, err := report.Read(filepath.Join(folder, "performance.json"))
	if err != nil {
		return err
	}
	return writeMatrix(folder, r)
}

// writeMatrix writes the matrix of choosing.md.
func writeMatrix(folder string, measured *report.Result) error {
	text, err := os.ReadFile(filepath.Join(folder, "choosing.md"))
	if err != nil {
		return err
	}
	j, err := report.ReadJudged(filepath.Join(folder, "choosing.json"))
	if err != nil {
		return err
	}
	page, err := j.Choosing(string(text), measured)
	if err != nil {
		return err
	}
	return writeFiles(folder, map[string]string{"choosing.md": page})
}

// writeScale writes the figures of a result of -scale into docs/scale.md, and its
// chart.
func writeScale(file, folder string) error {
	s, err := report.ReadScale(file)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(folder, "scale.md"))
	if err != nil {
		return err
	}
	files, err := s.Page(string(text))
	if err != nil {
		return err
	}
	return writeFiles(folder, files)
}

func writeFiles(folder string, files map[string]string) error {
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// terminalWidth returns the number of w's columns, or 0 if w is not a terminal.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width <= 0 {
		return 80
	}
	return width
}
