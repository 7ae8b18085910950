package postgres_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/internal/environment"
	survey "github.com/tenon-go/tenon/internal/environment/postgres"
	"github.com/tenon-go/tenon/spec"
)

// way is one of those in which people give settings to sessions, and what
// connects then.
type way struct {
	kind   string
	set    func(context.Context, *session, environment.Case) error
	source string // what the server calls it
	handle string // the driver of the pool that New gets; empty: Open makes its own
	mode   string // of pgx
}

// The first is that in which every value is tried alone that may matter.
var ways = []way{
	{kind: survey.Role, set: setRole, source: "user"},
	{kind: survey.Database, set: setDatabase, source: "database"},
	{kind: survey.DSN, set: setParameter, source: "client"},
	{kind: "options in the DSN", set: setOptions, source: "client"},
	{kind: poolKind, set: setRole, source: "user", handle: "pgx", mode: "cache_statement"},
	{kind: "role, own pool of pgx in exec", set: setRole, source: "user", handle: "pgx", mode: "exec"},
	{kind: "role, own pool of pgx in simple_protocol", set: setRole, source: "user", handle: "pgx", mode: "simple_protocol"},
	{kind: "role, own pool of lib/pq", set: setRole, source: "user", handle: "postgres"},
}

const poolKind = "role, own pool of pgx"

// session is a role with a schema, perhaps with a database of its own.
type session struct {
	version    *version
	admin      *sql.DB // in the database
	name       string  // of the role and of the schema
	database   string  // empty: that of the version's DSN
	parameters url.Values
	options    []string
}

// logPrefix is what stands before a line of a server's log.
var logPrefix = regexp.MustCompile(`\d{4}-\d\d-\d\d [0-9:.]+ \S+ \[\d+\] `)

// generated are the names that a test makes up.
var generated = regexp.MustCompile(`\bt_[a-z2-7]{10}\b`)

// plainly takes out of a text what is not the same in each run.
func plainly(text string) string {
	text = generated.ReplaceAllString(text, "…")
	text = regexp.MustCompile(`127\.0\.0\.1(:\d+)?|172\.\d+\.\d+\.\d+(:\d+)?`).ReplaceAllString(text, "…")
	return strings.TrimSpace(regexp.MustCompile(`\s+`).ReplaceAllString(text, " "))
}

func newName() string { return "t_" + strings.ToLower(rand.Text()[:10]) }

// newSession makes a role and its schema, in a database with these options
// unless they are empty. End removes them.
func (v *version) newSession(ctx context.Context, database string) (s *session, err error) {
	s = &session{version: v, admin: v.admin, name: newName(), parameters: url.Values{}}
	if _, err := v.admin.ExecContext(ctx, "CREATE ROLE "+s.name+" LOGIN PASSWORD 'secret'"); err != nil {
		return nil, err
	}
	if database != "" {
		s.database = s.name
		if _, err := v.admin.ExecContext(ctx, "CREATE DATABASE "+s.database+" "+database); err != nil {
			return nil, errors.Join(err, s.end(ctx))
		}
		u := s.url()
		u.User = userOf(v.dsn)
		if s.admin, err = sql.Open("pgx", u.String()); err != nil {
			return nil, errors.Join(err, s.end(ctx))
		}
	}
	if _, err := s.admin.ExecContext(ctx, "CREATE SCHEMA "+s.name+" AUTHORIZATION "+s.name); err != nil {
		return nil, errors.Join(err, s.end(ctx))
	}
	return s, nil
}

// end removes the session's role with its settings, schema and database.
func (s *session) end(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	var errs []error
	exec := func(statement string) {
		_, err := s.version.admin.ExecContext(ctx, statement)
		errs = append(errs, err)
	}
	if s.database != "" {
		if s.admin != s.version.admin {
			errs = append(errs, s.admin.Close())
		}
		s.version.admin.ExecContext(ctx, "ALTER DATABASE "+s.database+" IS_TEMPLATE false") // fails if there is no database
		exec("DROP DATABASE IF EXISTS " + s.database + " WITH (FORCE)")
	} else {
		exec("DROP SCHEMA IF EXISTS " + s.name + " CASCADE")
	}
	exec("DROP ROLE " + s.name)
	var left int
	errs = append(errs, s.version.admin.QueryRowContext(ctx, `SELECT count(*) FROM pg_db_role_setting
		WHERE setrole NOT IN (SELECT oid FROM pg_roles) OR setdatabase NOT IN (SELECT oid FROM pg_database UNION SELECT 0)`).Scan(&left))
	if left > 0 && len(errs) == 0 {
		errs = append(errs, fmt.Errorf("%d settings are left", left))
	}
	return errors.Join(errs...)
}

func userOf(dsn string) *url.Userinfo {
	u, _ := url.Parse(dsn)
	return u.User
}

// url names the session, with what was put into the DSN.
func (s *session) url() *url.URL {
	u, _ := url.Parse(s.version.dsn)
	if s.database != "" {
		u.Path = "/" + s.database
	}
	u.User = url.UserPassword(s.name, "secret")
	values := u.Query()
	for name := range s.parameters {
		values.Set(name, s.parameters.Get(name))
	}
	if len(s.options) > 0 {
		values.Set("options", strings.Join(s.options, " "))
		u.User = userOf(s.version.dsn) // some settings are for superusers
	} else if len(s.parameters) > 0 {
		u.User = userOf(s.version.dsn)
	}
	u.RawQuery = strings.ReplaceAll(values.Encode(), "+", "%20")
	return u
}

// assign returns the assignment of a value as it stands in statements.
func assign(c environment.Case) string {
	value := literal(c.Value)
	if isList(c.Name) && c.Value != "" {
		var parts []string
		for _, part := range strings.Split(c.Value, ", ") {
			parts = append(parts, literal(strings.Trim(part, `"`)))
		}
		value = strings.Join(parts, ", ")
	}
	return " SET " + quotedName(c.Name) + " = " + value
}

func literal(text string) string {
	return "E'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

// quotedName quotes each part of a setting's name.
func quotedName(name string) string { return pgx.Identifier(strings.Split(name, ".")).Sanitize() }

func setRole(ctx context.Context, s *session, c environment.Case) error {
	if c.Name == "role" && c.Value == "pg_monitor" {
		if _, err := s.admin.ExecContext(ctx, "GRANT pg_monitor TO "+s.name); err != nil {
			return err
		}
	}
	_, err := s.admin.ExecContext(ctx, "ALTER ROLE "+s.name+assign(c))
	return err
}

func setDatabase(ctx context.Context, s *session, c environment.Case) error {
	_, err := s.admin.ExecContext(ctx, "ALTER DATABASE "+s.database+assign(c))
	return err
}

func setParameter(_ context.Context, s *session, c environment.Case) error {
	s.parameters.Set(c.Name, c.Value)
	return nil
}

func setOptions(_ context.Context, s *session, c environment.Case) error {
	s.options = append(s.options, "-c "+strings.NewReplacer(`\`, `\\`, " ", `\ `).Replace(c.Name+"="+c.Value))
	return nil
}

// trySession sets settings for a session, and runs the program in it.
func (v *version) trySession(ctx context.Context, w way, cases []environment.Case) (verdict environment.Verdict) {
	database := ""
	if w.kind == survey.Database {
		database = "TEMPLATE template1"
	}
	s, err := v.newSession(ctx, database)
	if err != nil {
		return lost(err)
	}
	defer func() {
		if err := s.end(ctx); err != nil {
			verdict = lost(err)
		}
	}()
	for _, c := range cases {
		if err := w.set(ctx, s, c); err != nil {
			return engine.CannotBeSet(err)
		}
	}
	dsn := s.url()
	if v := inEffect(ctx, dsn.String(), w.source, cases); v.Outcome != environment.Holds {
		return v
	}
	if w.mode != "" {
		dsn.RawQuery += "&default_query_exec_mode=" + w.mode
	}
	if len(cases) > 1 || !hurries(cases[0]) {
		return judgeSession(ctx, s, w, dsn.String(), judged)
	}
	// The plain program has a sixth of the calls, each of which may cost a connection.
	// What a timeout ends does not depend on values.
	verdict = judgeSession(ctx, s, w, dsn.String(), judgedPlain)
	if verdict.Outcome == environment.Holds {
		return slow
	}
	return verdict
}

// judgeSession runs the program in a session.
func judgeSession[U, S any](ctx context.Context, s *session, w way, dsn string,
	judged func(ctx context.Context, open, plain func() (*spec.Store[U, S], error)) environment.Verdict,
) environment.Verdict {
	schema := postgres.WithSchema(s.name)
	open := func() (*spec.Store[U, S], error) {
		if w.handle == "" {
			return postgres.Open[U, S](ctx, dsn, schema)
		}
		return openNew[U, S](ctx, w.handle, dsn, schema)
	}
	plain := open // in a database with settings, every handle has them
	if s.database == "" {
		plain = func() (*spec.Store[U, S], error) { return postgres.New[U, S](ctx, s.version.admin, schema) }
	}
	return judged(ctx, open, plain)
}

// hurries reports whether a case ends what takes longer than a millisecond. On
// which calls it does depends on the machine.
func hurries(c environment.Case) bool { return strings.HasSuffix(c.Name, "_timeout") && c.Value == "1" }

// slow is the verdict of such a case where no call took as long.
var slow = environment.Verdict{Outcome: environment.Limited, Detail: "calls that take longer fail with one class"}

// openNew opens an adapter on a pool that ends with ctx.
func openNew[U, S any](ctx context.Context, handle, dsn string, options ...postgres.Option) (*spec.Store[U, S], error) {
	db, err := sql.Open(handle, dsn)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { db.Close() })
	return postgres.New[U, S](ctx, db, options...)
}

// transactionTimedOut is the server's code for a session that transaction_timeout
// ended.
const transactionTimedOut = "25P04"

// inEffect says whether the server gives a new session what was set: Holds if so.
func inEffect(ctx context.Context, dsn, source string, cases []environment.Case) environment.Verdict {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return engine.CannotBeSet(err)
	}
	var notices []string
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { notices = append(notices, n.Message) }
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		refusal, ok := errors.AsType[*pgconn.PgError](err)
		switch {
		case !ok:
			return lost(err)
		case refusal.Code == transactionTimedOut:
			// It is in effect, on a machine that is slow to begin a session: the program will tell.
			return environment.Verdict{Outcome: environment.Holds}
		}
		return engine.CannotBeSet(err)
	}
	defer conn.Close(ctx)
	for _, c := range cases {
		var found string
		err := conn.QueryRow(ctx, "SELECT source FROM pg_settings WHERE lower(name) = lower($1)", pgx.QueryExecModeExec, c.Name).Scan(&found)
		if errors.Is(err, pgx.ErrNoRows) && len(notices) == 0 {
			continue // one that is not shown
		}
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			continue // such as statement_timeout: the program will tell
		}
		if found != source {
			reason := "the server ignores it as a session begins"
			if len(notices) > 0 {
				reason += ": " + strings.Join(notices, "; ")
			}
			return engine.CannotBeSet(errors.New(reason))
		}
	}
	return environment.Verdict{Outcome: environment.Holds}
}

var errBad = driver.ErrBadConn

// openPlainDB opens a handle of pgx that ends with ctx.
func openPlainDB(ctx context.Context, dsn string) (*sql.DB, error) {
	db, err := sql.Open("pgx", dsn)
	if err == nil {
		context.AfterFunc(ctx, func() { db.Close() })
	}
	return db, err
}
