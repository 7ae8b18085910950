// Package redis_test judges adapters/redis on Redis and Valkey.
package redis_test

import (
	"os"
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
)

var servers containers.Shared

func TestMain(m *testing.M) { os.Exit(servertest.Main(m, &servers)) }

// TestConformance judges the adapter on a standalone Redis.
func TestConformance(t *testing.T) {
	t.Parallel()
	subject, options := subjects.Redis(servers.Redis(t, containers.RedisOptions{}))
	servertest.Judge(t, subject, options)
}
