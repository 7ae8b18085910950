package engines

import (
	"context"
	"errors"
	"time"

	driver "github.com/go-sql-driver/mysql"
	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers"
)

// MySQLDialect is the SQL of MySQL and MariaDB.
var MySQLDialect = Dialect{driver: "mysql", bind: sqlx.QUESTION, millis: true}

// MySQL and MariaDB are measured in the same way.
var (
	MySQL   = mysqlEngine("mysql", "MySQL", containers.MySQL, containers.MySQLDSN, mysqlGrowth("innodb_redo_log_capacity", 100_000, 1_000_000, 3_000_000, 10_000_000))
	MariaDB = mysqlEngine("mariadb", "MariaDB", containers.MariaDB, containers.MariaDBDSN, mysqlGrowth("innodb_log_file_size", 100_000, 1_000_000))
)

func mysqlEngine(name, title string, start func(context.Context, containers.MySQLOptions) (*containers.Server, error), variable string, growth *growth) *Engine {
	return &Engine{
		Name: name, Title: title, Base: "database/sql", Slice: 25,
		Calls:    StoreCalls,
		variable: variable,
		start: func(ctx context.Context, dsn string) (*server, error) {
			s, err := start(ctx, containers.MySQLOptions{DSN: dsn})
			if err != nil {
				return nil, err
			}
			return startMySQL(ctx, s)
		},
		fill:   MySQLDialect.fill(openMySQL),
		growth: growth,
		Competitors: []Competitor{
			tenon(openMySQL),
			kept(MySQLDialect),
			sqlxGet(MySQLDialect, time.UnixMilli),
		},
	}
}

func openMySQL(ctx context.Context, dsn string) (*store, error) {
	return mysql.Open[User, Device](ctx, dsn, mysql.WithTables(usersTable, sessionsTable))
}

// startMySQL creates a database on a server.
func startMySQL(ctx context.Context, s *containers.Server) (*server, error) {
	config, err := driver.ParseDSN(s.DSN)
	if err != nil { // its text contains parts of the DSN
		return nil, errors.Join(errors.New("the DSN cannot be parsed"), s.Close())
	}
	config.DBName = ownName
	in := &server{dsn: config.FormatDSN()}
	if config.Net == "tcp" {
		in.address = config.Addr
		in.through = func(address string) string {
			at := config.Clone()
			at.Addr = address
			return at.FormatDSN()
		}
	}
	return inPlace(ctx, MySQLDialect, s, s.DSN, "DATABASE", "", in)
}
