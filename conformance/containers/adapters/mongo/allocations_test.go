//go:build !race

package mongo_test

import (
	"maps"
	"net/url"
	"slices"
	"testing"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/budget"
)

// counted says that TestAllocations has run in this process, as with -count=2.
var counted bool

// TestAllocations allows each call to make one allocation fewer, since single commands do
// now and then. It must be the first test of the process: in a process that has used a
// replica set before, each command of the first four calls makes one more. Why is not known.
func TestAllocations(t *testing.T) {
	if counted {
		t.Skip("NOT RUN: only the first run of a process counts exactly")
	}
	counted = true
	for _, d := range []struct {
		name    string
		members int
		budget  budget.Allocations
	}{
		{"MongoDB, replica set", replicaSet, budget.Allocations{
			"CreateUser": 115, "User": 98, "UserBy": 103, "UpdateUser": 102, "DeleteUser": 254, "SessionAndUser": 91,
			"CreateSession": 314, "Session": 98, "UserSessions": 105, "UpdateSession": 106, "SwapLease": 120, "DeleteSession": 86,
			"DeleteUserSessions": 93, "DeleteUserSessionsExcept": 97, "DeleteExpiredSessions": 202,
		}},
		{"MongoDB, standalone", standalone, budget.Allocations{
			"CreateUser": 100, "User": 84, "UserBy": 89, "UpdateUser": 88, "DeleteUser": 151, "SessionAndUser": 77,
			"CreateSession": 316, "Session": 85, "UserSessions": 92, "UpdateSession": 92, "SwapLease": 106, "DeleteSession": 70,
			"DeleteUserSessions": 77, "DeleteUserSessionsExcept": 81, "DeleteExpiredSessions": 172,
		}},
	} {
		p := newPlace(t, d.members, nil)
		// Past the proxy, which allocates too, and without the driver's monitor, whose
		// figures it writes out at each call.
		uri, err := url.Parse(p.server.DSN)
		servertest.OK(t, err)
		query := uri.Query()
		query.Set("serverMonitoringMode", "poll")
		query.Set("heartbeatFrequencyMS", "3600000")
		uri.RawQuery = query.Encode()
		a, err := mongo.Open[budget.User, budget.Device](t.Context(), uri.String(), p.collections())
		servertest.OK(t, err)
		defer a.Close()
		servertest.OK(t, a.Migrate(t.Context()))
		budget.Check(t, d.name, a, d.budget, slices.Collect(maps.Keys(d.budget))...)
	}
}
