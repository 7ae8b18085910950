package postgres_test

import (
	"testing"

	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
)

func TestManager(t *testing.T) {
	_, options := subjects.Postgres(postgresServer(t, ""), subjects.PostgresVariation{})
	servertest.Manager(t, options, subjects.OpenPostgres)
}

func TestOutage(t *testing.T) {
	_, options := subjects.Postgres(postgresServer(t, ""), subjects.PostgresVariation{})
	servertest.Outage(t, options, subjects.OpenPostgres)
}
