//go:build !race

package memory_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/internal/testing/budget"
)

// A read without allocations gets its row from a sync.Pool, which drops items at random
// under the race detector.
func TestAllocations(t *testing.T) {
	store, err := memory.New[budget.User, budget.Device]()
	if err != nil {
		t.Fatal(err)
	}
	budget.Fill(t, store)
	budget.Check(t, "memory", store, budget.Allocations{
		"CreateUser": 8, "User": 0, "UserBy": 3, "UpdateUser": 4, "DeleteUser": 1, "SessionAndUser": 0,
		"CreateSession": 8, "Session": 0, "UserSessions": 7, "UpdateSession": 5, "SwapLease": 1, "DeleteSession": 0,
		"DeleteUserSessions": 1, "DeleteUserSessionsExcept": 2, "DeleteExpiredSessions": 0,
	})
}
