//go:build !race

package redis_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/redis"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/budget"
)

func TestAllocations(t *testing.T) {
	for name, server := range standaloneServers(t) {
		s, err := redis.OpenSessions[budget.Device](t.Context(), server.DSN, redis.WithPrefix("allocations"))
		servertest.OK(t, err)
		defer s.Close()
		budget.Check(t, name, s, budget.Allocations{
			"CreateSession": 61, "Session": 42, "UserSessions": 70, "UpdateSession": 33, "SwapLease": 48, "DeleteSession": 23,
			"DeleteUserSessions": 49, "DeleteUserSessionsExcept": 50, "DeleteExpiredSessions": 25,
		})
	}
}
