// Package drivertest tests adapters/sqlite with drivers other than
// modernc.org/sqlite. It is a separate module, since Tenon does not require those
// drivers. Each driver has its own package, since both register the same name.
package drivertest

import (
	"database/sql"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/internal/testing/scratch"
	"github.com/tenon-go/tenon/spec"
)

// Driver is a database/sql driver for SQLite.
type Driver struct {
	Name      string // the name it is registered under
	Impatient string // the parameters for a busy timeout of 100 ms
	Suite     string // those for a busy timeout of 10 s, WAL, and no waiting for the disk
	IsError   func(error) bool
}

// Judge tests the adapter on handles of the driver. It makes calls whose outcomes
// depend on the driver's error codes, and runs the suite's checks of values and
// errors.
func Judge(t *testing.T, d Driver) {
	t.Run("calls", func(t *testing.T) {
		a := d.adapter(t, filepath.Join(t.TempDir(), "tenon.db"))
		program.Fill(t, a).Run(a, nil)
	})
	t.Run("busy", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "tenon.db")
		a := d.adapter(t, path)
		other, err := d.handle(t, path).Conn(t.Context())
		must(t, err)
		defer other.Close()
		_, err = other.ExecContext(t.Context(), "BEGIN IMMEDIATE")
		must(t, err)
		err = a.CreateUser(t.Context(), spec.User[program.Person]{ID: "ann"})
		if spec.ClassOf(err) != spec.ErrConflict {
			t.Errorf("CreateUser while another writes: got %v, want %v", err, spec.ErrConflict)
		}
		if !d.IsError(err) {
			t.Errorf("CreateUser while another writes: errors.As finds no error of the driver in %v", err)
		}
		_, err = other.ExecContext(t.Context(), "ROLLBACK")
		must(t, err)
		must(t, a.CreateUser(t.Context(), spec.User[program.Person]{ID: "ann"}))
	})
	// If several connections turn WAL on at the same time, SQLite fails all but one
	// of them without waiting.
	t.Run("ten turn WAL on", func(t *testing.T) {
		for range 10 {
			path := filepath.Join(t.TempDir(), "tenon.db")
			var all sync.WaitGroup
			for range 10 {
				db, err := sql.Open(d.Name, "file:"+path+"?"+d.Suite)
				scratch.Ready(t, db, err)
				all.Go(func() {
					a, err := sqlite.New[program.Person, program.Device](t.Context(), db)
					if err == nil {
						err = a.Migrate(t.Context())
					}
					if err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		}
	})
	t.Run("suite", func(t *testing.T) {
		conformance.Run(t, conformance.NewSubject(open), conformance.Options{
			Target: &target{Driver: d},
			Damage: func(t conformance.TB, s conformance.Store) {
				_, err := s.Target.(*target).handle(t, s).ExecContext(t.Context(), "DROP TABLE "+s.Name+"_sessions")
				if err != nil {
					t.Fatal(err)
				}
			},
			Match: func(name string) bool {
				return strings.HasSuffix(name, "/rich") && dependsOnDriver.MatchString(name) && !atOnce.MatchString(name)
			},
			Waivers: []conformance.Waiver{
				{Clause: "ERR-03/errors_as_finds_the_drivers_error", Reason: "a file cannot be cut off"},
				{Clause: "ERR-05", Reason: "a file cannot be cut off"},
				{Clause: "ERR-06", Reason: "no answer travels"},
			},
		})
	})
}

// dependsOnDriver finds the checks of values, of errors, of contexts that end, and of
// what calls leave behind. Which rows a statement changes, and which it sees while another
// one changes them, is SQLite's matter.
var (
	dependsOnDriver = regexp.MustCompile("^(USR|SES|LEA-0[1-4]|IDS|ATT|TIM|ERR|CTX|STO-03|OPT)")
	atOnce          = regexp.MustCompile("never_seen_half_done|user_by_during|updates_at_once|at_the_same_time")
)

// target is the Target that the suite passes to open in each Store: a driver, and
// the folder of each check's database file.
type target struct {
	Driver
	folders sync.Map // keyed by the check's TB
}

// open opens an adapter for the suite. All stores of a check are tables in one
// file.
func open(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	a, err := sqlite.NewAdapter(t.Context(), s.Target.(*target).handle(t, s), columns, sqlite.WithTables(s.Name+"_users", s.Name+"_sessions"))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// handle opens a handle on the check's database file.
func (d *target) handle(t conformance.TB, s conformance.Store) *sql.DB {
	folder, _ := d.folders.LoadOrStore(t, sync.OnceValue(t.TempDir))
	path := filepath.Join(folder.(func() string)(), "tenon.db")
	db, err := sql.Open(d.Name, "file:"+path+"?"+d.Suite)
	scratch.Ready(t, db, err).SetMaxOpenConns(s.MaxConns)
	return db
}

func (d Driver) adapter(t *testing.T, path string) *spec.Store[program.Person, program.Device] {
	t.Helper()
	a, err := sqlite.New[program.Person, program.Device](t.Context(), d.handle(t, path))
	return scratch.Ready(t, a, err)
}

func (d Driver) handle(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open(d.Name, "file:"+path+"?"+d.Impatient)
	return scratch.Ready(t, db, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
