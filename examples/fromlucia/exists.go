package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// openSQL opens a database with a driver of database/sql.
func openSQL(driver, dsn string) (*sql.DB, error) {
	if driver == "sqlite" {
		if err := checkExists(dsn); err != nil {
			return nil, err
		}
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, errors.New("the DSN cannot be read") // err can contain the password
	}
	return db, nil
}

// checkExists returns an error unless the file of a SQLite DSN exists. The driver would
// create it.
func checkExists(dsn string) error {
	if !hasOnlyParameters(dsn) {
		return errors.New("a path with a question mark is written as a URI, file:…, with %3F")
	}
	path, _, _ := strings.Cut(dsn, "?")
	if escaped, isURI := strings.CutPrefix(path, "file:"); isURI {
		var err error
		if path, err = url.PathUnescape(escaped); err != nil {
			return errors.New("the URI of the file cannot be read")
		}
	}
	_, err := os.Stat(path)
	return err
}

// columnsOf returns the columns of a table, whose name is quoted. If there is no such
// table, it returns an error.
func columnsOf(ctx context.Context, db *sql.DB, table string) ([]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT * FROM "+table+" WHERE 1 = 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return rows.Columns()
}

// checkTable returns an error unless the table, whose name is quoted, exists.
func checkTable(ctx context.Context, driver, dsn, table string) error {
	db, err := openSQL(driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = columnsOf(ctx, db, table)
	return err
}

// checkCollection returns an error unless the collection exists. MongoDB would create it.
func checkCollection(ctx context.Context, db *mongo.Database, name string) error {
	names, err := db.ListCollectionNames(ctx, bson.D{{Key: "name", Value: name}})
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("no such collection: %q", name)
	}
	return err
}
