package mysql_test

import (
	"net/url"
	"os"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
)

var servers containers.Shared

func TestMain(m *testing.M) { os.Exit(servertest.Main(m, &servers)) }

// TestConformance judges adapters/mysql as Open makes it, on every server: on
// MySQL with all types, and on the newer MariaDB by the clauses that depend on the
// engine, with the rich types, since what all types show is how statements are written.
// On the older one the program runs, and the clauses that depend on the version. MySQL
// is in another zone than the process, and than UTC, in which the MariaDBs are.
func TestConformance(t *testing.T) {
	all := allServers()
	for i, s := range all {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			subject, options := subjects.MySQL(s.start(t), subjects.MySQLVariation{})
			switch i {
			case 0:
				servertest.Judge(t, subject, options)
			case len(all) - 1:
				servertest.JudgeClauses(t, subject, options, servertest.Engine()...)
			default:
				servertest.Program(t, options, subjects.OpenMySQL)
				servertest.JudgeClauses(t, subject, options, servertest.Version()...)
			}
		})
	}
}

// TestVariations varies one thing at a time: on both engines what they lock
// differently, and on one of them what is the driver's or the adapter's.
// TestEnvironment varies all else.
func TestVariations(t *testing.T) {
	t.Parallel()
	all := allServers()
	onMySQL, onMariaDB := all[:1], all[len(all)-1:]
	withoutKeys := subjects.MySQLVariation{Name: "without_foreign_keys", Options: []mysql.Option{mysql.WithoutForeignKeys()}}
	parameter := func(name, value string) subjects.MySQLVariation {
		return subjects.MySQLVariation{Name: name, Parameters: url.Values{name: {value}}}
	}
	for _, c := range []struct {
		servers []server
		subjects.MySQLVariation
		clauses []string // what it can change besides answers
	}{
		{onMariaDB, parameter("clientFoundRows", "true"), []string{"LEA", "CON-03/user_update", "CON-03/session_update"}}, // what counts changed rows
		{onMySQL, parameter("interpolateParams", "true"), append(servertest.Sent(), "ATT-01", "ATT-02", "ATT-03", "ATT-09")},
		{onMariaDB, subjects.MySQLVariation{Name: "handle", Handle: true}, []string{"CTX-02/a_context_that_ends_at_any"}}, // TestConformance cuts such a handle off
		{onMySQL, withoutKeys, []string{"ERR-06", "CTX-02/a_context_that_ends", "REF", "CON", "ERR-01", "ERR-02", "OPT-03/check", "OPT-03/migrate_again"}},
		{onMariaDB, withoutKeys, []string{"REF", "CON-04"}}, // which locks other rows
		{onMySQL, subjects.MySQLVariation{Name: "integer_user_ids", UserIDs: "integer"}, servertest.UserIDs()},
		{onMariaDB, subjects.MySQLVariation{Name: "uuid_user_ids", UserIDs: "uuid"}, servertest.UserIDs()},
		{onMySQL, subjects.MySQLVariation{Name: "binary_uuid_user_ids", UserIDs: "binary_uuid"}, servertest.UserIDs()},
	} {
		for _, s := range c.servers {
			t.Run(c.Name+"_on_"+s.name, func(t *testing.T) {
				t.Parallel()
				subject, options := subjects.MySQL(s.start(t), c.MySQLVariation)
				servertest.Program(t, options, subjects.OpenMySQL)
				servertest.JudgeClauses(t, subject, options, c.clauses...)
			})
		}
	}
}

// TestSessions judges the adapter for sessions alone, on MySQL: on the others it
// runs the program, since its statements are the same.
func TestSessions(t *testing.T) {
	t.Parallel()
	for i, s := range allServers() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			subject, options := subjects.MySQLSessions(s.start(t), subjects.MySQLVariation{})
			servertest.SessionsProgram(t, options, subjects.OpenMySQL)
			if i == 0 {
				servertest.JudgeClauses(t, subject, options, servertest.SessionsAlone()...)
			}
		})
	}
}

// server is one of the servers to judge on.
type server struct {
	name  string
	start func(t *testing.T) *containers.Server
}

// allServers returns every version, or the running servers that the environment names.
func allServers() []server {
	one := func(name string, o containers.MySQLOptions, get func(conformance.TB, containers.MySQLOptions) *containers.Server) server {
		return server{name: name, start: func(t *testing.T) *containers.Server {
			t.Helper()
			return get(t, o)
		}}
	}
	list := []server{one("mysql_9", containers.MySQLOptions{Version: "9", Zone: "Pacific/Marquesas"}, servers.MySQL)}
	if os.Getenv(containers.MariaDBDSN) != "" {
		return append(list, one("mariadb", containers.MySQLOptions{}, servers.MariaDB))
	}
	return append(list, one("mariadb_10.11", containers.MySQLOptions{Version: "10.11"}, servers.MariaDB),
		one("mariadb_11.8", containers.MySQLOptions{Version: "11.8"}, servers.MariaDB))
}
