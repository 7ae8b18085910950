package mysql_test

import (
	"net/url"
	"os"
	"slices"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/drivers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

var servers containers.Shared

func TestMain(m *testing.M) { os.Exit(servertest.Main(m, &servers)) }

// TestConformance judges adapters/mysql as Open makes it, on every server: with
// all types, but on the older MariaDB, where only the rich ones could differ.
func TestConformance(t *testing.T) {
	for _, s := range allServers() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			subject, options := drivers.MySQL(s.start(t), drivers.MySQLVariation{})
			if s.older {
				servertest.JudgeRich(t, subject, options)
			} else {
				conformance.Run(t, subject, options)
			}
		})
	}
}

// TestVariations varies one thing at a time: on both engines what they do
// differently, and on one of them what is the driver's or the adapter's.
func TestVariations(t *testing.T) {
	all := allServers()
	onMySQL, onMariaDB := all[:1], all[len(all)-1:]
	onBoth := slices.Concat(onMySQL, onMariaDB)
	parameter := func(name, value string) drivers.MySQLVariation {
		return drivers.MySQLVariation{Name: name, Parameters: url.Values{name: {value}}}
	}
	for _, c := range []struct {
		servers []server
		drivers.MySQLVariation
	}{
		{onMariaDB, parameter("parseTime", "true")},
		{onMySQL, drivers.MySQLVariation{Name: "loc", Parameters: url.Values{"loc": {"America/St_Johns"}, "parseTime": {"true"}}}},
		{onMariaDB, parameter("clientFoundRows", "true")},
		{onMySQL, parameter("interpolateParams", "true")},
		{onMariaDB, parameter("charset", "latin1")},
		{onBoth, parameter("sql_mode", "''")},
		{onMariaDB, parameter("time_zone", "'America/St_Johns'")},
		{onMariaDB, drivers.MySQLVariation{Name: "handle", Handle: true}},
		{onBoth, drivers.MySQLVariation{Name: "without_foreign_keys", Options: []mysql.Option{mysql.WithoutForeignKeys()}}},
		{onMySQL, drivers.MySQLVariation{Name: "integer_user_ids", UserIDs: "integer"}},
		{onMariaDB, drivers.MySQLVariation{Name: "uuid_user_ids", UserIDs: "uuid"}},
		{onMySQL, drivers.MySQLVariation{Name: "binary_uuid_user_ids", UserIDs: "binary_uuid"}},
	} {
		for _, s := range c.servers {
			t.Run(c.Name+"_on_"+s.name, func(t *testing.T) {
				subject, options := drivers.MySQL(s.start(t), c.MySQLVariation)
				servertest.JudgeRich(t, subject, options)
			})
		}
	}
}

// TestFarServer has a server in another zone than the process, and than UTC.
func TestFarServer(t *testing.T) {
	if os.Getenv(containers.MySQLDSN) != "" {
		t.Skip("NOT RUN: the zone of a server that runs already is its own")
	}
	server := servers.MySQL(t, containers.MySQLOptions{Zone: "Pacific/Marquesas"})
	subject, options := drivers.MySQL(server, drivers.MySQLVariation{})
	servertest.JudgeRich(t, subject, options)
}

// TestSessions judges the adapter for sessions alone.
func TestSessions(t *testing.T) {
	for _, s := range allServers() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			subject, options := drivers.MySQLSessions(s.start(t), drivers.MySQLVariation{})
			servertest.JudgeRich(t, subject, options)
		})
	}
}

// server is one of the servers to judge on.
type server struct {
	name  string
	older bool
	start func(t *testing.T) *containers.Server
}

// allServers returns every version, or the servers that run already.
func allServers() []server {
	one := func(name, version string, get func(conformance.TB, containers.MySQLOptions) *containers.Server) server {
		return server{name: name, older: version == "10.11", start: func(t *testing.T) *containers.Server {
			t.Helper()
			return get(t, containers.MySQLOptions{Version: version})
		}}
	}
	list := []server{one("mysql_9", "9", servers.MySQL)}
	if os.Getenv(containers.MariaDBDSN) != "" {
		return append(list, one("mariadb", "", servers.MariaDB))
	}
	return append(list, one("mariadb_10.11", "10.11", servers.MariaDB), one("mariadb_11.8", "11.8", servers.MariaDB))
}
