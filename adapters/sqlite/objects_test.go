package sqlite_test

import (
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// object is something that can surround the tables.
type object struct {
	name   string
	tables []string // made before Migrate
	make   []string // made after Migrate, when there are rows

	refused string           // what Check says; empty: it accepts the object
	refuses program.Refusals // the calls that an accepted object refuses
}

// Whatever surrounds the tables, Check refuses it or the calls are right. The
// handle has one connection, since some objects are a connection's own.
func TestObjects(t *testing.T) {
	t.Parallel()
	for _, o := range objects {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			db := openHandle(t, file(t)+"?_pragma=busy_timeout(1000)&_pragma=foreign_keys(1)&_pragma=synchronous(off)")
			db.SetMaxOpenConns(1)
			a, err := sqlite.New[program.Person, program.Device](ctx, db)
			must(t, err)
			run(t, db, o.tables...)
			migrated := a.Migrate(ctx)
			if o.tables == nil {
				must(t, migrated)
			}
			var filled *program.Filled
			if migrated == nil {
				filled = program.Fill(t, a)
			}
			run(t, db, o.make...)
			err = a.Check(ctx)
			if o.refused == "" {
				must(t, err)
				filled.Run(a, o.refuses)
				return
			}
			wantClass(t, err, spec.ErrFailed)
			if err != nil && !strings.Contains(err.Error(), o.refused) {
				t.Errorf("Check says %q, which does not have %q", err, o.refused)
			}
			if o.tables != nil {
				wantClass(t, migrated, spec.ErrFailed)
			}
		})
	}
}
