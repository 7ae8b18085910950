package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/adapters/split"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
	"github.com/tenon-go/tenon/spec"
)

// allVariants returns other versions and deployments of the adapters. Verify judges a
// variant only if the user names it, and in its own containers.
func allVariants() []adapter {
	return slices.Concat(
		drivenBy(pgxModule, postgresVariants()), drivenBy(mysqlModule, mysqlVariants()),
		drivenBy(mongoModule, mongoVariants()), drivenBy(redisModule, redisVariants()), splitVariants())
}

// drivenBy sets the Go driver of variants.
func drivenBy(module string, variants []adapter) []adapter {
	for i := range variants {
		variants[i].modules = []string{module}
	}
	return variants
}

// startServer starts a variant's server, and returns the function that removes it.
type startServer func(context.Context) (server *containers.Server, stop func() error, err error)

// startWith returns the startServer of a single server with these options.
func startWith[O any](start func(context.Context, O) (*containers.Server, error), o O) startServer {
	return func(ctx context.Context) (*containers.Server, func() error, error) {
		server, err := start(ctx, o)
		if err != nil {
			return nil, nil, err
		}
		return server, server.Close, nil
	}
}

// variantOf returns a variant of an adapter. Variable is the environment variable that
// can name a running server. It must not be set.
func variantOf(name, summary, variable string, subject conformance.Subject, start startServer, options func(*containers.Server) conformance.Options) adapter {
	return adapter{
		name: name, summary: summary, subject: subject, variant: true, unset: variable,
		start: func(ctx context.Context, _ string) (*engine, error) {
			server, stop, err := start(ctx)
			if err != nil {
				return nil, err
			}
			return &engine{name: server.Engine, version: server.Version, deployment: server.Deployment, options: options(server), stop: stop}, nil
		},
	}
}

func postgresVariants() []adapter {
	var plain subjects.PostgresVariation
	subject, _ := subjects.Postgres(new(containers.Server), plain)
	options := func(s *containers.Server) conformance.Options {
		_, options := subjects.Postgres(s, plain)
		return options
	}
	var list []adapter
	for _, version := range []string{"15", "17", "18"} {
		list = append(list, variantOf("postgres:"+version, "PostgreSQL "+version, containers.PostgresDSN, subject,
			startWith(containers.Postgres, containers.PostgresOptions{Version: version}), options))
	}
	return append(list, variantOf("pgbouncer", "PostgreSQL 17 behind PgBouncer in transaction mode", containers.PostgresDSN,
		subject, startPgBouncer, options))
}

// startPgBouncer starts PgBouncer, and the PostgreSQL behind it.
func startPgBouncer(ctx context.Context) (*containers.Server, func() error, error) {
	server, err := containers.Postgres(ctx, containers.PostgresOptions{})
	if err != nil {
		return nil, nil, err
	}
	bouncer, err := containers.PgBouncer(ctx, server)
	if err != nil {
		return nil, nil, errors.Join(err, server.Close())
	}
	return bouncer, func() error { return errors.Join(bouncer.Close(), server.Close()) }, nil
}

func mysqlVariants() []adapter {
	var plain subjects.MySQLVariation
	subject, _ := subjects.MySQL(new(containers.Server), plain)
	options := func(s *containers.Server) conformance.Options {
		_, options := subjects.MySQL(s, plain)
		return options
	}
	mariadb := func(version string) adapter {
		return variantOf("mariadb:"+version, "MariaDB "+version, containers.MariaDBDSN, subject,
			startWith(containers.MariaDB, containers.MySQLOptions{Version: version}), options)
	}
	return []adapter{
		variantOf("mysql:9", "MySQL 9", containers.MySQLDSN, subject,
			startWith(containers.MySQL, containers.MySQLOptions{Version: "9"}), options),
		mariadb("10.11"),
		mariadb("11.8"),
		variantOf("galera", "MariaDB 11.8, three nodes of a Galera cluster", "", subject,
			startWith(containers.Galera, containers.GaleraOptions{}), options),
	}
}

func mongoVariants() []adapter {
	var plain subjects.MongoVariation
	subject, _ := subjects.Mongo(new(containers.Server), plain)
	variant := func(name, summary string, members int) adapter {
		return variantOf("mongo:"+name, summary, containers.MongoURI, subject, startWith(containers.Mongo, containers.MongoOptions{Members: members}),
			func(s *containers.Server) conformance.Options {
				_, options := subjects.Mongo(s, plain)
				return options
			})
	}
	return []adapter{
		variant("standalone", "MongoDB 6, a standalone server", 0),
		variant("replicas-1", "MongoDB 6, a replica set of one", 1),
		variant("replicas-3", "MongoDB 6, a replica set of three", 3),
	}
}

func redisVariants() []adapter {
	cluster := conformance.NewSessionSubject(openInCluster)
	variant := func(name, summary, variable string, start func(context.Context, containers.RedisOptions) (*containers.Server, error)) adapter {
		v := variantOf(name, summary, variable, cluster, startWith(start, containers.RedisOptions{Nodes: 3}), func(s *containers.Server) conformance.Options {
			_, options := subjects.Redis(s)
			return options
		})
		v.match = fitCluster
		return v
	}
	return []adapter{
		variant("redis:cluster", "sessions only: Redis 8, a Cluster of three nodes", containers.RedisURL, containers.Redis),
		variant("valkey:cluster", "sessions only: Valkey 8, a Cluster of three nodes", containers.ValkeyURL, containers.Valkey),
	}
}

// fitCluster reports whether a check can run on a Cluster, where no attribute of sessions
// can be unique. Such a check runs with the type that has no attributes, or belongs to
// a clause whose checks do not depend on a unique attribute.
func fitCluster(name string) bool {
	clause, _, _ := strings.Cut(name, "/")
	group, _, _ := strings.Cut(clause, "-")
	return strings.HasSuffix(name, "/empty") || slices.Contains([]string{"SES", "LEA", "SWP"}, group) ||
		slices.Contains([]string{"ATT-01", "ATT-02", "ATT-03", "ATT-09", "ATT-10", "CON-03", "CTX-02"}, clause)
}

// openInCluster opens an adapter for these columns, none of them unique.
func openInCluster(t conformance.TB, s conformance.Store, columns spec.Columns) spec.SessionAdapter {
	columns.Sessions = slices.Clone(columns.Sessions)
	for i := range columns.Sessions {
		columns.Sessions[i].Unique = false
	}
	return subjects.OpenRedis(t, s, columns)
}

// targets are the targets of the two halves of a split adapter.
type targets struct{ users, sessions any }

// splitVariants returns the variant that judges adapters/split, with users in PostgreSQL
// and sessions in MongoDB.
func splitVariants() []adapter {
	return []adapter{{
		name: "split", summary: "users in PostgreSQL 17, sessions in MongoDB 6", variant: true,
		modules: []string{pgxModule, mongoModule},
		subject: conformance.NewSubject(openSplit), start: startSplit,
	}}
}

func startSplit(ctx context.Context, _ string) (*engine, error) {
	postgres, err := postgresAdapter().start(ctx, "")
	if err != nil {
		return nil, err
	}
	mongo, err := mongoAdapter().start(ctx, "")
	if err != nil {
		return nil, errors.Join(err, postgres.stop())
	}
	users, sessions := postgres.options, mongo.options
	return &engine{
		name: postgres.name + " + " + mongo.name, version: postgres.version + " + " + mongo.version,
		deployment: postgres.deployment + ", " + mongo.deployment,
		stop:       func() error { return errors.Join(postgres.stop(), mongo.stop()) },
		options: conformance.Options{
			Target:      targets{users.Target, sessions.Target},
			Watchdog:    sessions.Watchdog,
			DriverError: func(err error) bool { return users.DriverError(err) || sessions.DriverError(err) },
			Cut: func(t conformance.TB, s conformance.Store) func() {
				restoreUsers, restoreSessions := users.Cut(t, s), sessions.Cut(t, s)
				return func() { restoreUsers(); restoreSessions() }
			},
			InUse: func(t conformance.TB, s conformance.Store) int { return users.InUse(t, s) + sessions.InUse(t, s) },
			Waivers: []conformance.Waiver{
				{Clause: "ERR-06", Reason: "the suite cannot know which of the two servers a write goes to; the tests in adapters/split lose answers of both"},
			},
		},
	}, nil
}

func openSplit(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
	both := s.Target.(targets)
	s.Target = both.users
	users := subjects.OpenPostgres(t, s, spec.Columns{Users: columns.Users})
	s.Target = both.sessions
	a, err := split.NewAdapter(users, subjects.OpenMongo(t, s, spec.Columns{Sessions: columns.Sessions}), columns)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
