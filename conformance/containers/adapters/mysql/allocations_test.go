//go:build !race

package mysql_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/budget"
)

// onMySQL returns a budget of MariaDB with the calls that differ on MySQL.
func onMySQL(mariadb, different budget.Allocations) budget.Allocations {
	b := maps.Clone(mariadb)
	maps.Copy(b, different)
	return b
}

// A read is one allocation more on MySQL, which sends the columns of a statement with each
// answer.
func TestAllocations(t *testing.T) {
	mariadb := budget.Allocations{
		"CreateUser": 19, "User": 23, "UserBy": 24, "UpdateUser": 16, "DeleteUser": 13, "SessionAndUser": 38,
		"CreateSession": 27, "Session": 30, "UserSessions": 37, "UpdateSession": 18, "SwapLease": 25, "DeleteSession": 13,
		"DeleteUserSessions": 17, "DeleteUserSessionsExcept": 19, "DeleteExpiredSessions": 14,
	}
	reads := budget.Allocations{"User": 24, "UserBy": 25, "SessionAndUser": 39, "Session": 31, "UserSessions": 38}
	for _, s := range allServers() {
		want := mariadb
		if strings.HasPrefix(s.name, "mysql") {
			want = onMySQL(mariadb, reads)
		}
		p := newPlace(t, s, nil)
		// Past the proxy, which allocates too.
		a, err := mysql.Open[budget.User, budget.Device](t.Context(), s.start(t).DSN, mysql.WithDatabase(p.Name))
		servertest.OK(t, err)
		defer a.Close()
		servertest.OK(t, a.Migrate(t.Context()))
		budget.Check(t, s.name, a, want)
	}
}

// On a handle of the application, the adapter writes values into statements instead of
// preparing them. The text of a statement for MariaDB that writes a user has one allocation
// more. A read varies by one: in one of ten series of reads each makes one more, probably
// because the goroutine in which database/sql waits for the end of the call's context has
// begun before the rows are read.
func TestAllocationsWithNew(t *testing.T) {
	mariadb := budget.Allocations{
		"CreateUser": 24, "User": 38, "UserBy": 39, "UpdateUser": 21, "DeleteUser": 16, "SessionAndUser": 62,
		"CreateSession": 37, "Session": 50, "UserSessions": 57, "UpdateSession": 23, "SwapLease": 34, "DeleteSession": 16,
		"DeleteUserSessions": 22, "DeleteUserSessionsExcept": 24, "DeleteExpiredSessions": 17,
	}
	writes := budget.Allocations{"CreateUser": 23, "UpdateUser": 20}
	for _, s := range allServers() {
		want := mariadb
		if strings.HasPrefix(s.name, "mysql") {
			want = onMySQL(mariadb, writes)
		}
		p := newPlace(t, s, nil)
		a, err := mysql.New[budget.User, budget.Device](t.Context(), servertest.OpenDB(t, "mysql", s.start(t).DSN), mysql.WithDatabase(p.Name))
		servertest.OK(t, err)
		servertest.OK(t, a.Migrate(t.Context()))
		budget.Check(t, s.name+", New", a, want, "User", "UserBy", "SessionAndUser", "Session", "UserSessions")
	}
}
