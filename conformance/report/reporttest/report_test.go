package reporttest

import (
	"slices"
	"strings"
	"time"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/report"
	"github.com/tenon-go/tenon/spec"
)

// hostile is an example of the text that a driver or a server may return.
const hostile = "</script></style><script>alert(1)</script><img src=//example.com/x onerror=alert(1)> \x1b[31mred\x1b[0m \x00 \u202e & \"'` ${1} {{.}} "

// passed returns the results of an adapter that passed every check. It runs no check.
func passed(name string, subject conformance.Subject) report.Adapter {
	a := report.Adapter{
		Name: name, Engine: "PostgreSQL", Version: "17.11", Driver: "jackc/pgx v5.12.0",
		Deployment: "one server in a container", Duration: 24 * time.Second,
		Settings: []report.Setting{{Name: "fsync", Value: "off"}, {Name: "max_connections", Value: "500"}},
	}
	for _, check := range conformance.Checks(subject) {
		part := strings.Split(check, "/")
		a.Results = append(a.Results, conformance.Result{
			Clause: part[0], Check: part[1], Type: part[2], Outcome: conformance.Passed, Duration: time.Millisecond,
		})
	}
	return a
}

// change sets the outcome of the checks whose names begin with prefix.
func change(a *report.Adapter, prefix string, outcome conformance.Outcome, output, kind string) {
	for i, r := range a.Results {
		if strings.HasPrefix(r.Name(), prefix) {
			a.Results[i].Outcome, a.Results[i].Output, a.Results[i].Kind = outcome, output, kind
		}
	}
}

// short removes repetition from a report, since axe-core examines every element. It
// omits the adapters that passed, and some clauses of the others.
func short(r report.Report) report.Report {
	r.Adapters = slices.DeleteFunc(r.Adapters, func(a report.Adapter) bool { return a.Name == "postgres" || a.Name == "mysql" })
	for i, a := range r.Adapters {
		r.Adapters[i].Results = slices.DeleteFunc(a.Results, func(r conformance.Result) bool {
			return !slices.Contains([]string{"USR-08", "SES-07", "IDS-04", "ERR-03", "ERR-05", "ERR-06", "STO-01", "OPT-01"}, r.Clause)
		})
	}
	return r
}

// newReport returns a report of adapters.
func newReport(adapters ...report.Adapter) report.Report {
	return report.Report{
		Suite: conformance.Version, Start: time.Date(2026, 11, 29, 3, 36, 0, 0, time.UTC),
		Command: "tenon verify --report out", Adapters: adapters,
	}
}

// eight returns a report of eight adapters. It contains every outcome, and hostile
// text wherever text comes from an adapter.
func eight() report.Report {
	full, sessions := conformance.NewSubject(nil), conformance.NewSessionSubject(nil)
	memory, sqlite, failing := passed("memory", full), passed("sqlite", full), passed("failing", full)
	memory.Engine, memory.Version, memory.Driver, memory.Deployment, memory.Settings = "Go", "1.26.8", "", "in this process", nil
	memory.Weaknesses = spec.Weaknesses{Volatile: true}
	change(&memory, "ERR-05", conformance.Waived, "the memory adapter cannot be cut off", "")
	change(&memory, "STO-01", conformance.NotOffered, "the adapter declares that it is volatile", "")
	change(&sqlite, "ERR-03", conformance.NotRun, "needs Options.DriverError, or a waiver that says why it is missing", "")
	change(&sqlite, "OPT-01", conformance.Warned, "failed, but OPT-01 came in suite 1.1, after core@1.0", "")
	failure := "SES-07 MUST: An update never inserts.\nWhy: it is a break-in.\nRun it again: tenon verify failing --run '^SES-07$'\n\n" +
		"UpdateSession of a deleted session\n  got:  no error " + hostile + "\n  want: an error of the class \"session not found\""
	change(&failing, "SES-07", conformance.Failed, failure, "UpdateSession")
	change(&failing, "USR-08", conformance.Failed, "USR-08\n\nUpdateUser of a deleted user\n  got:  no error", "")
	change(&failing, "ERR-06", conformance.Waived, hostile, "")
	failing.Engine, failing.Version, failing.Driver, failing.Deployment = hostile, hostile, hostile, hostile
	failing.Settings = []report.Setting{{Name: hostile, Value: hostile}}
	weak := passed("redis <b>", sessions)
	weak.Weaknesses = spec.Weaknesses{Expires: true, ExpirySlack: time.Minute, Stepwise: true, StaleReads: true, LosesWrites: true}
	return newReport(memory, sqlite, passed("postgres", full), passed("mysql", full), failing, weak,
		report.Adapter{Name: "mariadb", Why: "cannot start mariadb:11.8: " + hostile, Remedy: "Start Docker."},
		report.Adapter{Name: "mongo", Why: "interrupted", Required: true})
}
