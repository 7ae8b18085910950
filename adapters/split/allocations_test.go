//go:build !race

package split_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/memory"
	"github.com/tenon-go/tenon/adapters/split"
	"github.com/tenon-go/tenon/internal/testing/budget"
)

// TestAllocations uses two stores in memory, which make few allocations themselves. The later
// steps of CreateSession and DeleteUser have a context of their own, which allocates too.
func TestAllocations(t *testing.T) {
	users, err := memory.New[budget.User, none]()
	ok(t, err)
	sessions, err := memory.NewSessions[budget.Device]()
	ok(t, err)
	store, err := split.New(users, sessions)
	ok(t, err)
	budget.Fill(t, store)
	budget.Check(t, "split", store, budget.Allocations{
		"CreateUser": 8, "User": 2, "UserBy": 5, "UpdateUser": 4, "DeleteUser": 9, "SessionAndUser": 4,
		"CreateSession": 18, "Session": 2, "UserSessions": 9, "UpdateSession": 5, "SwapLease": 1, "DeleteSession": 0,
		"DeleteUserSessions": 1, "DeleteUserSessionsExcept": 2, "DeleteExpiredSessions": 0,
	})
}
