package sqlite_test

import (
	"database/sql"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	modernc "modernc.org/sqlite"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/testing/faultdriver"
	"github.com/tenon-go/tenon/spec"
)

// TestConformance tests the adapter of Open. Open creates its own connections, so no
// faults can be injected between them and the file. Attribute types change which
// statements are sent, so all types run the clauses about rows, attributes and ids. How
// calls race and end does not depend on types: adapters/memory runs everything with all
// types, and this test with the rich ones.
func TestConformance(t *testing.T) {
	files := new(faultdriver.Files)
	conformance.Run(t, conformance.NewSubject(open), conformance.Options{
		Target: files,
		Damage: damage(files),
		Match:  func(name string) bool { return isRich(name) || aboutTypes.MatchString(name) },
		Waivers: []conformance.Waiver{
			{Clause: "ERR-03/errors_as_finds_the_drivers_error", Reason: "a file cannot be cut off; TestConformanceOfNew puts a driver in between"},
			{Clause: "ERR-05", Reason: "a file cannot be cut off; TestConformanceOfNew puts a driver in between"},
			{Clause: "ERR-06", Reason: "no answer travels; TestConformanceOfNew puts a driver in between"},
		},
	})
}

var aboutTypes = regexp.MustCompile("^(USR|SES|LEA-0[1-5]|SWP-01|IDS|ATT|OWN|ERR-0[12]|OPT)|thousand|hundreds")

func isRich(name string) bool { return strings.HasSuffix(name, "/rich") }

// TestConformanceOfNew tests the adapter of New on the caller's handle, with injected
// faults between the handle and the file, and with as few connections as the suite
// requests. It runs the clauses about concurrent calls, about calls that fail or end, and
// about what a handle keeps. The statements are the same as those of Open.
// TestEnvironment compares the answers of many handles.
func TestConformanceOfNew(t *testing.T) {
	options := only(withFaults(), "LEA-06", "LEA-07", "SWP-05", "REF", "CON", "ERR", "CTX", "STO", "OPT")
	conformance.Run(t, conformance.NewSubject(openNew), options)
}

// only restricts options to the checks of some clauses or groups of clauses.
func only(options conformance.Options, clauses ...string) conformance.Options {
	match := options.Match
	options.Match = func(name string) bool {
		return match(name) && slices.ContainsFunc(clauses, func(clause string) bool { return strings.HasPrefix(name, clause) })
	}
	return options
}

// TestConformanceOfSessions tests sessions alone, where there is no table of users. It runs
// the clauses about whose sessions there are, about creating them, and about errors. The
// statements that read, swap and sweep sessions, and with which these calls race, are those
// of the other tests.
func TestConformanceOfSessions(t *testing.T) {
	options := only(withFaults(), "SES", "IDS", "CON-01", "CON-04", "SWP-04", "ERR", "OPT")
	conformance.Run(t, conformance.NewSessionSubject(openSessions), options)
}

// withFaults returns options with all hooks, for only the rich attribute types:
// TestConformance has run the same code with the others.
func withFaults() conformance.Options {
	files := new(faultdriver.Files)
	return conformance.Options{
		Match:       isRich,
		Target:      files,
		DriverError: isDriverError,
		Cut:         func(t conformance.TB, _ conformance.Store) func() { return files.Of(t).Faults.Cut() },
		LoseAnswer:  func(t conformance.TB, _ conformance.Store) func() bool { return files.Of(t).Faults.LoseAnswer() },
		Damage:      damage(files),
		InUse:       func(t conformance.TB, _ conformance.Store) int { return files.Of(t).InUse() },
	}
}

// damage returns a hook that drops a table.
func damage(files *faultdriver.Files) func(conformance.TB, conformance.Store) {
	return func(t conformance.TB, s conformance.Store) { files.Of(t).Drop(t, s.Name+"_sessions") }
}

func isDriverError(err error) bool {
	_, ok := errors.AsType[*modernc.Error](err)
	return ok || faultdriver.IsFault(err)
}

func open(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	path := s.Target.(*faultdriver.Files).Of(t).Path
	a, err := sqlite.OpenAdapter(t.Context(), path, columns, sqlite.WithTables(s.Name+"_users", s.Name+"_sessions"))
	return opened(t, a, err)
}

func openNew(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	a, err := sqlite.NewAdapter(t.Context(), handle(t, s), columns, sqlite.WithTables(s.Name+"_users", s.Name+"_sessions"))
	return opened(t, a, err)
}

func openSessions(t conformance.TB, s conformance.Store, columns spec.Columns) spec.SessionAdapter {
	a, err := sqlite.NewAdapter(t.Context(), handle(t, s), columns, sqlite.WithTables("", s.Name+"_sessions"))
	return opened(t, a, err)
}

// opened returns an adapter that the suite closes.
func opened(t conformance.TB, a *sqlite.Adapter, err error) *sqlite.Adapter {
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// handle opens a handle on the check's file, which contains the tables of its stores.
func handle(t conformance.TB, s conformance.Store) *sql.DB {
	return s.Target.(*faultdriver.Files).Of(t).Handle(t, s.MaxConns, faultdriver.Connector{})
}
