package servertest

import (
	"database/sql"
	"errors"
	"maps"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/spec"
)

// OK ends the test unless err is nil.
func OK(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// WantClass fails the test unless err is of this class and of no other.
func WantClass(t testing.TB, err, class error, call string) {
	t.Helper()
	if spec.ClassOf(err) != class {
		t.Errorf("%s: got %v (%v), want the class %q", call, err, errors.Unwrap(err), class)
	}
}

// Cost returns the traffic through a store's proxy while f ran.
func Cost(t testing.TB, counts func() containers.Counts, f func() error) containers.Counts {
	t.Helper()
	before := counts()
	OK(t, f())
	after := counts()
	after.RoundTrips -= before.RoundTrips
	after.Lost -= before.Lost
	for kind, n := range before.Answers {
		after.Answers[kind] -= n
	}
	maps.DeleteFunc(after.Answers, func(_ string, n int) bool { return n == 0 })
	return after
}

// OpenDB opens a handle, which is closed after the test.
func OpenDB(t testing.TB, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	OK(t, err)
	t.Cleanup(func() { OK(t, db.Close()) })
	return db
}
