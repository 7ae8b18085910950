package fronts

import (
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/hooks"
	"github.com/tenon-go/tenon/internal/testing/faultdriver"
	"github.com/tenon-go/tenon/internal/typed"
)

// healthySQLite opens the SQLite adapter on a handle into which faults can be injected.
func healthySQLite[U, S any](t conformance.TB, s conformance.Store) typed.Store[U, S] {
	db, tables := hooks.Open(t, s, faultdriver.Connector{})
	a, err := sqlite.New[U, S](t.Context(), db, tables)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// alterDriver is [alterAll] for the SQLite adapter.
func alterDriver(rich func(*richAltered), empty func(*altered[struct{}, struct{}]), nested func(*nestedAltered)) conformance.Subject {
	return subjectOf(alterOpened(healthySQLite, rich), alterOpened(healthySQLite, empty), alterOpened(healthySQLite, nested))
}
