package containers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/tenon-go/tenon/conformance"
)

// Shared has the servers of a test binary. It starts each server once, when the first
// test asks for it. Close ends all of them. The zero value is ready for use, and safe
// for concurrent use.
type Shared struct {
	mu      sync.Mutex
	servers map[any]*shared // by the options of the server
	order   []*shared       // in the order of the first requests
	notRun  []string        // the names of skipped tests
}

// shared is one server, which is started once.
type shared struct {
	start  sync.Once
	server *Server
	err    error
}

// Postgres returns the server that the options describe. If this machine lacks
// what the server needs (see [MissingError]), Postgres skips t, or fails it if
// TENON_REQUIRE asks for "postgres". If the server fails to start, t fails.
func (s *Shared) Postgres(t conformance.TB, o PostgresOptions) *Server {
	t.Helper()
	o = o.complete()
	return s.get(t, "postgres", o, func(ctx context.Context) (*Server, error) { return Postgres(ctx, o) })
}

// PgBouncer returns a PgBouncer in transaction mode in front of the server that
// Postgres returns for these options. Its name in TENON_REQUIRE is "pgbouncer".
func (s *Shared) PgBouncer(t conformance.TB, o PostgresOptions) *Server {
	t.Helper()
	type key struct{ *Server }
	server := s.Postgres(t, o)
	return s.get(t, "pgbouncer", key{server}, func(ctx context.Context) (*Server, error) { return PgBouncer(ctx, server) })
}

// PostgresDatabase returns another database on the server that Postgres returns for
// these options. Its sessions are in the time zone zone.
func (s *Shared) PostgresDatabase(t conformance.TB, o PostgresOptions, zone string) *Server {
	t.Helper()
	type key struct {
		*Server
		zone string
	}
	server := s.Postgres(t, o)
	return s.get(t, "postgres", key{server, zone}, func(ctx context.Context) (*Server, error) {
		return PostgresDatabase(ctx, server, map[string]string{"timezone": zone})
	})
}

// PostgresReplicas returns a primary with standbys. Each call starts new ones, since a
// failover uses them up. Its name in TENON_REQUIRE is "postgres".
func (s *Shared) PostgresReplicas(t conformance.TB) *Server {
	t.Helper()
	return s.get(t, "postgres", new(byte), PostgresReplicas)
}

// Mongo returns the deployment that the options describe, as Postgres does. Its name
// in TENON_REQUIRE is "mongo".
func (s *Shared) Mongo(t conformance.TB, o MongoOptions) *Server {
	t.Helper()
	o = o.complete()
	return s.get(t, "mongo", o, func(ctx context.Context) (*Server, error) { return Mongo(ctx, o) })
}

// MongoHost returns a container in which tests start up to this number of servers: see
// [StartMongo]. Its name in TENON_REQUIRE is "mongo".
func (s *Shared) MongoHost(t conformance.TB, servers int) *Server {
	t.Helper()
	type key struct{ servers int }
	return s.get(t, "mongo", key{servers}, func(ctx context.Context) (*Server, error) { return MongoHost(ctx, servers) })
}

// MySQL returns the MySQL server that the options describe, as Postgres does. Its name
// in TENON_REQUIRE is "mysql".
func (s *Shared) MySQL(t conformance.TB, o MySQLOptions) *Server {
	t.Helper()
	return s.mysql(t, mysqlFamily(), o)
}

// MariaDB is [Shared.MySQL] for MariaDB. Its name in TENON_REQUIRE is "mariadb".
func (s *Shared) MariaDB(t conformance.TB, o MySQLOptions) *Server {
	t.Helper()
	return s.mysql(t, mariadbFamily(), o)
}

func (s *Shared) mysql(t conformance.TB, f family, o MySQLOptions) *Server {
	t.Helper()
	type key struct {
		engine string
		MySQLOptions
	}
	o = o.complete(f)
	return s.get(t, f.name, key{f.engine, o}, func(ctx context.Context) (*Server, error) { return startMySQL(ctx, f, o) })
}

// Galera returns the cluster that the options describe, as Postgres does. Its name in
// TENON_REQUIRE is "galera".
func (s *Shared) Galera(t conformance.TB, o GaleraOptions) *Server {
	t.Helper()
	return s.get(t, "galera", o, func(ctx context.Context) (*Server, error) { return Galera(ctx, o) })
}

// Redis returns the Redis server that the options describe, as Postgres does. Its name in
// TENON_REQUIRE is "redis".
func (s *Shared) Redis(t conformance.TB, o RedisOptions) *Server {
	t.Helper()
	return s.redis(t, redisItself, o)
}

// Valkey is [Shared.Redis] for Valkey. Its name in TENON_REQUIRE is "valkey".
func (s *Shared) Valkey(t conformance.TB, o RedisOptions) *Server {
	t.Helper()
	return s.redis(t, valkey, o)
}

func (s *Shared) redis(t conformance.TB, f redisFamily, o RedisOptions) *Server {
	t.Helper()
	type key struct {
		engine string
		RedisOptions
	}
	o = o.complete(f)
	return s.get(t, f.name, key{f.engine, o}, func(ctx context.Context) (*Server, error) { return startRedis(ctx, f, o) })
}

// get starts a server, unless it has been started. The server does not depend on the
// context of t, since other tests use it too.
func (s *Shared) get(t conformance.TB, engine string, key any, start func(context.Context) (*Server, error)) *Server {
	t.Helper()
	required, err := Required(engine)
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	if s.servers == nil {
		s.servers = map[any]*shared{}
	}
	one := s.servers[key]
	if one == nil {
		one = &shared{}
		s.servers[key] = one
		s.order = append(s.order, one)
	}
	s.mu.Unlock()
	one.start.Do(func() { one.server, one.err = start(context.WithoutCancel(t.Context())) })

	var missing *MissingError
	switch {
	case one.err == nil:
		return one.server
	case !errors.As(one.err, &missing):
		t.Fatal(one.err)
	case required:
		t.Fatalf("%s asks for %s: %v", require, engine, one.err)
	}
	s.mu.Lock()
	s.notRun = append(s.notRun, t.Name())
	s.mu.Unlock()
	t.Skipf("NOT RUN: %s: %v\n%s=%s makes this a failure.", t.Name(), one.err, require, engine)
	return nil
}

// Close ends all servers, the last one first. Later requests for a server fail.
func (s *Shared) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, one := range slices.Backward(s.order) {
		one.start.Do(func() { one.err = errors.New("containers: closed") }) // and waits for one that is being started
		if one.server != nil {
			errs = append(errs, one.server.Close())
		}
	}
	return errors.Join(errs...)
}

// Run is for TestMain. It runs the tests of m, a *testing.M, ends the servers, and
// returns the exit code. An interrupt ends the servers too, and then the process.
// At the end, Run lists on standard error the tests that were skipped for want of
// a server.
//
//	func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }
func (s *Shared) Run(m interface{ Run() int }) int {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		select {
		case <-interrupts:
			s.end(os.Stderr)
			os.Exit(130)
		case <-done:
		}
	})
	code := m.Run()
	signal.Stop(interrupts)
	close(done)
	watch.Wait()
	if !s.end(os.Stderr) && code == 0 {
		return 1
	}
	return code
}

// end closes the servers, and writes errors and the names of skipped tests to w. It
// reports whether there were no errors.
func (s *Shared) end(w io.Writer) (ok bool) {
	err := s.Close()
	if err != nil {
		fmt.Fprintln(w, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.notRun) > 0 {
		fmt.Fprintf(w, "NOT RUN for want of a server (go test -v says why): %s\n", strings.Join(s.notRun, ", "))
	}
	return err == nil
}
