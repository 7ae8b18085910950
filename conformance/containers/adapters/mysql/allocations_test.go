//go:build !race

package mysql_test

import (
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/budget"
)

// A read is one allocation less on MariaDB, which sends the columns of a statement
// once, and not with each answer.
func TestAllocations(t *testing.T) {
	for _, s := range allServers() {
		p := newPlace(t, s, nil)
		// Past the proxy, which allocates too.
		a, err := mysql.Open[budget.User, budget.Device](t.Context(), s.start(t).DSN, mysql.WithDatabase(p.Name))
		servertest.OK(t, err)
		defer a.Close()
		servertest.OK(t, a.Migrate(t.Context()))
		budget.Check(t, s.name, a, budget.Allocations{
			"CreateUser": 19, "User": 24, "UserBy": 25, "UpdateUser": 16, "DeleteUser": 13, "SessionAndUser": 39,
			"CreateSession": 27, "Session": 31, "UserSessions": 38, "UpdateSession": 18, "SwapLease": 25, "DeleteSession": 13,
			"DeleteUserSessions": 17, "DeleteUserSessionsExcept": 19, "DeleteExpiredSessions": 14,
		})
	}
}
