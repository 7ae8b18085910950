package sqlite_test

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"modernc.org/sqlite"

	"github.com/tenon-go/tenon/internal/environment"
)

var (
	journalModes = []string{"DELETE", "TRUNCATE", "PERSIST", "MEMORY", "WAL", "OFF"}
	vacuums      = []string{"FULL", "INCREMENTAL"}
	syncs        = []string{"OFF", "NORMAL", "EXTRA"}
	timeouts     = []string{"0", "1", maxInt32}
)

// parameters are the driver's parameters, with values that are not the default. _pragma
// is tried with each pragma.
var parameters = map[string][]string{
	"_auto_vacuum": vacuums, "_vacuum": vacuums,
	"_busy_timeout": timeouts, "_timeout": timeouts,
	"_defensive":    {"1"},
	"_dqs":          {"0"},
	"_error_rc":     {"1"},
	"_foreign_keys": {"on", "off"}, "_fk": {"on", "off"},
	"_inttotime":    {"1"},
	"_journal_mode": journalModes, "_journal": journalModes,
	"_query_only":  {"on"},
	"_synchronous": syncs, "_sync": syncs,
	"_texttotime":          {"1"},
	"_time_format":         {"sqlite", "datetime"},
	"_time_integer_format": {"unix", "unix_milli", "unix_micro", "unix_nano"},
	"_timezone":            {"America/New_York", "Pacific/Chatham"},
	"_txlock":              {"immediate", "exclusive"},
	"vfs":                  {"unix", "unix-dotfile", "unix-excl", "unix-none", "memdb"},
}

// uriParameters are SQLite's own parameters, in URIs.
var uriParameters = map[string][]string{
	"cache":     {"shared", "private"},
	"immutable": {"1"},
	"mode":      {"ro", "rw", "memory"},
	"modeof":    {"/"},
	"nolock":    {"1"},
	"psow":      {"0", "1"},
}

// dsnTrials returns trials of the parameters of data source names, for Open and for a handle.
func dsnTrials() []trial {
	var list []trial
	for _, scheme := range []string{"", "file:"} {
		from := parameters
		if scheme != "" {
			from = uriParameters
		}
		for _, name := range sorted(from) {
			for _, value := range from[name] {
				tr := trial{name: name, value: value}
				tr.kind, tr.try = "DSN of Open", func(ctx context.Context, dir string, _ []trial) environment.Verdict {
					dsn := with(scheme+database(dir), name, value)
					return judgeDSN(ctx, dir, name, byOpen(dsn), byOpen(dsn), dsn)
				}
				list = append(list, tr)
				tr.kind, tr.try = "DSN of a handle", func(ctx context.Context, dir string, _ []trial) environment.Verdict {
					dsn := with(scheme+database(dir), name, value)
					if !slices.Contains([]string{"_busy_timeout", "_timeout"}, name) {
						dsn = patientDSN(dsn)
					}
					return judgeDSN(ctx, dir, name, byNew(dsn, nil), byNew(dsn, nil), dsn)
				}
				list = append(list, tr)
			}
		}
	}
	return list
}

// judgeDSN tests a handle with a data source name together with a handle without it. If
// locks or caches matter, it also tests two handles that both have it.
func judgeDSN(ctx context.Context, dir, name string, open, same opener, dsn string) environment.Verdict {
	if err := tried(ctx, strings.Replace(dsn, database(dir), database(dir)+"-reference", 1)); err != nil && name != "mode" && name != "immutable" {
		return engine.Verdict(err)
	}
	second := byOpen(database(dir))
	switch name {
	case "vfs", "nolock", "cache":
		second = same
	case "mode", "immutable":
		// Another handle, which is closed, has created the tables.
		a, closeIt, err := second(ctx)
		if err != nil {
			return fault(err)
		}
		if err := a.Migrate(ctx); err != nil {
			return fault(err)
		}
		closeIt()
	}
	return judge(ctx, open, second)
}

// All parameters of the driver are tried. The driver reads each in one of these ways.
func TestParametersAreAll(t *testing.T) {
	t.Parallel()
	source := driverSource(t)
	var has []string
	for _, match := range regexp.MustCompile(`(?:q\[|q\.Get\(|dsnPick\(q, )"(\w+)"(?:, "(\w+)")?`).FindAllStringSubmatch(source, -1) {
		for _, name := range match[1:] {
			if name != "" && !slices.Contains(has, name) {
				has = append(has, name)
			}
		}
	}
	tried := append(sorted(parameters), "_pragma")
	slices.Sort(has)
	slices.Sort(tried)
	if !slices.Equal(has, tried) {
		t.Errorf("the driver has the parameters\n%q, tried are\n%q", has, tried)
	}
}

// driverSource returns the driver's Go files.
func driverSource(t *testing.T) string {
	t.Helper()
	var dir string
	if f := runtime.FuncForPC(reflect.ValueOf(sqlite.Limit).Pointer()); f != nil {
		file, _ := f.FileLine(f.Entry())
		dir = filepath.Dir(file)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	must(t, err)
	if len(files) == 0 {
		t.Fatalf("no files of the driver's in %q: built with -trimpath?", dir)
	}
	var all strings.Builder
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		must(t, err)
		all.Write(data)
	}
	return all.String()
}
