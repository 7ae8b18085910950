package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// Ten processes start at once on an empty database. The schema is missing, too.
func TestMigrateTogether(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	p.exec("DROP SCHEMA {schema}")
	var processes []*adapter
	for range 10 {
		processes = append(processes, p.open())
	}
	var all sync.WaitGroup
	errs := make([]error, len(processes))
	for i, a := range processes {
		all.Go(func() { errs[i] = a.Migrate(t.Context()) })
	}
	all.Wait()
	for i, err := range errs {
		if err != nil {
			t.Errorf("process %d: %v", i, err)
		}
	}
	servertest.OK(t, processes[0].Check(t.Context()))
	servertest.OK(t, processes[0].CreateUser(t.Context(), ann))
	servertest.OK(t, processes[9].Migrate(t.Context()))
	if got, err := processes[9].User(t.Context(), ann.ID); err != nil || got != ann {
		t.Errorf("after all have migrated: got %+v, %v", got, err)
	}
}

// Check says everything about tables that do not fit, in one error, and neither
// it nor Migrate touches them.
func TestCheckNamesEverything(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	a := p.open()
	p.exec(
		`CREATE COLLATION {schema}.caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
		`CREATE TABLE users (
			id text COLLATE {schema}.caseless PRIMARY KEY,
			email varchar(20) NOT NULL,
			name integer NOT NULL,
			tenant text NOT NULL)`,
		`CREATE TABLE sessions (
			id varchar(20) NOT NULL,
			user_id text REFERENCES users (id),
			created_at timestamp NOT NULL,
			active_until timestamptz(0) NOT NULL,
			expires_at timestamptz,
			name text NOT NULL)`,
		`INSERT INTO users VALUES ('ann', 'ann@example.com', 1, 'x')`,
	)
	for call, err := range map[string]error{"Check": a.Check(t.Context()), "Migrate": a.Migrate(t.Context())} {
		servertest.WantClass(t, err, spec.ErrFailed, call)
		text := fmt.Sprint(err)
		for _, part := range []string{ // of what is wrong, in the order of the tables above
			`users": column "id" has a collation`,
			`users": column "email" is character varying(20)`,
			`users": column "email" is not unique`,
			`users": column "name" is integer`,
			`users": column "tenant" is NOT NULL without a default`,
			`sessions": column "id" is character varying(20)`,
			`sessions": column "id" is not unique`,
			`sessions": column "created_at" is timestamp without time zone`,
			`sessions": column "active_until" is timestamp(0) with time zone`,
			`sessions": column "expires_at" can be NULL`,
			`sessions": column "credential" is missing`,
			`sessions": column "user_id" has no index`,
			`sessions": column "expires_at" has no index`,
			`sessions": the foreign key on column "user_id" does not say ON DELETE CASCADE`,
		} {
			if !strings.Contains(text, part) {
				t.Errorf("%s does not say: %s\nit says: %s", call, part, strings.ReplaceAll(text, "; ", "\n"))
			}
		}
	}
	var columns int
	servertest.OK(t, p.admin.QueryRowContext(t.Context(), `SELECT count(*) FROM information_schema.columns WHERE table_schema = $1`, p.Name).Scan(&columns))
	if columns != 10 {
		t.Errorf("there are %d columns now, want the 10 of before", columns)
	}
}

// An existing table of users with more columns is accepted.
func TestOthersTable(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	p.exec(
		`CREATE TABLE users (
			tenant text NOT NULL DEFAULT 'none' CHECK (tenant <> 'bad'),
			name varchar(5) COLLATE "C" NOT NULL CHECK (name <> 'Eve'),
			number bigint GENERATED ALWAYS AS IDENTITY,
			id text COLLATE "C" NOT NULL,
			note text,
			email text COLLATE "C" NOT NULL,
			CONSTRAINT ours PRIMARY KEY (id),
			CONSTRAINT theirs UNIQUE (email))`,
		`INSERT INTO users (id, name, email, note) VALUES ('old', 'Old', 'old@example.com', 'kept')`)

	type Short struct {
		Email string `db:"email,unique,max=254"`
		Name  string `db:"name,max=5"`
	}
	a, err := postgres.Open[Short, Device](t.Context(), p.DSN, postgres.WithSchema(p.Name))
	servertest.OK(t, err)
	defer a.Close()
	servertest.OK(t, a.Migrate(t.Context())) // makes the sessions
	servertest.OK(t, a.Check(t.Context()))

	bob := spec.User[Short]{ID: "bob", Attributes: Short{"bob@example.com", "Bob"}}
	servertest.OK(t, a.CreateUser(t.Context(), bob))
	servertest.WantClass(t, a.CreateUser(t.Context(), bob), spec.ErrUserExists, "CreateUser again")
	if got, err := a.User(t.Context(), "old"); err != nil || got.Attributes.Email != "old@example.com" {
		t.Errorf("User of a row that was there: got %+v, %v", got, err)
	}
	servertest.OK(t, a.UpdateUser(t.Context(), "old", Short{"new@example.com", "New"}, attr.All[Short]()))
	var note string
	servertest.OK(t, p.admin.QueryRowContext(t.Context(), `SELECT note FROM `+p.quoted()+`.users WHERE id = 'old'`).Scan(&note))
	if note != "kept" {
		t.Errorf("the column that is not ours holds %q, want %q", note, "kept")
	}

	wantConstraint(t, a.CreateUser(t.Context(), spec.User[Short]{ID: "x", Attributes: Short{"bob@example.com", "X"}}), spec.NotUnique, "Email")
	wantConstraint(t, a.CreateUser(t.Context(), spec.User[Short]{ID: "x", Attributes: Short{"eve@example.com", "Eve"}}), spec.CheckRule, "Name")
	p.exec(`ALTER TABLE users ALTER tenant SET DEFAULT 'bad'`)
	wantConstraint(t, a.CreateUser(t.Context(), spec.User[Short]{ID: "x", Attributes: Short{"x@example.com", "X"}}), spec.CheckRule, "")
	p.exec(`ALTER TABLE users ALTER tenant DROP DEFAULT`)
	wantConstraint(t, a.CreateUser(t.Context(), spec.User[Short]{ID: "x", Attributes: Short{"x@example.com", "X"}}), spec.Null, "")
	if _, err := a.User(t.Context(), "x"); spec.ClassOf(err) != spec.ErrUserNotFound {
		t.Errorf("User of what was refused: %v", err)
	}
}

// Narrower columns of existing tables refuse what they cannot hold.
func TestNarrowColumns(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	p.exec(`CREATE TABLE users (id text COLLATE "C" PRIMARY KEY, small smallint NOT NULL, wide integer NOT NULL)`)
	type Numbers struct{ Small, Wide int64 }
	a, err := postgres.Open[Numbers, Device](t.Context(), p.DSN, postgres.WithSchema(p.Name))
	servertest.OK(t, err)
	defer a.Close()
	servertest.OK(t, a.Migrate(t.Context()))
	servertest.OK(t, a.CreateUser(t.Context(), spec.User[Numbers]{ID: "fits", Attributes: Numbers{-32768, 1<<31 - 1}}))
	wantConstraint(t, a.CreateUser(t.Context(), spec.User[Numbers]{ID: "x", Attributes: Numbers{1 << 15, 0}}), spec.OutOfRange, "Small")
	wantConstraint(t, a.CreateUser(t.Context(), spec.User[Numbers]{ID: "x", Attributes: Numbers{0, 1 << 31}}), spec.OutOfRange, "Wide")
	wantConstraint(t, a.UpdateUser(t.Context(), "fits", Numbers{0, 1 << 31}, attr.All[Numbers]()), spec.OutOfRange, "Wide")
}

func wantConstraint(t *testing.T, err error, kind spec.ConstraintKind, attribute string) {
	t.Helper()
	var c *spec.ConstraintError
	if !errors.As(err, &c) || c.Kind != kind || c.Attribute != attribute {
		t.Errorf("got %v, want a constraint error of kind %q on attribute %q", err, kind, attribute)
	}
}

// DDL is for applications that run their own migrations. After its statements, Check
// succeeds and Migrate has nothing to do.
func TestDDLByHand(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	ddl, err := postgres.DDL[Person, Device](postgres.WithSchema(p.Name))
	servertest.OK(t, err)
	p.exec(ddl...)
	a := p.open()
	servertest.OK(t, a.Check(t.Context()))
	before := p.catalog()
	servertest.OK(t, a.Migrate(t.Context()))
	if after := p.catalog(); after != before {
		t.Errorf("Migrate changed tables that were there:\n%s\nbefore:\n%s", after, before)
	}
	p.ready(a)

	sessions, err := postgres.SessionsDDL[Device](postgres.WithSchema(p.Name), postgres.WithTables("", "alone"))
	servertest.OK(t, err)
	p.exec(sessions...)
	alone, err := postgres.OpenSessions[Device](t.Context(), p.DSN, postgres.WithSchema(p.Name), postgres.WithTables("", "alone"))
	servertest.OK(t, err)
	defer alone.Close()
	servertest.OK(t, alone.Check(t.Context()))
}

// catalog lists the tables, columns, constraints and indexes of the place.
func (p *place) catalog() string {
	p.t.Helper()
	rows, err := p.admin.QueryContext(p.t.Context(), `
		SELECT c.relname || ' ' || c.relkind::text || ' ' || coalesce(pg_get_indexdef(c.oid), '') || ' ' || coalesce(string_agg(a.attname || ' ' || a.atttypid::regtype, ', ' ORDER BY a.attnum), '')
		FROM pg_class AS c LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
		WHERE c.relnamespace = $1::regnamespace GROUP BY c.oid
		UNION ALL
		SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = $1::regnamespace
		ORDER BY 1`, p.quoted())
	servertest.OK(p.t, err)
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		servertest.OK(p.t, rows.Scan(&line))
		lines = append(lines, line)
	}
	servertest.OK(p.t, rows.Err())
	return strings.Join(lines, "\n")
}

// An application's new release has an attribute more: Migrate adds its column
// and keeps the rows.
func TestMigrateAddsAttributes(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	p.ready(p.open())
	type More struct {
		Person
		Score  float64
		Joined *string `db:"joined,unique,max=20"`
		Tags   []string
	}
	a, err := postgres.Open[More, Device](t.Context(), p.DSN, postgres.WithSchema(p.Name))
	servertest.OK(t, err)
	defer a.Close()
	servertest.WantClass(t, a.Check(t.Context()), spec.ErrFailed, "Check before Migrate")
	servertest.OK(t, a.Migrate(t.Context()))
	servertest.OK(t, a.Check(t.Context()))
	got, err := a.User(t.Context(), ann.ID)
	if err != nil || got.Attributes.Person != ann.Attributes || got.Attributes.Score != 0 || got.Attributes.Joined != nil || got.Attributes.Tags != nil {
		t.Errorf("the row that was there: got %+v, %v", got, err)
	}
}

// A Migrate that finds nothing to do looks at the tables once, as Check does.
func TestMigrateOfWhatFitsLooksOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	a := p.ready(p.open())
	check := servertest.Cost(t, p.Counts, func() error { return a.Check(t.Context()) })
	migrate := servertest.Cost(t, p.Counts, func() error { return a.Migrate(t.Context()) })
	if want := check.RoundTrips + 3; migrate.RoundTrips > want { // BEGIN, the lock and COMMIT
		t.Errorf("Migrate takes %d round trips, and Check %d: want no more than %d", migrate.RoundTrips, check.RoundTrips, want)
	}
}
