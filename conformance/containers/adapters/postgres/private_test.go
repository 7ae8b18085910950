package postgres_test

import (
	"testing"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

func TestServersArePrivate(t *testing.T) {
	t.Parallel()
	for name, server := range map[string]*containers.Server{
		"PostgreSQL": servers.Postgres(t, containers.PostgresOptions{}), "PgBouncer": servers.PgBouncer(t, containers.PostgresOptions{}),
	} {
		t.Run(name, func(t *testing.T) { servertest.NeedsPassword(t, containers.PostgresDSN, "pgx", server.DSN) })
	}
}
