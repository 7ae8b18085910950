package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/environment/environmenttest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// store is a handle of the test program.
type store = *spec.Store[program.User, program.Session]

// opener opens a handle and returns the function that closes it.
type opener = environmenttest.Opener[program.User, program.Session]

// engine is the part of the verdicts that is specific to SQLite.
var engine = environmenttest.Engine{
	Reason: func(err error) string { return folders.ReplaceAllString(err.Error(), "…/") },
	Limits: func(err *spec.Error) bool {
		return slices.Contains([]error{spec.ErrUnavailable, spec.ErrFailed, spec.ErrConflict}, spec.ClassOf(err))
	},
	Text: func(err *spec.Error, _ environment.Outcome) string {
		return strings.TrimPrefix(err.Error(), "sqlite: ")
	},
}

// folders matches the directories of trials, whose names differ in each run.
var folders = regexp.MustCompile(`/(tmp|dev/shm)/\S*/`)

// fault returns the verdict for an error of the test itself.
func fault(err error) environment.Verdict { return environmenttest.Fault("the test itself", err) }

// rawHandle opens a handle as an application does.
func rawHandle(dsn string) (*sql.DB, error) { return sql.Open("sqlite", dsn) }

// byOpen returns an opener that calls Open.
func byOpen(dsn string) opener {
	return func(ctx context.Context) (store, func(), error) {
		a, err := sqlite.Open[program.User, program.Session](ctx, dsn)
		if err != nil {
			return nil, nil, err
		}
		return a, func() { a.Close() }, nil
	}
}

// byNew returns an opener that calls New on a handle. If prepare is not nil, it prepares
// the handle.
func byNew(dsn string, prepare func(context.Context, *sql.DB) error) opener {
	return func(ctx context.Context) (store, func(), error) {
		db, err := rawHandle(dsn)
		if err != nil {
			return nil, nil, err
		}
		if prepare != nil {
			if err := prepare(ctx, db); err != nil {
				db.Close()
				return nil, nil, environmenttest.NotSet{Err: err}
			}
		}
		a, err := sqlite.New[program.User, program.Session](ctx, db)
		if err != nil {
			db.Close()
			return nil, nil, err
		}
		return a, func() { a.Close(); db.Close() }, nil
	}
}

// with adds parameters to a data source name: key, value, key, value, …
func with(dsn string, params ...string) string {
	for i := 0; i < len(params); i += 2 {
		glue := "?"
		if strings.Contains(dsn, "?") {
			glue = "&"
		}
		dsn += glue + params[i] + "=" + strings.ReplaceAll(url.QueryEscape(params[i+1]), "+", "%20")
	}
	return dsn
}

// patientDSN adds the busy timeout that New requires.
func patientDSN(dsn string) string { return with(dsn, "_pragma", "busy_timeout(1000)") }

// judge runs the program on two handles, the first of which has the setting under test.
// If second is nil, it uses the first handle for both.
func judge(ctx context.Context, first, second opener) environment.Verdict {
	return environmenttest.Judge(ctx, engine, first, second, program.Judge)
}

// database returns the name of the file of a trial.
func database(dir string) string { return filepath.Join(dir, "tenon.db") }

// tried checks, without Tenon, that a handle can be opened with a setting and has its value.
func tried(ctx context.Context, dsn string, pragmas ...string) error {
	db, err := rawHandle(dsn)
	if err != nil {
		return environmenttest.NotSet{Err: err}
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "SELECT * FROM sqlite_schema"); err != nil {
		return environmenttest.NotSet{Err: err}
	}
	for _, pragma := range pragmas {
		is, err := value(ctx, db, pragma)
		if err != nil {
			return environmenttest.NotSet{Err: err}
		}
		plain, err := rawHandle(":memory:")
		if err != nil {
			return err
		}
		was, err := value(ctx, plain, pragma)
		plain.Close()
		if err != nil {
			return err
		}
		if is == was {
			return environmenttest.NotSet{Err: fmt.Errorf("%s stays at %s", pragma, is)}
		}
	}
	return nil
}

// value reads a pragma of one row and one column.
func value(ctx context.Context, db *sql.DB, pragma string) (string, error) {
	var is sql.NullString
	err := db.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&is)
	if errors.Is(err, sql.ErrNoRows) { // for example mmap_size of a database in memory
		err = nil
	}
	return is.String, err
}
