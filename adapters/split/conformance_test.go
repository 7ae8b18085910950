package split_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	modernc "modernc.org/sqlite"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/adapters/split"
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/testing/faultdriver"
	"github.com/tenon-go/tenon/spec"
)

// TestConformance uses two stores in SQLite, each with its own handle, and injects faults
// between both and the file. With the rich attribute types it runs the clauses about calls
// that fail or end, what handles keep, and calls at once that all succeed.
// TestConformanceInMemory runs everything that needs no driver, with all types. Races depend
// on the order in which split calls its stores, and in memory there are more of them.
func TestConformance(t *testing.T) {
	files := new(faultdriver.Files)
	conformance.Run(t, conformance.NewSubject(open), conformance.Options{
		Target: files,
		Match:  func(name string) bool { return strings.HasSuffix(name, "/rich") && withDrivers.MatchString(name) },
		DriverError: func(err error) bool {
			_, ok := errors.AsType[*modernc.Error](err)
			return ok || faultdriver.IsFault(err)
		},
		Cut:        func(t conformance.TB, _ conformance.Store) func() { return files.Of(t).Faults.Cut() },
		LoseAnswer: func(t conformance.TB, _ conformance.Store) func() bool { return files.Of(t).Faults.LoseAnswer() },
		InUse:      func(t conformance.TB, _ conformance.Store) int { return files.Of(t).InUse() },
		Damage:     func(t conformance.TB, s conformance.Store) { files.Of(t).Drop(t, s.Name+"_sessions") },
	})
}

var withDrivers = regexp.MustCompile("^(USR-06|SES-(03|12)|SWP-02|REF-03|CON-04|ERR|CTX|STO|OPT-0[2-9])")

// TestConformanceInMemory uses two stores in memory, which are fast.
func TestConformanceInMemory(t *testing.T) {
	conformance.Run(t, conformance.NewSubject(openInMemory), conformance.Options{
		Waivers: []conformance.Waiver{
			{Clause: "ERR-03/errors_as_finds_the_drivers_error", Reason: "the stores have no driver; in TestConformance they have"},
			{Clause: "ERR-05", Reason: "the stores cannot be cut off; in TestConformance they can"},
			{Clause: "ERR-06", Reason: "no answer travels; in TestConformance they do"},
		},
	})
}

func open(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	half := func(columns spec.Columns, sessions string) *sqlite.Adapter {
		db := s.Target.(*faultdriver.Files).Of(t).Handle(t, s.MaxConns, faultdriver.Connector{})
		a, err := sqlite.NewAdapter(t.Context(), db, columns, sqlite.WithTables(s.Name+"_users", s.Name+sessions))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	return ready(t, half(spec.Columns{Users: columns.Users}, "_unused"), half(spec.Columns{Sessions: columns.Sessions}, "_sessions"), columns)
}

func openInMemory(t conformance.TB, _ conformance.Store, columns spec.Columns) spec.Adapter {
	return ready(t, memory.NewAdapter(spec.Columns{Users: columns.Users}), memory.NewAdapter(spec.Columns{Sessions: columns.Sessions}), columns)
}

func ready(t conformance.TB, users spec.Adapter, sessions spec.SessionAdapter, columns spec.Columns) spec.Adapter {
	a, err := split.NewAdapter(users, sessions, columns)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
