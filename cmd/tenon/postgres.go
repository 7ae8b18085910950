package main

import (
	"context"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
	"github.com/tenon-go/tenon/internal/environment"
	aroundpostgres "github.com/tenon-go/tenon/internal/environment/postgres"
)

// pgxModule is the Go driver.
const pgxModule = "github.com/jackc/pgx/v5"

// postgresAdapter judges postgres.Open without options. The tests of package
// containers vary the settings.
func postgresAdapter() adapter {
	var plain subjects.PostgresVariation
	subject, _ := subjects.Postgres(new(containers.Server), plain) // the same for every server
	return adapter{
		name:    "postgres",
		summary: "PostgreSQL 17",
		modules: []string{pgxModule},
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
			return &engine{
				name: server.Engine, version: server.Version, deployment: server.Deployment, options: options, stop: server.Close,
				settings: func(ctx context.Context) ([]environment.Case, error) {
					return surveySQL(ctx, "pgx", server.DSN, aroundpostgres.Survey)
				},
			}, nil
		},
	}
}
