package engines

import (
	"context"
	"database/sql"
	"errors"

	"github.com/tenon-go/tenon/conformance/containers"
)

// server is where an engine's rows are.
type server struct {
	version string
	dsn     string
	address string                      // of the server; empty: clients connect directly
	through func(address string) string // the DSN that leads there by another address
	pin     func(ctx context.Context, cpus string) error
	close   func() error
	given   bool // it ran already, and is not ours to set up
}

// ownName is the schema, or database, that is made for the rows and removed with
// them.
const ownName = "tenon_bench_test"

// inPlace makes an empty schema or database on a server and completes how it is
// reached. If that fails it closes the server.
func inPlace(ctx context.Context, d Dialect, s *containers.Server, dsn, kind, cascade string, in *server) (*server, error) {
	change := func(ctx context.Context, statements ...string) error {
		return d.Run(dsn, func(db *sql.DB) error {
			for _, statement := range statements {
				if _, err := db.ExecContext(ctx, statement); err != nil {
					return err
				}
			}
			return nil
		})
	}
	drop := "DROP " + kind + " IF EXISTS " + ownName + cascade
	in.version = s.Version
	in.pin = func(ctx context.Context, cpus string) error { return containers.Pin(ctx, s, cpus) }
	in.close = func() error {
		return errors.Join(change(context.Background(), drop), s.Close())
	}
	// What an earlier run left behind on a server that is given.
	if err := change(ctx, drop, "CREATE "+kind+" "+ownName); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return in, nil
}
