// Package sqlite tells what a database of SQLite has in the words of
// the results: see package environment.
package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Server returns the name of the SQLite that a handle runs, "SQLite 3.53".
func Server(ctx context.Context, db *sql.DB) (string, error) {
	var version string
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return "", fmt.Errorf("asking for SQLite's version: %w", err)
	}
	parts := strings.SplitN(version, ".", 3)
	return "SQLite " + strings.Join(parts[:min(2, len(parts))], "."), nil
}
