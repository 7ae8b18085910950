package containers

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	postgrescontainer "github.com/testcontainers/testcontainers-go/modules/postgres"
)

// PostgresDSN is the environment variable with the DSN of a running PostgreSQL.
const PostgresDSN = "TENON_POSTGRES_DSN"

// PostgresOptions describes a PostgreSQL server. The zero value is the server that
// TENON_POSTGRES_DSN names, or else version 17.
type PostgresOptions struct {
	// Version is the major version to start in a container: "15", "17" (the
	// default), "18". It is ignored for a running server.
	Version string

	// DSN names a running server, and a database on it. The default is
	// TENON_POSTGRES_DSN. If that is empty too, a container is started.
	DSN string

	// AnyDatabase allows a DSN whose database does not have the word "test" in
	// its name.
	AnyDatabase bool
}

// complete returns the options with defaults filled in.
func (o PostgresOptions) complete() PostgresOptions {
	o.DSN = cmp.Or(o.DSN, os.Getenv(PostgresDSN))
	o.Version = cmp.Or(o.Version, "17")
	if o.DSN != "" {
		o.Version = "" // that of the running server
	}
	return o
}

// Postgres starts a PostgreSQL server in a container, or connects to a running one. If
// this machine cannot start containers, or does not have the image, the error is a
// [*MissingError]. The caller closes the server.
func Postgres(ctx context.Context, o PostgresOptions) (*Server, error) {
	o = o.complete()
	if o.DSN != "" {
		return callRunning(connectPostgres(ctx, o.DSN, o.AnyDatabase))
	}
	image, variable := chooseImage("postgres", o.Version, "postgres", o.Version)
	if err := prepare(ctx, image, variable, PostgresDSN); err != nil {
		return nil, err
	}
	container, err := postgrescontainer.Run(ctx, image,
		postgrescontainer.WithDatabase("tenon_test"),
		// The server starts twice: the first time only to create the database.
		waitFor(waitForLine("database system is ready to accept connections").WithOccurrence(2)),
		// Durability is not under test. Tables live too briefly for vacuum, and the
		// errors that tests provoke need not be logged.
		testcontainers.WithCmd("postgres", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=500",
			"-c", "autovacuum=off", "-c", "log_min_messages=log"),
		published("5432/tcp"),
		// Tests create thousands of tables. On a disk, the creation of their files takes
		// a sixth of the suite's time.
		testcontainers.WithTmpfs(map[string]string{"/var/lib/postgresql": "rw"}),
		// MD5 is secure enough on this machine, and fast. SCRAM takes milliseconds for
		// each of a run's thousands of connections.
		testcontainers.WithEnv(map[string]string{
			"POSTGRES_PASSWORD": rand.Text(), "POSTGRES_HOST_AUTH_METHOD": "md5", "POSTGRES_INITDB_ARGS": "--auth-host=md5",
		}),
		testcontainers.WithLogger(log.NewNoopLogger()))
	if err != nil {
		return nil, abandon(image, err, container)
	}
	dsn, err := container.ConnectionString(ctx, "sslmode=disable")
	if err != nil {
		return nil, abandon(image, err, container)
	}
	address, err := reach(ctx, container, "5432/tcp")
	if err != nil {
		return nil, abandon(image, err, container)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, abandon(image, err, container)
	}
	u.Host = address
	server, err := connectPostgres(ctx, u.String(), false)
	if err != nil {
		return nil, abandon(image, err, container)
	}
	server.container, server.Deployment = container, oneContainer
	server.closers = append(server.closers, func() error { return remove(container) })
	return server, nil
}

// connectPostgres connects to a server and finds out its version. It refuses a database
// whose name does not show that it is for tests. It writes nothing.
func connectPostgres(ctx context.Context, dsn string, anyDatabase bool) (*Server, error) {
	config, err := parsePostgres(dsn)
	if err != nil {
		return nil, err
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxIdleConns(4)
	var name, version string
	err = db.QueryRowContext(ctx, "SELECT current_database(), current_setting('server_version')").Scan(&name, &version)
	if err != nil {
		err = fmt.Errorf("containers: asking the PostgreSQL server at %s: %w", config.Host, err)
	} else {
		err = checkName(name, anyDatabase)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	version, _, _ = strings.Cut(version, " ") // the rest names the build
	return &Server{
		Engine: "PostgreSQL", Version: version, DSN: dsn,
		engine:  &postgres{config: config, admin: db},
		closers: []func() error{db.Close},
	}, nil
}

// parsePostgres parses a DSN. Its error does not repeat the driver's text, which can
// contain the password.
func parsePostgres(dsn string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New(`containers: the DSN of the PostgreSQL server is neither of the form "postgres://user:password@host:port/database" nor "host=… port=… dbname=…", or has a value that cannot be used`)
	}
	return config, nil
}

// PostgresDatabase creates another database on a PostgreSQL server, with its own
// settings, such as "timezone". Close drops it.
func PostgresDatabase(ctx context.Context, s *Server, settings map[string]string) (*Server, error) {
	p, ok := s.engine.(*postgres)
	if !ok {
		return nil, fmt.Errorf("containers: the %s server is no PostgreSQL", s.Engine)
	}
	name := "tenon_test_" + strings.ToLower(rand.Text()[:8])
	statements := []string{"CREATE DATABASE " + name}
	for setting, value := range settings {
		statements = append(statements, fmt.Sprintf("ALTER DATABASE %s SET %s = '%s'", name, quote(setting), strings.ReplaceAll(value, "'", "''")))
	}
	drop := func() error {
		_, err := p.admin.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		return err
	}
	for _, statement := range statements {
		if _, err := p.admin.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(fmt.Errorf("containers: creating a database: %w", err), drop())
		}
	}
	database, err := connectPostgres(ctx, withDatabase(s.DSN, name), false)
	if err != nil {
		return nil, errors.Join(err, drop())
	}
	database.closers = append(database.closers, drop)
	return database, nil
}

// withDatabase returns a DSN, which is a URL or keywords and values, with another
// database.
func withDatabase(dsn, name string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme == "" {
		return dsn + " dbname=" + name
	}
	u.Path = "/" + name
	return u.String()
}
