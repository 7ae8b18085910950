package main

import (
	"context"
	"errors"
	"strings"

	"github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/spec"
)

// target is the store to which sessions are moved.
type target = spec.Store[User, Session]

// openTarget opens a target for the type of its users' ids, and creates the table of
// sessions. It tries all types of ids: Migrate does nothing if the table of users has
// another type. If no type fits, openTarget returns the error with the fewest findings.
func (e engine) openTarget(ctx context.Context, dsn, users, sessions string) (*target, userIDs, error) {
	var unfit error
	for _, ids := range e.targets {
		opened, err := ids.open(ctx, dsn, users, sessions)
		if err != nil {
			return nil, ids, err
		}
		err = opened.Migrate(ctx)
		if err == nil {
			return opened, ids, nil
		}
		opened.Close()
		if !errors.Is(err, spec.ErrFailed) {
			return nil, ids, err
		}
		if unfit == nil || strings.Count(err.Error(), "; ") < strings.Count(unfit.Error(), "; ") {
			unfit = err
		}
	}
	return nil, userIDs{}, unfit
}

func openPostgres(options ...postgres.Option) func(ctx context.Context, dsn, users, sessions string) (*target, error) {
	return func(ctx context.Context, dsn, users, sessions string) (*target, error) {
		return postgres.Open[User, Session](ctx, dsn, append(options, postgres.WithTables(users, sessions))...)
	}
}

func openMySQL(options ...mysql.Option) func(ctx context.Context, dsn, users, sessions string) (*target, error) {
	return func(ctx context.Context, dsn, users, sessions string) (*target, error) {
		return mysql.Open[User, Session](ctx, strings.TrimPrefix(dsn, mysqlPrefix), append(options, mysql.WithTables(users, sessions))...)
	}
}

func openMongo(options ...mongo.Option) func(ctx context.Context, dsn, users, sessions string) (*target, error) {
	return func(ctx context.Context, dsn, users, sessions string) (*target, error) {
		return mongo.Open[User, Session](ctx, dsn, append(options, mongo.WithCollections(users, sessions))...)
	}
}

func openSQLite(options ...sqlite.Option) func(ctx context.Context, dsn, users, sessions string) (*target, error) {
	return func(ctx context.Context, dsn, users, sessions string) (*target, error) {
		return sqlite.Open[User, Session](ctx, dsn, append(options, sqlite.WithTables(users, sessions))...)
	}
}
