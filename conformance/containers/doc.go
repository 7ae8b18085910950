// Package containers starts database servers for the conformance suite, and
// prepares a store for each of the suite's checks. It works for any adapter, with
// and without go test.
//
// # Servers
//
// [Postgres], [MySQL], [MariaDB], [Mongo], [Redis] and [Valkey] start a server in a
// container, through testcontainers-go, or connect to a running server. [Galera]
// starts a cluster. So do Mongo, Redis and Valkey with the right options. Under go
// test, a [Shared] starts each server once for the whole test binary. It skips a
// test whose server this machine cannot run, and says so:
//
//	var servers containers.Shared
//
//	func TestMain(m *testing.M) { os.Exit(servers.Run(m)) }
//
//	func TestConformance(t *testing.T) {
//		target := servers.Postgres(t, containers.PostgresOptions{}).Target(nil)
//		options := target.Options()
//		options.DriverError = isDriverError
//		conformance.Run(t, conformance.NewSubject(open), options)
//	}
//
//	func open(t conformance.TB, s conformance.Store, columns spec.Columns) spec.Adapter {
//		place := s.Target.(*containers.Target).Open(t, s)
//		a, err := mine.OpenAdapter(t.Context(), place.DSN, columns, mine.WithSchema(place.Name))
//		…
//	}
//
// # Environment
//
//	TENON_REQUIRE             servers that must run, separated by commas ("postgres,pgbouncer"),
//	                          or "all": without one of them tests fail, and are not skipped
//	TENON_POSTGRES_DSN        the DSN of a running PostgreSQL, used instead of a container
//	TENON_MYSQL_DSN           the DSN of a running MySQL, in the form of go-sql-driver/mysql
//	TENON_MARIADB_DSN         the DSN of a running MariaDB, in the same form
//	TENON_MONGO_URI           the URI of a running MongoDB; it names the database
//	TENON_REDIS_URL           the URL of a running Redis, or of a node of a Cluster; its database is empty
//	TENON_VALKEY_URL          the URL of a running Valkey, likewise
//	TENON_ANY_DATABASE        "1": the database of a running server need not have the word "test" in
//	                          its name, or be empty
//	TENON_POSTGRES_17_IMAGE   the image to use instead of "postgres:17"; likewise for other versions
//	TENON_PGBOUNCER_IMAGE     the image to use instead of "edoburu/pgbouncer:latest"
//
// The variables of testcontainers-go (DOCKER_HOST, TESTCONTAINERS_RYUK_DISABLED,
// TESTCONTAINERS_HOST_OVERRIDE and others) apply too.
//
// Containers publish their ports on 127.0.0.1 of the machine that runs Docker. If
// that is this machine, the package connects to the containers' own addresses.
// The tests must run on that machine, or in a container with its network
// (--network host). If Docker is elsewhere, start the servers there and name them
// in the variables above.
package containers
