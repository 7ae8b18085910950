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

// PostgresDSN is the variable with the DSN of a PostgreSQL that runs already.
const PostgresDSN = "TENON_POSTGRES_DSN"

// PostgresOptions says which PostgreSQL. The zero value is version 17, or the
// server that TENON_POSTGRES_DSN names.
type PostgresOptions struct {
	// Version is the major version to start in a container: "15", "17" (if it
	// is empty), "18". It says nothing about a server that runs already.
	Version string

	// DSN names a server that runs already, and a database on it; no container
	// is started. If it is empty TENON_POSTGRES_DSN is taken.
	DSN string

	// AnyDatabase allows a DSN whose database does not have the word "test" in
	// its name.
	AnyDatabase bool
}

// complete fills in what was left out.
func (o PostgresOptions) complete() PostgresOptions {
	o.DSN = cmp.Or(o.DSN, os.Getenv(PostgresDSN))
	o.Version = cmp.Or(o.Version, "17")
	if o.DSN != "" {
		o.Version = "" // is the server's
	}
	return o
}

// Postgres starts a PostgreSQL in a container, or takes one that runs already.
// If this machine cannot start containers, or does not have the image, the
// error is a [*MissingError]. The caller closes the server.
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
		// It starts twice: the first time only to make the database.
		waitFor(waitForLine("database system is ready to accept connections").WithOccurrence(2), waitForPort("5432/tcp")),
		// What survives the end of the machine is not what is tested. Tables live too
		// short to be vacuumed, and the errors that tests provoke are not logged.
		testcontainers.WithCmd("postgres", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=500",
			"-c", "autovacuum=off", "-c", "log_min_messages=log"),
		published("5432/tcp"),
		// Thousands of tables are made, and on a disk the making of their files
		// is a sixth of the suite's time.
		testcontainers.WithTmpfs(map[string]string{"/var/lib/postgresql": "rw"}),
		// MD5 is enough against others on this machine, and costs nothing: SCRAM
		// takes milliseconds for each of a run's thousands of connections.
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

// connectPostgres asks a server what it is, and refuses it if its database does
// not look like a test's. It writes nothing.
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
	version, _, _ = strings.Cut(version, " ") // what follows names the build
	return &Server{
		Engine: "PostgreSQL", Version: version, DSN: dsn,
		engine:  &postgres{config: config, admin: db},
		closers: []func() error{db.Close},
	}, nil
}

// parsePostgres reads a DSN. The driver's text may hold the password, so it is
// not repeated.
func parsePostgres(dsn string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New(`containers: the DSN of the PostgreSQL server is neither of the form "postgres://user:password@host:port/database" nor "host=… port=… dbname=…", or has a value that cannot be used`)
	}
	return config, nil
}

// PostgresDatabase makes another database on a PostgreSQL server, with settings
// of its own, such as "timezone". Close drops it.
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
			return nil, errors.Join(fmt.Errorf("containers: making a database: %w", err), drop())
		}
	}
	database, err := connectPostgres(ctx, withDatabase(s.DSN, name), false)
	if err != nil {
		return nil, errors.Join(err, drop())
	}
	database.closers = append(database.closers, drop)
	return database, nil
}

// withDatabase returns a DSN, a URL or words with =, with another database.
func withDatabase(dsn, name string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme == "" {
		return dsn + " dbname=" + name
	}
	u.Path = "/" + name
	return u.String()
}
