//go:build !race

package postgres_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/budget"
	"github.com/tenon-go/tenon/spec"
)

// TestAllocations: a store on a handle of pgx's stdlib makes the same allocations as one that
// opened its own.
func TestAllocations(t *testing.T) {
	// Past the proxy, which allocates too.
	dsn, ctx := postgresServer(t, "").DSN, t.Context()
	opened, err := postgres.Open[budget.User, budget.Device](ctx, dsn, postgres.WithSchema(newPlace(t, nil).Name))
	servertest.OK(t, err)
	defer opened.Close()
	given, err := postgres.New[budget.User, budget.Device](ctx, servertest.OpenDB(t, "pgx", dsn), postgres.WithSchema(newPlace(t, nil).Name))
	servertest.OK(t, err)
	for name, a := range map[string]*spec.Store[budget.User, budget.Device]{"PostgreSQL, Open": opened, "PostgreSQL, New": given} {
		servertest.OK(t, a.Migrate(ctx))
		budget.Check(t, name, a, budget.Allocations{
			"CreateUser": 17, "User": 19, "UserBy": 20, "UpdateUser": 15, "DeleteUser": 12, "SessionAndUser": 26,
			"CreateSession": 25, "Session": 21, "UserSessions": 28, "UpdateSession": 16, "SwapLease": 23, "DeleteSession": 12,
			"DeleteUserSessions": 16, "DeleteUserSessionsExcept": 18, "DeleteExpiredSessions": 15,
		})
	}
}
