//go:build !race

package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/testing/budget"
)

// Almost all allocations of a read are those of database/sql and the driver.
func TestAllocations(t *testing.T) {
	store, err := sqlite.Open[budget.User, budget.Device](t.Context(), filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	budget.Check(t, "SQLite", store, budget.Allocations{
		"CreateUser": 27, "User": 36, "UserBy": 37, "UpdateUser": 24, "DeleteUser": 26, "SessionAndUser": 67,
		"CreateSession": 36, "Session": 55, "UserSessions": 62, "UpdateSession": 26, "SwapLease": 33, "DeleteSession": 20,
		"DeleteUserSessions": 25, "DeleteUserSessionsExcept": 27, "DeleteExpiredSessions": 21,
	})
}

// A handle of the application keeps no prepared statements, so the driver prepares each one
// again. With its busy timeout writes can outlive their contexts, so each has a goroutine.
func TestAllocationsWithNew(t *testing.T) {
	store, err := sqlite.New[budget.User, budget.Device](t.Context(), openHandle(t, file(t)+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)"))
	must(t, err)
	must(t, store.Migrate(t.Context()))
	budget.Check(t, "SQLite, New", store, budget.Allocations{
		"CreateUser": 40, "User": 37, "UserBy": 38, "UpdateUser": 37, "DeleteUser": 39, "SessionAndUser": 68,
		"CreateSession": 50, "Session": 56, "UserSessions": 63, "UpdateSession": 39, "SwapLease": 45, "DeleteSession": 32,
		"DeleteUserSessions": 35, "DeleteUserSessionsExcept": 38, "DeleteExpiredSessions": 31,
	})
}
