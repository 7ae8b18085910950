package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

type nothing = struct{}

// pqError has the methods of lib/pq's Error that report reads.
type pqError struct{ code, table, constraint, column string }

func (e *pqError) Error() string    { return "pq: the value 'secret' is not good" }
func (e *pqError) SQLState() string { return e.code }
func (e *pqError) Get(field byte) string {
	return map[byte]string{'C': e.code, 't': e.table, 'n': e.constraint, 'c': e.column}[field]
}

func TestReport(t *testing.T) {
	t.Parallel()
	want := sqlstore.Report{Code: "23505", Group: "23", Table: "users", Constraint: "users_email_key", Column: "email"}
	for _, err := range []error{
		&pgconn.PgError{Code: "23505", TableName: "users", ConstraintName: "users_email_key", ColumnName: "email"},
		&pqError{"23505", "users", "users_email_key", "email"},
	} {
		got, answered := report(fmt.Errorf("wrapped: %w", err))
		if !answered || got != want {
			t.Errorf("report of %T: %+v, %t, want %+v", err, got, answered, want)
		}
	}
	for _, err := range []error{errors.New("EOF"), context.Canceled, &pqError{}} {
		if got, answered := report(err); answered {
			t.Errorf("report of %v: %+v, which the server did not say", err, got)
		}
	}
}

// Each code is listed once, with its full length, as a class, or as our own name.
func TestCodes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range codes {
		ours := c.Code == standby || c.Code == bouncerWaits
		if len(c.Code) != 5 && len(c.Code) != 2 && !ours || c.Name == "" || seen[c.Code] {
			t.Errorf("code %+v", c)
		}
		seen[c.Code] = true
	}
}

func TestDDLHasNamesOfAtMost63Bytes(t *testing.T) {
	t.Parallel()
	type u struct {
		A string `db:"a_column_whose_name_is_as_long_as_a_name_can_be_in_postgresqlx,unique,max=9"`
		B string `db:"a_column_whose_name_is_as_long_as_a_name_can_be_in_postgresqly,unique,max=9"`
		C int    `db:"c,unique"`
	}
	long := strings.Repeat("é", 31)
	statements, err := DDL[u, nothing](WithTables(long, long+"s"), WithSchema(`sch"ema`))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, s := range statements {
		if !strings.Contains(s, `"sch""ema"`) {
			t.Errorf("no schema in %s", s)
		}
		for _, word := range []string{"CONSTRAINT ", "INDEX "} {
			for _, rest := range strings.Split(s, word)[1:] {
				name, _, _ := strings.Cut(rest[1:], `"`)
				if len(name) > 63 || seen[name] || strings.Contains(name, "�") {
					t.Errorf("name %q has %d bytes, or was there before", name, len(name))
				}
				seen[name] = true
			}
		}
	}
	if len(seen) != 8 {
		t.Errorf("%d names, want 8", len(seen))
	}
}

// Table a_b with column c, and table a with column b_c, in one schema.
func TestNamesOfTwoTablesAreApart(t *testing.T) {
	t.Parallel()
	one, err := DDL[struct {
		C int `db:"c,unique"`
	}, nothing](WithTables("a_b", "s1"))
	if err != nil {
		t.Fatal(err)
	}
	two, err := DDL[struct {
		C int `db:"b_c,unique"`
	}, nothing](WithTables("a", "s2"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(one[1], `CREATE UNIQUE INDEX "a_b_c_key" ON`) {
		t.Errorf("got %s, want the plain name", one[1])
	}
	if !strings.HasPrefix(two[1], `CREATE UNIQUE INDEX "a_b_c_`) || strings.HasPrefix(two[1], `CREATE UNIQUE INDEX "a_b_c_key"`) {
		t.Errorf("got %s, want a name of its own", two[1])
	}
}

func TestNamesThatAreRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 64)
	for _, option := range []Option{
		WithTables("", "sessions"), WithTables("users", ""), WithTables("same", "same"), WithTables(long, "sessions"),
		WithTables("users", long), WithUserIDs(0), WithUserIDs(9), WithTables("users", "nul\x00"), WithTables("\xff", "sessions"),
		WithSchema(long), WithSchema("\x00"), WithSchema("\xff"),
	} {
		if _, err := DDL[nothing, nothing](option); spec.ClassOf(err) != spec.ErrInvalid {
			t.Errorf("got %v, want %v", err, spec.ErrInvalid)
		}
	}
	if _, err := SessionsDDL[nothing](WithTables("", "sessions")); err != nil {
		t.Errorf("the name for users is not used: %v", err)
	}
	if _, err := DDL[nothing, nothing](WithTables("Users", "USERS")); err != nil {
		t.Errorf("names that differ in case are two: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	for dsn, class := range map[string]error{
		"postgres://ann:" + secret + "@localhost/x?sslmode=no-such": spec.ErrInvalid,
		"postgres://ann:" + secret + "@127.0.0.1:1/x":               spec.ErrUnavailable,
	} {
		a, err := Open[nothing, nothing](t.Context(), dsn)
		if a != nil || spec.ClassOf(err) != class || strings.Contains(err.Error(), secret) {
			t.Errorf("got %v, %v, want nil and %v", a, err, class)
		}
	}
	if _, err := New[nothing, nothing](t.Context(), nil); spec.ClassOf(err) != spec.ErrInvalid {
		t.Errorf("New without a handle: %v", err)
	}
}

func TestTypeMismatch(t *testing.T) {
	t.Parallel()
	text := func(bytes int) sqlstore.Column { return sqlstore.Column{Kind: attr.String, Max: bytes} }
	of := func(k attr.Kind) sqlstore.Column { return sqlstore.Column{Kind: k} }
	for _, c := range []struct {
		want sqlstore.Column
		is   string
		fits bool
	}{
		{text(0), "text", true}, {text(0), "character varying", true}, {text(9), "character varying(9)", true},
		{text(9), "character varying(8)", false}, {text(0), "character varying(9)", false},
		{text(9), "character(9)", false}, {text(0), "citext", false}, {text(0), "uuid", false}, {text(0), "bigint", false},
		{of(attr.Int), "bigint", true}, {of(attr.Int), "integer", true}, {of(attr.Int), "smallint", true},
		{of(attr.Int), "numeric", false}, {of(attr.Int), "numeric(20,0)", false},
		{of(attr.Float), "double precision", true}, {of(attr.Float), "real", false}, {of(attr.Float), "numeric", false},
		{of(attr.Bool), "boolean", true}, {of(attr.Bool), "integer", false},
		{of(attr.Time), "timestamp with time zone", true}, {of(attr.Time), "timestamp(3) with time zone", true},
		{of(attr.Time), "timestamp(6) with time zone", true}, {of(attr.Time), "timestamp(2) with time zone", false},
		{of(attr.Time), "timestamp without time zone", false}, {of(attr.Time), "date", false},
		{of(attr.Bytes), "bytea", true}, {of(attr.Bytes), "text", false},
		{of(attr.JSON), "text", true}, {of(attr.JSON), "jsonb", false}, {of(attr.JSON), "json", false},
	} {
		if got := typeMismatch(c.want, sqlstore.CatalogColumn{Type: c.is}); (got == "") != c.fits {
			t.Errorf("%s (max %d) in %s: %q, want that it fits: %t", c.want.Kind, c.want.Max, c.is, got, c.fits)
		}
	}
	// The columns that our own DDL creates fit.
	for kind := range types {
		is := strings.Replace(types[kind], "timestamptz(3)", "timestamp(3) with time zone", 1)
		if got := typeMismatch(of(kind), sqlstore.CatalogColumn{Type: is}); got != "" {
			t.Errorf("%s in %s: %s", kind, is, got)
		}
	}
}

func TestTooNarrow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ   string
		value any
		want  bool
	}{
		{"character varying(3)", "äöü", false}, {"character varying(3)", "äöüß", true}, {"text", "long", false},
		{"smallint", int64(1 << 15), true}, {"smallint", int64(-1 << 15), false},
		{"integer", int64(1 << 31), true}, {"integer", int64(1 << 30), false}, {"bigint", int64(1 << 62), false},
		{"character varying(3)", nil, false},
	} {
		if got := tooNarrow(c.typ, c.value); got != c.want {
			t.Errorf("%v in %s: %t", c.value, c.typ, got)
		}
	}
}
