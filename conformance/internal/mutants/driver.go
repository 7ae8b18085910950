package mutants

import (
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/internal/mutants/hooks"
	"github.com/tenon-go/tenon/internal/testing/faultdriver"
	"github.com/tenon-go/tenon/spec"
)

// healthySQLite opens the SQLite adapter on a handle into which faults can be injected.
func healthySQLite(t conformance.TB, s conformance.Store, columns spec.Columns) rows {
	return onDriver(t, s, columns, faultdriver.Connector{})
}

// onDriver opens the SQLite adapter on a driver with these hooks.
func onDriver(t conformance.TB, s conformance.Store, columns spec.Columns, connector faultdriver.Connector) rows {
	db, tables := hooks.Open(t, s, connector)
	a, err := sqlite.NewAdapter(t.Context(), db, columns, tables)
	if err != nil {
		t.Fatal(err)
	}
	return asRows(a, columns)
}

// alterDriver returns a subject that alters the SQLite adapter, on a handle into which
// faults can be injected.
func alterDriver(alter func(*altered)) conformance.Subject {
	return subject(alterOpened(healthySQLite, alter))
}
