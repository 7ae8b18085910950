package bolt_test

import (
	"path/filepath"
	"testing"

	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/examples/bolt"
	"github.com/tenon-go/tenon/spec"
	"go.etcd.io/bbolt"
)

func TestConformance(t *testing.T) {
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "test.db"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	conformance.Run(t, conformance.NewSubject(open), conformance.Options{
		Target: db,
		Waivers: []conformance.Waiver{
			{Clause: "ERR-03/errors_as_finds_the_drivers_error", Reason: "an open file cannot be cut off, so bbolt never fails"},
			{Clause: "ERR-05", Reason: "an open file cannot be cut off"},
			{Clause: "ERR-06", Reason: "there is no connection on which an answer could be lost"},
		},
	})
}

func open(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	a, err := bolt.NewAdapter(s.Target.(*bbolt.DB), s.Name, columns)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
