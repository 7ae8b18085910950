package containers

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
)

// PgBouncer starts a PgBouncer in transaction mode, in a container, in front of
// a server that [Postgres] started in a container. Clients of the returned server
// connect through PgBouncer. Its targets create and remove stores directly on the
// PostgreSQL server. Closing the returned server leaves PostgreSQL running.
func PgBouncer(ctx context.Context, s *Server) (*Server, error) {
	p, ok := s.engine.(*postgres)
	if !ok {
		return nil, fmt.Errorf("containers: the %s server is no PostgreSQL", s.Engine)
	}
	image, variable := chooseImage("edoburu/pgbouncer", "latest", "pgbouncer")
	if s.container == nil {
		return nil, &MissingError{image, errors.New("its PostgreSQL must be in a container too"), "unset " + PostgresDSN, ""}
	}
	if err := prepare(ctx, image, variable, ""); err != nil {
		return nil, err
	}
	host, err := s.container.ContainerIP(ctx) // the address for other containers
	if err != nil {
		return nil, fmt.Errorf("containers: where the PostgreSQL of %s is: %w", image, err)
	}
	container, err := testcontainers.Run(ctx, image,
		testcontainers.WithEnv(map[string]string{
			"DB_HOST": host, "DB_USER": p.config.User, "DB_PASSWORD": p.config.Password,
			"POOL_MODE": "transaction", "AUTH_TYPE": "md5", "MAX_CLIENT_CONN": "1000",
			"MAX_PREPARED_STATEMENTS":   "200",
			"IGNORE_STARTUP_PARAMETERS": "extra_float_digits",
		}),
		published("5432/tcp"),
		waitFor(waitForLine("process up")),
		testcontainers.WithLogger(log.NewNoopLogger()))
	if err != nil {
		return nil, abandon(image, err, container)
	}
	address, err := reach(ctx, container, "5432/tcp")
	if err != nil {
		return nil, abandon(image, err, container)
	}
	dsn := p.dsn(address, url.Values{}, false)
	config, err := parsePostgres(dsn)
	if err != nil {
		return nil, abandon(image, err, container)
	}
	return &Server{
		Engine: s.Engine, Version: s.Version, DSN: dsn, Deployment: "one server behind PgBouncer, in containers",
		engine:  &postgres{config: config, admin: p.admin},
		closers: []func() error{func() error { return remove(container) }},
	}, nil
}
