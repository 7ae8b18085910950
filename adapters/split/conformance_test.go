package split_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"

	modernc "modernc.org/sqlite"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/adapters/split"
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/faultdriver"
	"github.com/tenon-go/tenon/internal/scratch"
	"github.com/tenon-go/tenon/spec"
)

// TestConformance has both stores in SQLite, each with a handle of its own;
// faults stand between both and the file. It is for the rich attribute types
// only: TestConformanceInMemory goes over the same code with the others.
func TestConformance(t *testing.T) {
	files := new(faultdriver.Files)
	conformance.Run(t, conformance.Types(open, open, open), conformance.Options{
		Target: files,
		Match:  func(name string) bool { return strings.HasSuffix(name, "/rich") },
		DriverError: func(err error) bool {
			_, ok := errors.AsType[*modernc.Error](err)
			return ok
		},
		Cut:        func(t conformance.TB, _ conformance.Store) func() { return files.Of(t).Faults.Cut() },
		LoseAnswer: func(t conformance.TB, _ conformance.Store) { files.Of(t).Faults.LoseAnswer() },
	})
}

// TestConformanceInMemory has two stores that nothing slows down.
func TestConformanceInMemory(t *testing.T) {
	conformance.Run(t, conformance.Types(openInMemory, openInMemory, openInMemory), conformance.Options{
		Waivers: []conformance.Waiver{
			{Clause: "ERR-03", Reason: "the stores have no driver; in TestConformance they have"},
			{Clause: "ERR-05", Reason: "the stores cannot be cut off; in TestConformance they can"},
			{Clause: "ERR-06", Reason: "no answer travels; in TestConformance they do"},
		},
	})
}

func open[U, S any](t conformance.TB, s conformance.Store) spec.TypedAdapter[U, S] {
	handle := func() *sql.DB {
		return s.Target.(*faultdriver.Files).Of(t).Handle(t, s.MaxConns, faultdriver.Connector{})
	}
	users, err := sqlite.New[U, struct{}](t.Context(), handle(), sqlite.WithTables(s.Name+"_users", s.Name+"_unused"))
	if err != nil {
		t.Fatal(err)
	}
	sessions, err := sqlite.NewSessions[S](t.Context(), handle(), sqlite.WithTables("", s.Name+"_sessions"))
	if err != nil {
		t.Fatal(err)
	}
	return ready(t, users, sessions)
}

func openInMemory[U, S any](t conformance.TB, _ conformance.Store) spec.TypedAdapter[U, S] {
	users, err := memory.New[U, struct{}]()
	if err != nil {
		t.Fatal(err)
	}
	sessions, err := memory.NewSessions[S]()
	if err != nil {
		t.Fatal(err)
	}
	return ready(t, users, sessions)
}

func ready[U, S any](t conformance.TB, users *spec.Store[U, struct{}], sessions *spec.SessionStore[S]) spec.TypedAdapter[U, S] {
	t.Helper()
	a, err := split.New(users, sessions)
	return scratch.Ready(t, a, err)
}
