package engines

import (
	"context"
	"database/sql"
	"errors"

	"github.com/tenon-go/tenon/conformance/containers"
)

// server says where an engine's rows are.
type server struct {
	version string
	dsn     string
	address string                      // of the server; empty: clients connect directly
	through func(address string) string // returns the DSN with another address
	pin     func(ctx context.Context, cpus string) error
	close   func() error
	given   bool // it was running already, so its settings must not be changed
}

// ownName is the schema or database for the rows. It is created and removed with them.
const ownName = "tenon_bench_test"

// inPlace creates an empty schema or database on a server, and completes in with the way
// to reach it. After a failure it closes the server.
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
	// An earlier run can have left rows behind on a server that was running already.
	if err := change(ctx, drop, "CREATE "+kind+" "+ownName); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return in, nil
}
