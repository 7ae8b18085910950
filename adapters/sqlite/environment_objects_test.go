package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/environment/environmenttest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// object is something that can surround the tables.
type object struct {
	kind       string
	name       string
	tables     []string // created before Migrate
	afterwards []string // created after Migrate, when there are rows

	// refused is a part of the error of Check, or empty if Check accepts the object. For an
	// object that must be either refused or harmless, it says so.
	refused string
	either  bool
	refuses program.Refusals // the calls that an accepted object refuses
}

// objectTrials returns trials of the objects, each with its own tables.
func objectTrials() []trial {
	var list []trial
	for _, o := range allObjects() {
		list = append(list, trial{kind: o.kind, name: o.name, object: true,
			try: func(ctx context.Context, dir string, _ []trial) environment.Verdict { return tryObject(ctx, dir, o) }})
	}
	return list
}

// tryObject tests an object: either Check refuses it or the results of the calls are
// right. The handle has one connection, because some objects belong to a connection.
func tryObject(ctx context.Context, dir string, o object) environment.Verdict {
	db, err := rawHandle(database(dir) + "?_pragma=busy_timeout(1000)&_pragma=foreign_keys(1)&_pragma=synchronous(off)")
	if err != nil {
		return fault(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	a, err := sqlite.New[program.Person, program.Device](ctx, db)
	if err != nil {
		return fault(err)
	}
	defer a.Close()
	if err := execute(ctx, db, o.tables); err != nil {
		return engine.CannotBeSet(err)
	}
	expected := environmenttest.Object{Refused: o.refused, Either: o.either, Refuses: o.refuses}
	if err := a.Migrate(ctx); err != nil {
		if o.tables == nil {
			return fault(err)
		}
		checked := engine.Refusal(a.Check(ctx), expected)
		if migrated := engine.Refusal(err, expected); migrated.Outcome != environment.Refused {
			return migrated
		}
		return checked
	}
	v := engine.JudgeObject(ctx, a, func() error {
		if err := execute(ctx, db, o.afterwards); err != nil {
			return environmenttest.NotSet{Err: err}
		}
		return a.Check(ctx)
	}, expected)
	if v.Outcome == environment.Holds {
		v.Detail = refusedCalls(o.refuses)
	}
	return v
}

// refusedCalls names the calls that an object refuses.
func refusedCalls(refuses program.Refusals) string {
	var list []string
	for call, err := range refuses {
		text := spec.ClassOf(err)
		list = append(list, fmt.Sprintf("%s: %v", call, text))
	}
	if len(list) == 0 {
		return ""
	}
	slices.Sort(list)
	return "the object refuses " + strings.Join(list, "; ")
}

func execute(ctx context.Context, db *sql.DB, statements []string) error {
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return errors.Join(fmt.Errorf("%.60s", s), err)
		}
	}
	return nil
}
