package mutants

import (
	"errors"
	"slices"
	"strings"

	modernc "modernc.org/sqlite"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/testing/faultdriver"
	"github.com/tenon-go/tenon/spec"
)

// healthySQLite opens the SQLite adapter on a handle into which faults can be
// put.
func healthySQLite(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return onDriver(t, s, columns, faultdriver.Connector{})
}

// onDriver opens the SQLite adapter on a driver with these hooks.
func onDriver(t conformance.TB, s conformance.Store, columns spec.Columns, hooks faultdriver.Connector) rows {
	db := s.Target.(*faultdriver.Files).Of(t).Handle(t, s.MaxConns, hooks)
	a, err := sqlite.NewAdapter(t.Context(), db, columns, sqlite.WithTables(s.Name+"_users", s.Name+"_sessions"))
	if err != nil {
		t.Fatal(err)
	}
	return asRows(a, columns)
}

// sqliteOptions has the hooks for what healthySQLite opens. A database is slow,
// under the race detector much more so: these mutants are judged by the clauses
// that name them, with the smallest types that go through those, and not by the
// whole suite.
func sqliteOptions(clauses ...string) conformance.Options {
	files := new(faultdriver.Files)
	return conformance.Options{
		Target:      files,
		DriverError: isDriverError,
		Cut: func(t conformance.TB, _ conformance.Store) func() {
			return files.Of(t).Faults.Cut()
		},
		LoseAnswer: func(t conformance.TB, _ conformance.Store) { files.Of(t).Faults.LoseAnswer() },
		Match: func(name string) bool {
			clause, _, _ := strings.Cut(name, "/")
			types := "/empty"
			if clause == "ERR-05" {
				types = "/rich"
			}
			return slices.Contains(clauses, clause) && strings.HasSuffix(name, types)
		},
	}
}

func isDriverError(err error) bool {
	_, ok := errors.AsType[*modernc.Error](err)
	return ok
}
