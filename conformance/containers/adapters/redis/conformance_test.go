// Package redis_test judges adapters/redis on Redis and Valkey.
package redis_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/redis"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
	"github.com/tenon-go/tenon/spec"
)

var servers containers.Shared

func TestMain(m *testing.M) { os.Exit(servertest.Main(m, &servers)) }

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
// in different slots, and no attribute can be unique: by everything with the type
// that has no attributes, and with the richest by what is about rows and what
// deletes them, its attributes declared as not unique.
func TestCluster(t *testing.T) {
	t.Parallel()
	subject, options := subjects.Redis(servers.Redis(t, containers.RedisOptions{Nodes: 3}))
	servertest.JudgeClauses(t, richInCluster, options, "SES", "LEA", "SWP", "ATT-01", "ATT-02", "ATT-03", "ATT-09", "ATT-10", "CON-03", "CTX-02")
	options.Match = func(name string) bool { return strings.HasSuffix(name, "/empty") }
	conformance.Run(t, subject, options)
}

// TestValkeyCluster is about what Valkey itself may do differently: how it answers
// scripts and leads clients to its nodes.
func TestValkeyCluster(t *testing.T) {
	t.Parallel()
	_, options := subjects.Redis(servers.Valkey(t, containers.RedisOptions{Nodes: 3}))
	servertest.JudgeClauses(t, richInCluster, options, "SES", "LEA", "SWP")
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
