package postgres_test

import (
	"testing"

	"github.com/tenon-go/tenon/conformance/containers/drivers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
)

func TestManager(t *testing.T) {
	_, options := drivers.Postgres(postgresServer(t, ""), drivers.PostgresVariation{})
	servertest.Manager(t, options, drivers.OpenPostgres)
}

func TestOutage(t *testing.T) {
	_, options := drivers.Postgres(postgresServer(t, ""), drivers.PostgresVariation{})
	servertest.Outage(t, options, drivers.OpenPostgres)
}
