package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// store is a handle of the program's.
type store = *spec.Store[program.User, program.Session]

// opener opens a handle, and returns what closes it.
type opener func(ctx context.Context) (store, func(), error)

func fault(err error) environment.Verdict {
	return environment.Verdict{Outcome: environment.Fault, Detail: err.Error()}
}

// rawHandle opens a handle as an application does.
func rawHandle(dsn string) (*sql.DB, error) { return sql.Open("sqlite", dsn) }

// byOpen opens by Open.
func byOpen(dsn string) opener {
	return func(ctx context.Context) (store, func(), error) {
		a, err := sqlite.Open[program.User, program.Session](ctx, dsn)
		if err != nil {
			return nil, nil, err
		}
		return a, func() { a.Close() }, nil
	}
}

// byNew opens by New, on a handle that is prepared, if that is asked for.
func byNew(dsn string, prepare func(context.Context, *sql.DB) error) opener {
	return func(ctx context.Context) (store, func(), error) {
		db, err := rawHandle(dsn)
		if err != nil {
			return nil, nil, err
		}
		if prepare != nil {
			if err := prepare(ctx, db); err != nil {
				db.Close()
				return nil, nil, cannotBeSet{err}
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

// cannotBeSet is an error of what sets a setting.
type cannotBeSet struct{ error }

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

// patientDSN is what New needs.
func patientDSN(dsn string) string { return with(dsn, "_pragma", "busy_timeout(1000)") }

// judge runs the program on two handles, of which the first has what is tried.
// A nil second handle is the first. The second makes the tables if the first
// cannot.
func judge(ctx context.Context, open, openSecond opener) environment.Verdict {
	first, closeFirst, err := open(ctx)
	if err != nil {
		return unopened("", err)
	}
	defer closeFirst()
	second := first
	if openSecond != nil {
		var closeSecond func()
		if second, closeSecond, err = openSecond(ctx); err != nil {
			return unopened("another handle: ", err)
		}
		defer closeSecond()
	}
	return judgeOpened(ctx, first, second)
}

func judgeOpened(ctx context.Context, first, second store) environment.Verdict {
	var before []string
	if err := first.Migrate(ctx); err != nil {
		v := unopened("", err)
		if v.Outcome != environment.Limited {
			return v
		}
		before = append(before, v.Detail)
		if err := second.Migrate(ctx); err != nil && second.Check(ctx) != nil {
			return v
		}
	}
	if err := first.Check(ctx); err != nil {
		v := unopened("", err)
		if v.Outcome != environment.Limited {
			return v
		}
		before = append(before, v.Detail)
	}
	r := program.Judge(ctx, first, second)
	switch {
	case len(r.Faults) > 0:
		return environment.Verdict{Outcome: environment.Fault, Detail: r.String()}
	case len(before)+len(r.Limits) > 0:
		return environment.Verdict{Outcome: environment.Limited, Detail: strings.Join(append(before, r.Limits...), "; ")}
	}
	return environment.Verdict{Outcome: environment.Holds}
}

// sentence finds a reason that has words in it, and is no code of SQLite's.
var sentence = regexp.MustCompile(`\(.*[a-z] [a-z].*\)$`)

// unopened is the verdict on an error of New, Open, Migrate or Check.
func unopened(note string, err error) environment.Verdict {
	var bad cannotBeSet
	if errors.As(err, &bad) {
		return environment.Verdict{Outcome: environment.CannotBeSet, Detail: stable(bad.Error())}
	}
	class := spec.ClassOf(err)
	text := note + strings.TrimPrefix(err.Error(), "sqlite: ")
	switch {
	case class == spec.ErrInvalid, class == spec.ErrFailed && sentence.MatchString(err.Error()) && !strings.Contains(text, "the driver's own error"):
		return environment.Verdict{Outcome: environment.Refused, Detail: text}
	case class == spec.ErrFailed && !strings.Contains(text, "the driver's own error"), class == spec.ErrUnavailable, class == spec.ErrConflict:
		return environment.Verdict{Outcome: environment.Limited, Detail: text}
	}
	return environment.Verdict{Outcome: environment.Fault, Detail: fmt.Sprintf("%s (%v)", text, errors.Unwrap(err))}
}

var folders = regexp.MustCompile(`/(tmp|dev/shm)/\S*/`)

// stable takes the names of folders out of a text.
func stable(text string) string { return folders.ReplaceAllString(text, "…/") }

// database names the file of a try.
func database(dir string) string { return filepath.Join(dir, "tenon.db") }

// tried tells whether a handle can be had, and has the value, by what the
// server says without Tenon: the same on a handle without it is no setting.
func tried(ctx context.Context, dsn string, pragmas ...string) error {
	db, err := rawHandle(dsn)
	if err != nil {
		return cannotBeSet{err}
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "SELECT * FROM sqlite_schema"); err != nil {
		return cannotBeSet{err}
	}
	for _, pragma := range pragmas {
		is, err := value(ctx, db, pragma)
		if err != nil {
			return cannotBeSet{err}
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
			return cannotBeSet{fmt.Errorf("%s stays at %s", pragma, is)}
		}
	}
	return nil
}

// value reads a pragma of one row and one column.
func value(ctx context.Context, db *sql.DB, pragma string) (string, error) {
	var is sql.NullString
	err := db.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&is)
	if errors.Is(err, sql.ErrNoRows) { // as mmap_size of a database in memory
		err = nil
	}
	return is.String, err
}
