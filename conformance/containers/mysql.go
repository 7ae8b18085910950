package containers

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	mariadbcontainer "github.com/testcontainers/testcontainers-go/modules/mariadb"
	mysqlcontainer "github.com/testcontainers/testcontainers-go/modules/mysql"
)

// MySQLDSN and MariaDBDSN are the environment variables with the DSN of a running server,
// in the form of go-sql-driver/mysql.
const (
	MySQLDSN   = "TENON_MYSQL_DSN"
	MariaDBDSN = "TENON_MARIADB_DSN"
)

// MySQLOptions describes a MySQL or MariaDB server. The zero value is the server that
// TENON_MYSQL_DSN or TENON_MARIADB_DSN names, or else MySQL 9 or MariaDB 11.8.
type MySQLOptions struct {
	// Version is the version to start in a container: "9", "10.11", "11.8". It is
	// ignored for a running server.
	Version string

	// Zone is the time zone of a server in a container: "Pacific/Marquesas".
	Zone string

	// DSN names a running server, and a database on it. Its account must be able
	// to create and drop databases. The default is the environment variable. If that
	// is empty too, a container is started.
	DSN string

	// AnyDatabase allows a DSN whose database does not have the word "test" in
	// its name.
	AnyDatabase bool
}

// family is one of the engines that speak MySQL's protocol.
type family struct {
	engine    string   // "MariaDB"
	name      string   // of its images and in TENON_REQUIRE: "mariadb"
	version   string   // the default version to start
	variable  string   // the environment variable with the DSN of a running server
	ready     string   // a server logs this when it accepts connections
	arguments []string // only for servers of this family
	noTLS     string   // turns off TLS, if that starts a server in half of the time

	run func(ctx context.Context, image string, options ...testcontainers.ContainerCustomizer) (mysqlContainer, error)
}

type mysqlContainer interface {
	testcontainers.Container
	ConnectionString(ctx context.Context, args ...string) (string, error)
}

func mysqlFamily() family {
	return family{"MySQL", "mysql", "9", MySQLDSN, "port: 3306  MySQL Community Server",
		[]string{"--innodb-log-writer-threads=OFF", "--mysqlx=OFF"}, "",
		func(ctx context.Context, image string, options ...testcontainers.ContainerCustomizer) (mysqlContainer, error) {
			c, err := mysqlcontainer.Run(ctx, image, append(options,
				mysqlcontainer.WithDatabase(mysqlDatabase), mysqlcontainer.WithUsername("root"), mysqlcontainer.WithPassword(rand.Text()))...)
			if c == nil {
				return nil, err
			}
			return c, err
		}}
}

func mariadbFamily() family {
	return family{"MariaDB", "mariadb", "11.8", MariaDBDSN, "port: 3306  mariadb.org binary distribution", nil,
		"--skip-ssl", // else it creates a key at every start
		func(ctx context.Context, image string, options ...testcontainers.ContainerCustomizer) (mysqlContainer, error) {
			c, err := mariadbcontainer.Run(ctx, image, append(options,
				mariadbcontainer.WithDatabase(mysqlDatabase), mariadbcontainer.WithUsername("root"), mariadbcontainer.WithPassword(rand.Text()))...)
			if c == nil {
				return nil, err
			}
			return c, err
		}}
}

const mysqlDatabase = "tenon_test"

// complete returns the options with defaults filled in.
func (o MySQLOptions) complete(f family) MySQLOptions {
	o.DSN = cmp.Or(o.DSN, os.Getenv(f.variable))
	o.Version = cmp.Or(o.Version, f.version)
	if o.DSN != "" {
		o.Version = "" // that of the running server
	}
	return o
}

// MySQL starts a MySQL server in a container, or connects to a running one. If this
// machine cannot start containers, or does not have the image, the error is a
// [*MissingError]. The caller closes the server.
func MySQL(ctx context.Context, o MySQLOptions) (*Server, error) {
	return startMySQL(ctx, mysqlFamily(), o)
}

// MariaDB is [MySQL] for MariaDB.
func MariaDB(ctx context.Context, o MySQLOptions) (*Server, error) {
	return startMySQL(ctx, mariadbFamily(), o)
}

func startMySQL(ctx context.Context, f family, o MySQLOptions) (*Server, error) {
	o = o.complete(f)
	if o.DSN != "" {
		return callRunning(connectMySQL(ctx, f, o.DSN, o.AnyDatabase))
	}
	image, variable := chooseImage(f.name, o.Version, f.name, o.Version)
	if err := prepare(ctx, image, variable, f.variable); err != nil {
		return nil, err
	}
	container, err := f.run(ctx, image,
		published("3306/tcp"),
		// The data is in memory: tests create thousands of tables, and each would take
		// several writes to the disk.
		testcontainers.WithTmpfs(map[string]string{"/var/lib/mysql": "rw"}),
		testcontainers.WithCmdArgs(mysqlArguments(f, o)...),
		waitFor(waitForLine(f.ready)),
		testcontainers.WithLogger(log.NewNoopLogger()))
	if err != nil {
		return nil, abandon(image, err, container)
	}
	dsn, err := mysqlContainerDSN(ctx, container)
	if err != nil {
		return nil, abandon(image, err, container)
	}
	server, err := connectMySQL(ctx, f, dsn, false)
	if err != nil {
		return nil, abandon(image, err, container)
	}
	server.container, server.Deployment = container, oneContainer
	server.closers = append(server.closers, func() error { return remove(container) })
	return server, nil
}

// mysqlContainerDSN returns the DSN of a container's server, with the address at
// which this process reaches it.
func mysqlContainerDSN(ctx context.Context, c mysqlContainer) (string, error) {
	published, err := c.ConnectionString(ctx)
	if err != nil {
		return "", err
	}
	config, err := mysql.ParseDSN(published)
	if err != nil {
		return "", err
	}
	config.Addr, err = reach(ctx, c, "3306/tcp")
	return config.FormatDSN(), err
}

// mysqlArguments returns the arguments of the server.
func mysqlArguments(f family, o MySQLOptions) []string {
	arguments := slices.Concat([]string{"mysqld", "--skip-log-bin"}, shortLived, f.arguments)
	if o.Zone != "" {
		arguments = append(arguments, "--default-time-zone="+o.Zone)
	}
	return arguments
}

// shortLived are arguments for every server in a container, including Galera's. They turn
// off what replication, monitoring and durability need: it is expensive, and not under
// test.
var shortLived = []string{"--performance-schema=OFF", "--max-connections=500", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=OFF"}

// connectMySQL connects to a server and finds out its version. It refuses a server of
// the other family, and a database whose name does not show that it is for tests. It
// writes nothing.
func connectMySQL(ctx context.Context, f family, dsn string, anyDatabase bool) (*Server, error) {
	config, err := parseMySQL(dsn)
	if err != nil {
		// The driver's text can contain the password.
		return nil, fmt.Errorf(`containers: the DSN of the %s server is not of the form "user:password@tcp(host:port)/database"`, f.engine)
	}
	if config.TLSConfig != "" && config.TLSConfig != "false" {
		return nil, fmt.Errorf("containers: the DSN of the %s server asks for encryption, which the suite's proxy cannot read", f.engine)
	}
	config.Logger = &mysql.NopLogger{} // connections are cut off on purpose
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("containers: the DSN of the %s server cannot be used", f.engine)
	}
	db := sql.OpenDB(connector)
	db.SetMaxIdleConns(4)
	var name, version string
	err = db.QueryRowContext(ctx, "SELECT COALESCE(DATABASE(), ''), VERSION()").Scan(&name, &version)
	switch mariadb := strings.Contains(version, "MariaDB"); {
	case err != nil:
		err = fmt.Errorf("containers: asking the %s server at %s: %w", f.engine, config.Addr, err)
	case mariadb != (f.engine == "MariaDB"):
		err = fmt.Errorf("containers: the server at %s is no %s: its version is %s", config.Addr, f.engine, version)
	default:
		err = checkName(name, anyDatabase)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	version, _, _ = strings.Cut(version, "-") // the rest names the build
	return &Server{
		Engine: f.engine, Version: version, DSN: dsn,
		engine:  &mysqlServer{config: config, admin: db},
		closers: []func() error{db.Close},
	}, nil
}

// parseMySQL parses a data source name. It recovers from the driver's panic at a
// parameter that it no longer supports: strict.
func parseMySQL(dsn string) (config *mysql.Config, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the driver panicked")
		}
	}()
	return mysql.ParseDSN(dsn)
}
