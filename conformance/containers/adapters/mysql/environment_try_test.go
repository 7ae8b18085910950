package mysql_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	mysqldriver "github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/environment/environmenttest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// tryTimeout is for a call that never returns, which is a fault.
const tryTimeout = 3 * time.Minute

// try sets cases up on the server that they name, and judges the adapter there.
func (l *lab) try(ctx context.Context, cases []environment.Case) environment.Verdict {
	if reason := notRun(cases[0]); reason != "" {
		return environment.Verdict{Outcome: environment.NotRun, Detail: reason}
	}
	ctx, cancel := environmenttest.Limit(ctx, tryTimeout)
	defer cancel()
	s := l.servers[cases[0].Server]
	switch cases[0].Kind {
	case "configuration":
		return s.tryConfiguration(ctx, cases)
	case "global", "init_connect":
		return s.tryGlobal(ctx, cases)
	}
	m, err := s.plain(ctx)
	if err != nil {
		return environmenttest.Fault("starting the server", err)
	}
	v := m.try(ctx, cases)
	if v.Outcome != environment.Fault && v.Outcome != environment.Limited || !s.hasCrashed(ctx, m) {
		return v
	}
	l.logf("%s has crashed, and is started anew: it was trying %s %s = %q, and perhaps others", cases[0].Server, cases[0].Kind, cases[0].Name, cases[0].Value)
	if m, err = s.plain(ctx); err != nil {
		return environmenttest.Fault("starting the server", err)
	}
	return m.try(ctx, cases)
}

// try judges the adapter with objects, or with parameters of the data source name.
func (m *machine) try(ctx context.Context, cases []environment.Case) environment.Verdict {
	if cases[0].Object {
		return m.tryObject(ctx, cases[0])
	}
	var parameters []string
	for _, c := range cases {
		value := c.Value
		if c.Kind == "session" {
			value = literal(value)
		}
		value = strings.ReplaceAll(url.QueryEscape(value), "%2C", ",") // the driver reads the comma of charset as it is
		parameters = append(parameters, c.Name+"="+value)
	}
	return m.judge(ctx, handles{first: m.DSN + "?" + strings.Join(parameters, "&"), second: m.DSN})
}

// plainly matches the values that stand in a statement as they are.
var plainly = regexp.MustCompile(`^(-?\d+(\.\d+)?(e-?\d+)?|ON|OFF|NULL|DEFAULT)$`)

func literal(value string) string {
	if plainly.MatchString(value) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", "''") + "'"
}

// tryConfiguration starts a server with the settings.
func (s *labServer) tryConfiguration(ctx context.Context, cases []environment.Case) environment.Verdict {
	anew := false
	arguments := append([]string(nil), labArguments...)
	for _, c := range cases {
		anew = anew || initialized[c.Name]
		arguments = append(arguments, "--"+strings.ReplaceAll(c.Name, "_", "-")+"="+c.Value)
	}
	m, err := s.start(ctx, anew, arguments)
	if err != nil {
		return engine.CannotBeSet(err)
	}
	defer m.stop()
	return m.judge(ctx, handles{first: m.DSN, second: m.DSN})
}

// initialized are the variables that a server's data are made with.
var initialized = map[string]bool{
	"innodb_page_size": true, "lower_case_table_names": true, "innodb_undo_tablespaces": true, "innodb_data_file_path": true,
}

// tryGlobal sets global variables and, afterwards, what they were.
func (s *labServer) tryGlobal(ctx context.Context, cases []environment.Case) environment.Verdict {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.global(ctx)
	if err != nil {
		return environmenttest.Fault("starting the server", err)
	}
	v, h := environment.Verdict{}, handles{first: m.DSN, second: m.DSN}
	for _, c := range cases {
		name, value := c.Name, literal(c.Value)
		if c.Kind == "init_connect" {
			name, value = "init_connect", "'SET "+c.Name+" = "+strings.ReplaceAll(value, "'", "''")+"'"
			if c.Name == "statement" {
				value = literal(c.Value)
			}
			h.limited = true
		}
		if _, err := m.admin.ExecContext(ctx, "SET GLOBAL "+name+" = "+value); err != nil {
			v = engine.CannotBeSet(err)
			break
		}
	}
	if v.Outcome == "" {
		v = m.judge(ctx, h)
	}
	for _, c := range cases {
		name := c.Name
		if c.Kind == "init_connect" {
			name = "init_connect"
		}
		if _, err := m.admin.ExecContext(context.WithoutCancel(ctx), "SET GLOBAL "+name+" = "+literal(m.globals[name])); err != nil {
			s.endGlobal()
			return v
		}
	}
	if globals, err := m.readGlobals(context.WithoutCancel(ctx)); err != nil || !same(globals, m.globals) {
		s.endGlobal()
	}
	return v
}

// same reports whether the settings of a server are what they were.
func same(a, b map[string]string) bool {
	for name, value := range a {
		if b[name] != value && !changing.MatchString(name) {
			return false
		}
	}
	return true
}

// changing are the variables that a server sets itself.
var changing = regexp.MustCompile(`gtid|^timestamp$|rand_seed|pseudo_thread_id|buffer_pool_size|statement_id|_now$`)

// engine is what is MySQL's of the verdicts.
var engine = environmenttest.Engine{
	Reason: func(err error) string {
		if refused, ok := errors.AsType[*mysqldriver.MySQLError](err); ok {
			return fmt.Sprintf("%d: %s", refused.Number, refused.Message)
		}
		if refused, ok := errors.AsType[*startRefusal](err); ok {
			return refused.reason
		}
		return ""
	},
	Limits: func(err *spec.Error) bool {
		class := spec.ClassOf(err)
		return class == spec.ErrUnavailable || class == spec.ErrFailed
	},
	Text: func(err *spec.Error, _ environment.Outcome) string { return err.Error() },
}

// handles are two ways to a server: Open makes the first, and New the second.
type handles struct {
	first, second string // data source names
	limited       bool   // the first is an account's for which init_connect is run
}

// judge makes tables in a database of their own, and runs the program.
func (m *machine) judge(ctx context.Context, h handles) environment.Verdict {
	name := "t" + strings.ToLower(rand.Text()[:10])
	_, err := m.admin.ExecContext(ctx, "CREATE DATABASE "+name)
	switch refused, ok := errors.AsType[*mysqldriver.MySQLError](err); {
	case ok && (refused.Number == 1290 || refused.Number == 1836):
		name = "tenon_test" // what is read-only is judged in the existing database
	case err != nil:
		return environmenttest.Fault("CREATE DATABASE", err)
	default:
		defer m.admin.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE IF EXISTS "+name)
	}
	if h.limited {
		config, err := mysqldriver.ParseDSN(h.first)
		if err != nil {
			return environmenttest.Fault("ParseDSN", err)
		}
		config.User, config.Passwd, config.DBName = name, rand.Text(), name
		h.first = config.FormatDSN()
		for _, statement := range []string{
			"CREATE USER " + name + " IDENTIFIED BY '" + config.Passwd + "'", "GRANT ALL ON " + name + ".* TO " + name,
		} {
			if _, err := m.admin.ExecContext(ctx, statement); err != nil {
				return environmenttest.Fault("CREATE USER", err)
			}
		}
		defer m.admin.ExecContext(context.WithoutCancel(ctx), "DROP USER "+name)
	}
	if v := connects(ctx, h.first); v.Outcome != "" {
		return v
	}
	return environmenttest.Judge(ctx, engine, byOpen[program.User, program.Session](h.first, mysql.WithDatabase(name)),
		byNew(h.second, mysql.WithDatabase(name)), program.Judge)
}

func byOpen[U, S any](dsn string, options ...mysql.Option) environmenttest.Opener[U, S] {
	return func(ctx context.Context) (*spec.Store[U, S], func(), error) {
		a, err := mysql.Open[U, S](ctx, dsn, options...)
		return a, func() { a.Close() }, err
	}
}

func byNew(dsn string, options ...mysql.Option) environmenttest.Opener[program.User, program.Session] {
	return func(ctx context.Context) (*spec.Store[program.User, program.Session], func(), error) {
		db, err := quiet(dsn)
		if err != nil {
			return nil, nil, err
		}
		db.SetMaxIdleConns(2)
		a, err := mysql.New[program.User, program.Session](ctx, db, options...)
		if err != nil {
			db.Close()
			return nil, nil, err
		}
		return a, func() { a.Close(); db.Close() }, nil
	}
}

// connects finds out whether the driver and the server take what a data source name sets.
func connects(ctx context.Context, dsn string) (v environment.Verdict) {
	db, err := quiet(dsn)
	if err != nil {
		if _, err := mysql.Open[program.User, program.Session](ctx, dsn); spec.ClassOf(err) != spec.ErrInvalid {
			return environmenttest.Fault("Open with what the driver refuses", err)
		}
		return environment.Verdict{Outcome: environment.CannotBeSet, Detail: "the driver: " + err.Error()}
	}
	defer db.Close()
	if err := db.PingContext(ctx); err != nil {
		if _, ok := errors.AsType[*mysqldriver.MySQLError](err); ok {
			return engine.CannotBeSet(err)
		}
	}
	return environment.Verdict{}
}

// quiet opens a handle whose driver logs nothing. The driver panics at what it no longer has.
func quiet(dsn string) (db *sql.DB, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	config, err := mysqldriver.ParseDSN(dsn)
	if err != nil {
		return nil, err
	}
	config.Logger = &mysqldriver.NopLogger{}
	connector, err := mysqldriver.NewConnector(config)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}
