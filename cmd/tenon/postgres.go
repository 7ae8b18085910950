package main

import (
	"context"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
)

// postgresAdapter judges postgres.Open as it is without options; the tests of
// package containers vary the settings.
func postgresAdapter() adapter {
	var plain subjects.PostgresVariation
	subject, _ := subjects.Postgres(new(containers.Server), plain) // the same for every server
	return adapter{
		name:    "postgres",
		summary: "PostgreSQL 17",
		schemes: []string{"postgres", "postgresql"},
		subject: subject,

		surroundings: aroundPostgres(),
		sweeper:      sweepsPostgres(),
		start: func(ctx context.Context, dsn string) (*engine, error) {
			server, err := containers.Postgres(ctx, containers.PostgresOptions{DSN: dsn})
			if err != nil {
				return nil, err
			}
			_, options := subjects.Postgres(server, plain)
			return &engine{name: server.Engine, version: server.Version, options: options, stop: server.Close}, nil
		},
	}
}
