// Package containers starts the database servers that the conformance suite
// runs on, and prepares a store for each of its checks. It works for any
// adapter, under go test and without it.
//
// # Servers
//
// [Postgres], [MySQL], [MariaDB], [Mongo], [Redis] and [Valkey] start a server in a container,
// through testcontainers-go, or take one that runs already; [Galera], and Mongo,
// Redis and Valkey if they are told so, start a cluster. Under go test a [Shared] starts each server
// once for the whole test binary, and skips, loudly, what this machine cannot
// run:
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
//	TENON_REQUIRE             servers that must be there, with commas ("postgres,pgbouncer"), or "all":
//	                          what would be skipped for want of one fails instead
//	TENON_POSTGRES_DSN        a PostgreSQL that runs already, used instead of a container
//	TENON_MYSQL_DSN           the same for a MySQL, as go-sql-driver/mysql reads it
//	TENON_MARIADB_DSN         the same for a MariaDB
//	TENON_MONGO_URI           a MongoDB that runs already, likewise; its URI names the database
//	TENON_REDIS_URL           a Redis that runs already, or a node of a Cluster; its database is empty
//	TENON_VALKEY_URL          the same for a Valkey
//	TENON_ANY_DATABASE        "1": such a database need not have the word "test" in its name, or be empty
//	TENON_POSTGRES_17_IMAGE   the image to use instead of "postgres:17"; likewise for other versions
//	TENON_PGBOUNCER_IMAGE     the image to use instead of "edoburu/pgbouncer:latest"
//
// What testcontainers-go itself reads (DOCKER_HOST, TESTCONTAINERS_RYUK_DISABLED,
// TESTCONTAINERS_HOST_OVERRIDE and others) holds as well.
//
// Containers publish their ports on 127.0.0.1 of the machine that runs Docker;
// where that is this one, their servers are reached at the containers' addresses.
// The tests must run on that machine, or in a container with its network
// (--network host). With a Docker elsewhere, start the servers there and name
// them by the variables above.
package containers
