package sqlite_test

import (
	"context"
	"os/signal"
	"syscall"

	"github.com/tenon-go/tenon/internal/environment"
)

// variables are the environment variables that SQLite, its driver or Go read.
var variables = map[string][]string{
	"TZ":            {"America/New_York", "Pacific/Chatham", "no such zone"},
	"LC_ALL":        {"tr_TR.UTF-8", "C"},
	"SQLITE_TMPDIR": {"/no/such/folder"},
	"TMPDIR":        {"/no/such/folder"},
	"GOMAXPROCS":    {"1"},
	"GOGC":          {"1"},
	"GOMEMLIMIT":    {"1"},
}

// resources are the limits of a process, with values in their units.
var resources = []struct {
	name   string
	id     int
	values map[string]uint64
}{
	{"RLIMIT_NOFILE", syscall.RLIMIT_NOFILE, map[string]uint64{"12": 12, "16": 16, "40": 40}},
	{"RLIMIT_FSIZE", syscall.RLIMIT_FSIZE, map[string]uint64{"0": 0, "4096": 4096}},
}

// processTrials returns trials of processes with other settings.
func processTrials() []trial {
	var list []trial
	add := func(kind, name, value string, prepare func(string) error) {
		tr := trial{kind: kind, name: name, value: value, inChild: true, prepare: prepare}
		tr.try = func(ctx context.Context, dir string, _ []trial) environment.Verdict {
			return judge(ctx, byOpen(database(dir)), byNew(patientDSN(database(dir)), nil))
		}
		list = append(list, tr)
	}
	for _, name := range sorted(variables) {
		for _, value := range variables[name] {
			add("environment variable", name, value, nil)
		}
	}
	for _, mask := range []struct {
		value string
		mask  int
	}{{"000", 0}, {"077", 0o77}, {"777", 0o777}} {
		add("process", "umask", mask.value, func(string) error { syscall.Umask(mask.mask); return nil })
	}
	for _, r := range resources {
		for _, value := range sorted(r.values) {
			add("process", r.name, value, func(string) error {
				signal.Ignore(syscall.SIGXFSZ) // otherwise it ends the process
				limit := syscall.Rlimit{Cur: r.values[value], Max: r.values[value]}
				return syscall.Setrlimit(r.id, &limit)
			})
		}
	}
	return append(list, trial{kind: "process", name: "RLIMIT_FSIZE", value: "65536",
		notRun: "the outcome of a write that met it is unknown, so the calls after it cannot be compared"})
}

// variable returns the environment variables of the process of a trial.
func (tr trial) variable() []string {
	if tr.kind != "environment variable" {
		return nil
	}
	return []string{tr.name + "=" + tr.value}
}
