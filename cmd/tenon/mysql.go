package main

import (
	"context"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/subjects"
	"github.com/tenon-go/tenon/internal/environment"
	aroundmysql "github.com/tenon-go/tenon/internal/environment/mysql"
)

// mysqlModule is the Go driver.
const mysqlModule = "github.com/go-sql-driver/mysql"

// mysqlDriver judges mysql.Open without options on MySQL. The tests of package
// containers vary the settings.
func mysqlDriver() adapter {
	return mysqlDriverOn("mysql", "MySQL 9", containers.MySQL, containers.MySQLDSN)
}

// mariadbAdapter is mysqlDriver on MariaDB.
func mariadbAdapter() adapter {
	return mysqlDriverOn("mariadb", "MariaDB 11.8", containers.MariaDB, containers.MariaDBDSN)
}

func mysqlDriverOn(name, summary string, start func(context.Context, containers.MySQLOptions) (*containers.Server, error), variable string) adapter {
	var plain subjects.MySQLVariation
	subject, _ := subjects.MySQL(new(containers.Server), plain) // the same for every server
	return adapter{
		name:    name,
		summary: summary,
		modules: []string{mysqlModule},
		schemes: []string{}, // go-sql-driver's DSNs have no scheme
		dsn:     "me@tcp(localhost:3306)/app_test",
		subject: subject,

		surroundings: aroundMySQL(variable),
		sweeper:      sweepsMySQL(),
		start: func(ctx context.Context, dsn string) (*engine, error) {
			server, err := start(ctx, containers.MySQLOptions{DSN: dsn})
			if err != nil {
				return nil, err
			}
			_, options := subjects.MySQL(server, plain)
			return &engine{
				name: server.Engine, version: server.Version, deployment: server.Deployment, options: options, stop: server.Close,
				settings: func(ctx context.Context) ([]environment.Case, error) {
					return surveySQL(ctx, "mysql", server.DSN, aroundmysql.Survey)
				},
			}, nil
		},
	}
}
