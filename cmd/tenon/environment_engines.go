package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	mongoadapter "github.com/tenon-go/tenon/adapters/mongo"
	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/internal/environment"
	aroundmongo "github.com/tenon-go/tenon/internal/environment/mongo"
	aroundmysql "github.com/tenon-go/tenon/internal/environment/mysql"
	aroundpostgres "github.com/tenon-go/tenon/internal/environment/postgres"
	aroundsqlite "github.com/tenon-go/tenon/internal/environment/sqlite"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/internal/testing/scratch"
	"github.com/tenon-go/tenon/spec"
)

func aroundPostgres() *surroundings {
	return &surroundings{results: "postgres", variable: containers.PostgresDSN, look: lookAtPostgres}
}

// lookAtPostgres runs the program in its own schema.
func lookAtPostgres(ctx context.Context, dsn string) (*sight, error) {
	schema := ownName()
	about, verdict := tryProgram(ctx, func() (programStore, error) {
		return postgres.Open[program.User, program.Session](ctx, dsn, postgres.WithSchema(schema))
	})
	return ask(ctx, &sight{about: about, verdict: verdict}, "pgx", dsn, aroundpostgres.Survey,
		"DROP SCHEMA IF EXISTS "+schema+" CASCADE")
}

func aroundMySQL(variable string) *surroundings {
	return &surroundings{results: "mysql", variable: variable, look: lookAtMySQL}
}

// lookAtMySQL runs the program in its own two tables.
func lookAtMySQL(ctx context.Context, dsn string) (*sight, error) {
	users := ownName()
	sessions := users + "_sessions"
	about, verdict := tryProgram(ctx, func() (programStore, error) {
		return mysql.Open[program.User, program.Session](ctx, dsn, mysql.WithTables(users, sessions))
	})
	return ask(ctx, &sight{about: about, verdict: verdict}, "mysql", dsn, aroundmysql.Survey,
		"DROP TABLE IF EXISTS "+sessions, "DROP TABLE IF EXISTS "+users)
}

// ask removes what the program created on an SQL server, and surveys the server. If the
// DSN does not parse, the adapter has refused it already, with an error that does not
// contain it.
func ask(ctx context.Context, seen *sight, sqlDriver, dsn string,
	survey func(context.Context, *sql.DB, ...string) ([]environment.Case, error), remove ...string) (*sight, error) {
	if seen.about.Engine == "" {
		return nil, errors.New(seen.verdict.Detail)
	}
	db, err := sql.Open(sqlDriver, dsn)
	if err != nil {
		return nil, errors.New("the data source name cannot be used")
	}
	defer db.Close()
	for _, statement := range remove {
		if _, err := db.ExecContext(context.WithoutCancel(ctx), statement); err != nil {
			return nil, fmt.Errorf("cannot clean up: %s: %w", statement, err)
		}
	}
	seen.found, err = survey(ctx, db, "users", "sessions")
	return seen, err
}

// surveySQL surveys an SQL server without looking for tables.
func surveySQL(ctx context.Context, sqlDriver, dsn string, survey func(context.Context, *sql.DB, ...string) ([]environment.Case, error)) ([]environment.Case, error) {
	db, err := sql.Open(sqlDriver, dsn)
	if err != nil {
		return nil, errors.New("the data source name cannot be used")
	}
	defer db.Close()
	return survey(ctx, db)
}

func aroundMongo() *surroundings {
	return &surroundings{results: "mongo", variable: containers.MongoURI, look: lookAtMongo}
}

// lookAtMongo runs the program in its own two collections.
func lookAtMongo(ctx context.Context, uri string) (*sight, error) {
	users := ownName()
	sessions := users + "_sessions"
	seen := new(sight)
	seen.about, seen.verdict = tryProgram(ctx, func() (programStore, error) {
		return mongoadapter.Open[program.User, program.Session](ctx, uri, mongoadapter.WithCollections(users, sessions))
	})
	if seen.about.Engine == "" {
		return nil, errors.New(seen.verdict.Detail)
	}
	db, err := openMongo(uri)
	if err != nil {
		return nil, err
	}
	defer db.Client().Disconnect(context.WithoutCancel(ctx))
	for _, name := range []string{sessions, users} {
		if err := db.Collection(name).Drop(context.WithoutCancel(ctx)); err != nil {
			return nil, fmt.Errorf("cannot clean up: dropping the collection %s: %w", name, err)
		}
	}
	seen.found, err = aroundmongo.Survey(ctx, db, "users", "sessions")
	return seen, err
}

// surveyMongo surveys a deployment without looking for collections.
func surveyMongo(ctx context.Context, uri string) ([]environment.Case, error) {
	db, err := openMongo(uri)
	if err != nil {
		return nil, err
	}
	defer db.Client().Disconnect(context.WithoutCancel(ctx))
	return aroundmongo.Survey(ctx, db)
}

func openMongo(uri string) (*mongo.Database, error) {
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return nil, errors.New("the URI cannot be used")
	}
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		return nil, errors.New("the URI cannot be used")
	}
	return client.Database(parsed.Database), nil
}

func aroundSQLite() *surroundings {
	return &surroundings{results: "sqlite", look: lookAtSQLite}
}

// lookAtSQLite runs the program on a copy of the file, since Open would switch the file
// itself to WAL permanently.
func lookAtSQLite(ctx context.Context, path string) (seen *sight, err error) {
	if err := refusedBySQLite(ctx, path); err != nil {
		return nil, err
	}
	name, query, _ := strings.Cut(path, "?")
	file := name
	uri, err := url.Parse(name)
	isURI := err == nil && uri.Scheme == "file"
	if isURI {
		if file = uri.Path; uri.Opaque != "" { // the path is relative
			file, _ = url.PathUnescape(uri.Opaque)
		}
	}
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, errors.New("there is no such file")
		}
		return nil, errors.New("the path is not that of a readable file")
	}
	dir, err := scratch.MkdirTemp()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	seen = new(sight)
	if seen.found, err = aroundsqlite.Survey(ctx, db, "users", "sessions"); err != nil {
		return nil, err
	}
	clone := filepath.Join(dir, "copy.db")
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", clone); err != nil {
		return nil, fmt.Errorf("copying the file: %w", err)
	}
	if isURI { // some parameters are only those of URIs
		clone = "file:" + (&url.URL{Path: clone}).EscapedPath()
	}
	if query != "" {
		clone += "?" + query
	}
	users := ownName()
	seen.about, seen.verdict = tryProgram(ctx, func() (programStore, error) {
		return sqlite.Open[program.User, program.Session](ctx, clone, sqlite.WithTables(users, users+"_sessions"))
	})
	return seen, nil
}

// refusedBySQLite returns the error of a data source name that Open refuses. Open opens no
// file, because its context is done.
func refusedBySQLite(ctx context.Context, path string) error {
	done, cancel := context.WithCancel(ctx)
	cancel()
	a, err := sqlite.Open[program.User, program.Session](done, path)
	if err == nil {
		return a.Close()
	}
	if spec.ClassOf(err) == context.Canceled {
		return nil
	}
	return err
}
