// Package hooks supports mutants that use a database whose driver fails on command.
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

// Open opens the database of a store on a driver with these hooks. It returns the option
// with the names of the store's tables. The suite's options must be those of [Options].
func Open(t conformance.TB, s conformance.Store, hooks faultdriver.Connector) (*sql.DB, sqlite.Option) {
	db := s.Target.(*faultdriver.Files).Of(t).Handle(t, s.MaxConns, hooks)
	return db, sqlite.WithTables(s.Name+"_users", s.Name+"_sessions")
}

// Options returns options with the hooks for databases of Open. A database is slow,
// especially under the race detector. Therefore these mutants are only tested by the
// clauses that they name. Attributes do not matter to those of the clauses about stores.
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
			types := "/rich"
			if strings.HasPrefix(clause, "STO-") {
				types = "/empty"
			}
			return slices.Contains(clauses, clause) && strings.HasSuffix(name, types)
		},
	}
}

func isDriverError(err error) bool {
	_, ok := errors.AsType[*modernc.Error](err)
	return ok || faultdriver.IsFault(err)
}
