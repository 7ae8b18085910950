//go:build !race

package redis_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/redis"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/budget"
)

func TestAllocations(t *testing.T) {
	s, err := redis.OpenSessions[budget.Device](t.Context(), servers.Redis(t, containers.RedisOptions{}).DSN, redis.WithPrefix("allocations"))
	servertest.OK(t, err)
	defer s.Close()
	budget.Check(t, "Redis", s, budget.Allocations{
		"CreateSession": 57, "Session": 38, "UserSessions": 62, "UpdateSession": 29, "SwapLease": 42, "DeleteSession": 19,
		"DeleteUserSessions": 41, "DeleteUserSessionsExcept": 42, "DeleteExpiredSessions": 21,
	})
}
