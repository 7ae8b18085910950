// Package hooks has what mutants need that stand on a database whose driver
// fails on command.
package hooks

import (
	"database/sql"
	"errors"
	"slices"
	"strings"

	modernc "modernc.org/sqlite"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/testing/faultdriver"
)

// Open opens the database of a store, on a driver with these hooks, and says
// what the tables of the store are. The options must be those of [Options].
func Open(t conformance.TB, s conformance.Store, hooks faultdriver.Connector) (*sql.DB, sqlite.Option) {
	db := s.Target.(*faultdriver.Files).Of(t).Handle(t, s.MaxConns, hooks)
	return db, sqlite.WithTables(s.Name+"_users", s.Name+"_sessions")
}

// Options has the hooks for what Open opens. A database is slow, under the race
// detector much more so: these mutants are judged by the clauses that name
// them, with the smallest types that go through those, and not by the whole
// suite.
func Options(clauses ...string) conformance.Options {
	files := new(faultdriver.Files)
	return conformance.Options{
		Target:      files,
		DriverError: isDriverError,
		Cut:         func(t conformance.TB, _ conformance.Store) func() { return files.Of(t).Faults.Cut() },
		LoseAnswer:  func(t conformance.TB, _ conformance.Store) func() bool { return files.Of(t).Faults.LoseAnswer() },
		InUse:       func(t conformance.TB, _ conformance.Store) int { return files.Of(t).InUse() },
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
	return ok || faultdriver.IsFault(err)
}
