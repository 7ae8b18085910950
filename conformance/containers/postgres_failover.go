package containers

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/moby/moby/api/types/container"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
)

// postgresReplicas implements engine for a primary and its standbys. Each standby follows
// the member before it.
type postgresReplicas struct {
	*postgres
	members []*postgresMember
	primary int // its index; the members before it were primaries earlier
}

type postgresMember struct {
	port  string // inside the container
	dsn   string
	admin *sql.DB
}

// postgresPorts are the ports of the members, in their order.
var postgresPorts = []string{"5432", "5433", "5434"}

// PostgresReplicas starts a PostgreSQL primary and two standbys in one container. The
// second standby follows the first. A commit waits until the first standby has it
// (synchronous replication). The DSN names all three, and selects the one that accepts
// writes. If this machine cannot start containers, or does not have the image, the
// error is a [*MissingError]. The caller closes the server.
func PostgresReplicas(ctx context.Context) (*Server, error) {
	image, variable := chooseImage("postgres", "17", "postgres", "17")
	if err := prepare(ctx, image, variable, ""); err != nil {
		return nil, err
	}
	password := rand.Text()
	c, err := runPostgresReplicas(ctx, image, password)
	if err != nil {
		return nil, abandon(image, err, c)
	}
	r := &postgresReplicas{}
	var addresses []string
	for _, port := range postgresPorts {
		address, err := c.PortEndpoint(ctx, port+"/tcp", "")
		if err != nil {
			return nil, abandon(image, err, c)
		}
		addresses = append(addresses, address)
		dsn := "postgres://postgres:" + password + "@" + address + "/tenon_test?sslmode=disable"
		config, err := pgx.ParseConfig(dsn)
		if err != nil {
			return nil, abandon(image, err, c)
		}
		r.members = append(r.members, &postgresMember{port, dsn, stdlib.OpenDB(*config)})
	}
	closeAll := func() error {
		var errs []error
		for _, m := range r.members {
			errs = append(errs, m.admin.Close())
		}
		return errors.Join(append(errs, remove(c))...)
	}
	all := "postgres://postgres:" + password + "@" + strings.Join(addresses, ",") + "/tenon_test?sslmode=disable&target_session_attrs=read-write"
	if err := r.synchronize(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("containers: starting replicas of %s: %w", image, err), closeAll())
	}
	server, err := connectPostgres(ctx, all, false)
	if err != nil {
		return nil, errors.Join(err, closeAll())
	}
	r.postgres = server.engine.(*postgres)
	server.engine, server.container = r, c
	server.closers = append(server.closers, closeAll)
	return server, nil
}

// runPostgresReplicas starts the container. Each server's data is in memory, and a copy of
// that of the server before it.
func runPostgresReplicas(ctx context.Context, image, password string) (testcontainers.Container, error) {
	start := func(port string) string {
		return fmt.Sprintf("pg_ctl -s -w -t %.0f -D /data/%[2]s -l /data/%[2]s.log -o '-p %[2]s' start", startPatience.Seconds(), port)
	}
	script := []string{
		"echo " + password + " >/data/password",
		"initdb -N --auth-local=trust --auth-host=md5 --pwfile=/data/password -E UTF8 --locale=C -D /data/5432 >/data/initdb.log",
		`printf '%s\n' "listen_addresses='*'" "unix_socket_directories='/data'" fsync=off shared_buffers=16MB >>/data/5432/postgresql.conf`,
		`printf '%s\n' 'host all all all md5' >>/data/5432/pg_hba.conf`,
		start("5432"),
		"createdb -h /data tenon_test",
	}
	exposed := make([]string, len(postgresPorts))
	for i, port := range postgresPorts {
		if i > 0 {
			script = append(script, "pg_basebackup -N -c fast -R -h /data -p "+postgresPorts[i-1]+" -D /data/"+port, start(port))
		}
		exposed[i] = port + "/tcp"
	}
	return testcontainers.Run(ctx, image,
		testcontainers.WithEntrypoint("bash", "-c"),
		testcontainers.WithCmd(strings.Join(append(script, "echo "+ready, "exec sleep infinity"), " && ")),
		published(exposed...),
		testcontainers.WithTmpfs(map[string]string{"/data": "mode=1777"}),
		testcontainers.WithConfigModifier(func(c *container.Config) { c.User = "postgres" }),
		waitFor(waitForLine(ready)),
		testcontainers.WithLogger(log.NewNoopLogger()))
}

// synchronize waits until the next standby, if there is one, follows the primary. Then it
// makes commits on the primary wait for that standby.
func (r *postgresReplicas) synchronize(ctx context.Context) error {
	if r.primary == len(r.members)-1 {
		return nil
	}
	primary := r.members[r.primary].admin
	for follows := false; !follows; {
		err := primary.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE state = 'streaming')").Scan(&follows)
		if err != nil {
			return err
		}
	}
	return r.configure(ctx, "ALTER SYSTEM SET synchronous_standby_names = '*'")
}

// configure changes the configuration of the primary.
func (r *postgresReplicas) configure(ctx context.Context, statement string) error {
	for _, s := range []string{statement, "SELECT pg_reload_conf()"} {
		if _, err := r.members[r.primary].admin.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// replicas returns the engine of a server that PostgresReplicas started.
func replicas(s *Server) (*postgresReplicas, error) {
	r, ok := s.engine.(*postgresReplicas)
	if !ok {
		return nil, fmt.Errorf("containers: the %s server has no replicas", s.Engine)
	}
	return r, nil
}

// PostgresMembers returns the DSNs of the members of a server that [PostgresReplicas]
// started. The first is the primary until another one is promoted.
func PostgresMembers(s *Server) []string {
	var list []string
	for _, m := range s.engine.(*postgresReplicas).members {
		list = append(list, m.dsn)
	}
	return list
}

// KillPostgres kills the primary without a shutdown.
func KillPostgres(ctx context.Context, s *Server) error {
	r, err := replicas(s)
	if err != nil {
		return err
	}
	return s.run(ctx, "p=$(head -1 /data/"+r.members[r.primary].port+"/postmaster.pid) && kill -9 $p $(cat /proc/$p/task/$p/children)")
}

// FreezePostgres makes the primary read-only, as an operator does before promoting a
// standby. Connections to it stay open. It returns when no transaction writes anymore: a
// later commit would wait for the standby forever.
func FreezePostgres(ctx context.Context, s *Server) error {
	r, err := replicas(s)
	if err != nil {
		return err
	}
	if err := r.configure(ctx, "ALTER SYSTEM SET default_transaction_read_only = on"); err != nil {
		return err
	}
	primary := r.members[r.primary]
	// The server signals all of its processes before it accepts another connection,
	// and each process handles its signals before its next statement. So once a new
	// connection has the setting, only transactions that began earlier can still write.
	var frozen time.Time
	for readOnly := false; !readOnly; {
		if readOnly, frozen, err = isFrozen(ctx, primary.dsn); err != nil {
			return err
		}
	}
	for writes := true; writes; {
		err := primary.admin.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND xact_start < $1)", frozen).Scan(&writes)
		if err != nil {
			return err
		}
	}
	return nil
}

// isFrozen reports whether a new connection is read-only, and the server's time then.
func isFrozen(ctx context.Context, dsn string) (readOnly bool, at time.Time, err error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return false, time.Time{}, err
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, "SELECT current_setting('default_transaction_read_only')::bool, clock_timestamp()").Scan(&readOnly, &at)
	return readOnly, at, err
}

// PromotePostgres makes the next standby the primary. The standby after it, if any,
// follows it.
func PromotePostgres(ctx context.Context, s *Server) error {
	r, err := replicas(s)
	if err != nil {
		return err
	}
	r.primary++
	next := r.members[r.primary].admin
	if _, err := next.ExecContext(ctx, "SELECT pg_promote(false)"); err != nil { // pg_promote(true) would stop waiting after a minute, without an error
		return err
	}
	for standby := true; standby; {
		if err := next.QueryRowContext(ctx, "SELECT pg_is_in_recovery()").Scan(&standby); err != nil {
			return err
		}
	}
	return r.synchronize(ctx)
}
