package main

import (
	"context"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
	"github.com/tenon-go/tenon/internal/environment"
)

// mongoModule is the Go driver.
const mongoModule = "go.mongodb.org/mongo-driver/v2"

// mongoAdapter judges mongo.Open without options, on a replica set of one. The tests
// of package containers vary the settings and the deployment.
func mongoAdapter() adapter {
	var plain subjects.MongoVariation
	subject, _ := subjects.Mongo(new(containers.Server), plain) // the same for every deployment
	return adapter{
		name:    "mongo",
		summary: "MongoDB 6, a replica set of one",
		long:    true,
		modules: []string{mongoModule},
		schemes: []string{"mongodb", "mongodb+srv"},
		subject: subject,

		surroundings: aroundMongo(),
		sweeper:      sweepsMongo(),
		start: func(ctx context.Context, dsn string) (*engine, error) {
			server, err := containers.Mongo(ctx, containers.MongoOptions{Members: 1, URI: dsn})
			if err != nil {
				return nil, err
			}
			_, options := subjects.Mongo(server, plain)
			return &engine{
				name: server.Engine, version: server.Version, deployment: server.Deployment, options: options, stop: server.Close,
				settings: func(ctx context.Context) ([]environment.Case, error) { return surveyMongo(ctx, server.DSN) },
			}, nil
		},
	}
}
