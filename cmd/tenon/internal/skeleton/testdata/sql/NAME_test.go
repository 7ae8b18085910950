package NAME_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"example.com/NAME"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/spec"
)

func TestConformance(t *testing.T) {
	conformance.Run(t, conformance.NewSubject(open), conformance.Options{
		Target: t.TempDir(),
		Damage: func(t conformance.TB, s conformance.Store) {
			if _, err := openDB(t, s).Exec("DROP TABLE " + s.Name + "_sessions"); err != nil {
				t.Fatal(err)
			}
		},
		Waivers: []conformance.Waiver{
			{Clause: "ERR-03/errors_as_finds_the_drivers_error", Reason: "an open file cannot be cut off"},
			{Clause: "ERR-05", Reason: "an open file cannot be cut off"},
			{Clause: "ERR-06", Reason: "there is no connection on which an answer could be lost"},
		},
	})
}

func openDB(t conformance.TB, s conformance.Store) *sql.DB {
	path := filepath.Join(s.Target.(string), s.Name+".db")
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(s.MaxConns)
	t.Cleanup(func() { db.Close() })
	return db
}

func open(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	a, err := NAME.NewAdapter(openDB(t, s), s.Name, columns)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
