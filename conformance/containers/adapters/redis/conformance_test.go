// Package redis_test judges adapters/redis on Redis and Valkey.
package redis_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	driver "github.com/redis/go-redis/v9"

	"github.com/tenon-go/tenon/adapters/redis"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
	"github.com/tenon-go/tenon/spec"
)

var servers containers.Shared

func TestMain(m *testing.M) { os.Exit(servertest.Main(m, &servers)) }

// standaloneServers returns a standalone server of each kind, by the engine's name.
func standaloneServers(t *testing.T) map[string]*containers.Server {
	return map[string]*containers.Server{
		"Redis":  servers.Redis(t, containers.RedisOptions{}),
		"Valkey": servers.Valkey(t, containers.RedisOptions{}),
	}
}

// newClient returns a client of a standalone server, which the end of the test closes.
func newClient(t *testing.T, dsn string) *driver.Client {
	t.Helper()
	settings, err := driver.ParseURL(dsn)
	servertest.OK(t, err)
	client := driver.NewClient(settings)
	t.Cleanup(func() { servertest.OK(t, client.Close()) })
	return client
}

// TestConformance judges the adapter on a standalone Redis.
func TestConformance(t *testing.T) {
	t.Parallel()
	subject, options := subjects.Redis(servers.Redis(t, containers.RedisOptions{}))
	servertest.Judge(t, subject, options)
}

// TestValkey judges it on Valkey, which runs the same scripts: by the program, and by
// what can depend on the server.
func TestValkey(t *testing.T) {
	t.Parallel()
	subject, options := subjects.Redis(servers.Valkey(t, containers.RedisOptions{}))
	servertest.SessionsProgram(t, options, subjects.OpenRedis)
	servertest.JudgeClauses(t, subject, options, servertest.Version()...)
}

// TestCluster judges it on a Cluster of three, where a session and its user's list are
// in different slots, and no attribute can be unique: by what is about rows, ids and what
// deletes them, with the richest type, its attributes declared as not unique; and by
// what is about thousands of rows, errors and handles, with the type that has no
// attributes. TestConformance judges what does not depend on where keys are.
func TestCluster(t *testing.T) {
	t.Parallel()
	subject, options := subjects.Redis(servers.Redis(t, containers.RedisOptions{Nodes: 3}))
	servertest.JudgeClauses(t, richInCluster, options, "SES", "LEA", "SWP", "ATT-01", "ATT-02", "ATT-03", "ATT-09", "ATT-10", "IDS", "CON-03", "CTX-02")
	options.Match = func(name string) bool { return strings.HasSuffix(name, "/empty") && inCluster.MatchString(name) }
	conformance.Run(t, subject, options)
}

var inCluster = regexp.MustCompile("^(CON|ERR|STO|OPT)|thousand")

// TestValkeyCluster is about what Valkey itself may do differently: how it answers
// scripts and leads clients to its nodes.
func TestValkeyCluster(t *testing.T) {
	t.Parallel()
	_, options := subjects.Redis(servers.Valkey(t, containers.RedisOptions{Nodes: 3}))
	servertest.JudgeClauses(t, richInCluster, options, "SES-0", "LEA-06", "SWP-01")
}

var richInCluster = conformance.NewSessionSubject(func(t conformance.TB, s conformance.Store, columns spec.Columns) spec.SessionAdapter {
	return openInCluster(t, s, columns)
})

// openInCluster opens an adapter for these columns, none of them unique.
func openInCluster(t conformance.TB, s conformance.Store, columns spec.Columns) *redis.Adapter {
	columns.Sessions = slices.Clone(columns.Sessions)
	for i := range columns.Sessions {
		columns.Sessions[i].Unique = false
	}
	return subjects.OpenRedis(t, s, columns)
}
