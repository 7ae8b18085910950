package sqlite_test

import (
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/sqlite"
	"github.com/tenon-go/tenon/internal/calltest"
	"github.com/tenon-go/tenon/spec"
)

// object is something that can surround the tables.
type object struct {
	name   string
	tables []string // made before Migrate
	make   []string // made after Migrate, when there are rows

	refused string            // what Check says; empty: it accepts the object
	differs calltest.Outcomes // where an accepted object changes outcomes
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
			a, err := sqlite.New[calltest.User, calltest.Session](ctx, db)
			must(t, err)
			run(t, db, o.tables...)
			migrated := a.Migrate(ctx)
			if o.tables == nil {
				must(t, migrated)
			}
			if migrated == nil {
				calltest.Fill(t, a)
			}
			run(t, db, o.make...)
			err = a.Check(ctx)
			if o.refused == "" {
				must(t, err)
				calltest.Run(t, a, o.differs)
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
