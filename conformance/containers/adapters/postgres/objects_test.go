package postgres_test

import (
	"context"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// object is something that can surround the tables. {schema} in its statements
// is the place's, quoted, and {role} the role that calls, if it is another than
// the owner.
type object struct {
	kind, name string
	from       int      // the first version that has it; 0: all have
	tables     []string // made before Migrate
	create     []string // made after Migrate, when there are rows
	role       string   // the attributes of the role that calls; empty: the owner of the tables calls
	database   string   // the options of a database of its own; empty: it shares one
	parameters string   // of the caller's DSN, instead of WithSchema

	// What is written by hand says how it ends. The rest, free, ends as package
	// program finds: refused, or with answers that are right.
	free    bool
	rich    bool             // it is tried with rich values
	refused string           // what Check says; empty: it accepts the object
	refuses program.Refusals // the calls that an accepted object refuses
}

// For each object around the tables, Check refuses it or all calls are right.
func TestObjects(t *testing.T) {
	v := newVersion(t, "17")
	for _, o := range written {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			if got := v.judgeObject(t.Context(), o); got.Outcome == environment.Fault || got.Outcome == environment.CannotBeSet {
				t.Errorf("%s: %s", got.Outcome, got.Detail)
			}
		})
	}
}

// A call for which the role lacks the privilege fails, and changes nothing.
func TestPrivileges(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		revoke string
		call   func(context.Context, *adapter) error
	}{
		{"DELETE", func(ctx context.Context, a *adapter) error { return a.DeleteUser(ctx, ann.ID) }},
		{"UPDATE", func(ctx context.Context, a *adapter) error {
			return a.UpdateUser(ctx, ann.ID, Person{Email: "new@example.com"}, attr.All[Person]())
		}},
		{"INSERT", func(ctx context.Context, a *adapter) error {
			return a.CreateUser(ctx, spec.User[Person]{ID: "bob", Attributes: Person{Email: "bob@example.com"}})
		}},
	} {
		t.Run(test.revoke, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, nil)
			p.ready(p.open())
			dsn := p.role("")
			role, _, _ := strings.Cut(strings.SplitAfter(dsn, "//")[1], ":")
			p.exec("GRANT SELECT, INSERT, UPDATE, DELETE ON users, sessions TO "+role, "REVOKE "+test.revoke+" ON users FROM "+role)
			a, err := postgres.Open[Person, Device](t.Context(), dsn, postgres.WithSchema(p.Name))
			servertest.OK(t, err)
			defer a.Close()
			servertest.WantClass(t, test.call(t.Context(), a), spec.ErrFailed, test.revoke)
			if got, err := a.User(t.Context(), ann.ID); err != nil || got != ann {
				t.Errorf("User afterwards: got %+v, %v", got, err)
			}
			_, err = a.User(t.Context(), "bob")
			servertest.WantClass(t, err, spec.ErrUserNotFound, "User")
		})
	}
}

// A connection's temporary table hides ours if no schema is named. Check sees the temporary
// tables of its own connection.
func TestTemporaryTableHidesOurs(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	p.ready(p.open())
	db := servertest.OpenDB(t, "pgx", p.DSN+"&search_path="+p.Name)
	db.SetMaxOpenConns(1)
	a, err := postgres.New[Person, Device](t.Context(), db)
	servertest.OK(t, err)
	servertest.OK(t, a.Check(t.Context()))
	_, err = db.ExecContext(t.Context(), `CREATE TEMPORARY TABLE sessions (LIKE `+p.quoted()+`.sessions INCLUDING ALL)`)
	servertest.OK(t, err)
	err = a.Check(t.Context())
	servertest.WantClass(t, err, spec.ErrFailed, "Check")
	if want := `table "sessions": is a temporary table`; !strings.Contains(err.Error(), want) {
		t.Errorf("Check says %q, which does not have %q", err, want)
	}
}

// Without a schema, each table is where the search path finds it first.
func TestTablesInTwoSchemas(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	first := `"` + p.Name + `_first"`
	p.exec(`CREATE SCHEMA `+first, usersTable)
	t.Cleanup(func() {
		if _, err := p.admin.ExecContext(context.Background(), `DROP SCHEMA `+first+` CASCADE`); err != nil {
			t.Error(err)
		}
	})
	a, err := postgres.Open[program.Person, program.Device](t.Context(), p.DSN+"&search_path="+p.Name+"_first,"+p.Name)
	servertest.OK(t, err)
	defer a.Close()
	servertest.OK(t, a.Migrate(t.Context())) // makes the sessions in the first schema
	servertest.OK(t, a.Check(t.Context()))
	program.Fill(t, a).Run(a, nil)

	p.exec(`CREATE TABLE ` + first + `.users (LIKE users INCLUDING ALL)`) // hides those that the sessions refer to
	err = a.Check(t.Context())
	servertest.WantClass(t, err, spec.ErrFailed, "Check")
	if want := `foreign key to another table`; !strings.Contains(err.Error(), want) {
		t.Errorf("Check says %q, which does not have %q", err, want)
	}
}
