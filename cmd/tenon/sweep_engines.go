package main

import (
	"cmp"
	"context"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/adapters/redis"
	"github.com/tenon-go/tenon/adapters/sqlite"
)

const (
	usersTable    = "users" // not used by a sweep
	sessionsTable = "sessions"
)

func sweepsPostgres() *sweeper {
	return &sweeper{takes: []string{"sessions-table", "schema"}, open: func(ctx context.Context, dsn string, p place) (swept, error) {
		options := []postgres.Option{postgres.WithTables(usersTable, cmp.Or(p.table, sessionsTable))}
		if p.schema != "" {
			options = append(options, postgres.WithSchema(p.schema))
		}
		return postgres.OpenSweeper(ctx, dsn, options...)
	}}
}

func sweepsMySQL() *sweeper {
	return &sweeper{takes: []string{"sessions-table", "schema"}, open: func(ctx context.Context, dsn string, p place) (swept, error) {
		options := []mysql.Option{mysql.WithTables(usersTable, cmp.Or(p.table, sessionsTable))}
		if p.schema != "" {
			options = append(options, mysql.WithDatabase(p.schema))
		}
		return mysql.OpenSweeper(ctx, dsn, options...)
	}}
}

func sweepsMongo() *sweeper {
	return &sweeper{takes: []string{"sessions-table"}, open: func(ctx context.Context, uri string, p place) (swept, error) {
		return mongo.OpenSweeper(ctx, uri, mongo.WithCollections(usersTable, cmp.Or(p.table, sessionsTable)))
	}}
}

func sweepsRedis() *sweeper {
	return &sweeper{takes: []string{"prefix"}, open: func(ctx context.Context, url string, p place) (swept, error) {
		var options []redis.Option
		if p.prefix != "" {
			options = append(options, redis.WithPrefix(p.prefix))
		}
		return redis.OpenSweeper(ctx, url, options...)
	}}
}

func sweepsSQLite() *sweeper {
	return &sweeper{takes: []string{"sessions-table"}, open: func(ctx context.Context, path string, p place) (swept, error) {
		return sqlite.OpenSweeper(ctx, path, sqlite.WithTables(usersTable, cmp.Or(p.table, sessionsTable)))
	}}
}
