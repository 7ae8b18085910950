//go:build !race

package postgres_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/budget"
)

func TestAllocations(t *testing.T) {
	p := newPlace(t, nil)
	// Past the proxy, which allocates too.
	a, err := postgres.Open[budget.User, budget.Device](t.Context(), postgresServer(t, "").DSN, postgres.WithSchema(p.Name))
	servertest.OK(t, err)
	defer a.Close()
	servertest.OK(t, a.Migrate(t.Context()))
	budget.Check(t, "PostgreSQL", a, budget.Allocations{
		"CreateUser": 17, "User": 19, "UserBy": 20, "UpdateUser": 15, "DeleteUser": 12, "SessionAndUser": 26,
		"CreateSession": 25, "Session": 21, "UserSessions": 28, "UpdateSession": 16, "SwapLease": 23, "DeleteSession": 12,
		"DeleteUserSessions": 16, "DeleteUserSessionsExcept": 18, "DeleteExpiredSessions": 15,
	})
}
