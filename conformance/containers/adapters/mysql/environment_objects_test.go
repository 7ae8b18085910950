package mysql_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	mysqldriver "github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/environment/environmenttest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// objectCases are the objects that a server has.
func objectCases(server string) []environment.Case {
	var cases []environment.Case
	for _, o := range allObjects {
		if o.on(server) {
			cases = append(cases, environment.Case{Server: server, Kind: o.kind, Name: o.name, Object: true})
		}
	}
	return cases
}

var allObjects = append(objects, generated()...)

func objectOf(c environment.Case) object {
	for _, o := range allObjects {
		if o.on(c.Server) && o.kind == c.Kind && o.name == c.Name {
			return o
		}
	}
	return object{}
}

// tryObject makes an object around tables in a database of their own, and
// judges all calls unless Check refuses it.
func (m *machine) tryObject(ctx context.Context, c environment.Case) environment.Verdict {
	o := objectOf(c)
	w, err := m.newWorld(ctx, o, strings.HasPrefix(c.Server, "MariaDB"))
	if err != nil {
		return environmenttest.Fault("making a database", err)
	}
	defer w.close(context.WithoutCancel(ctx))
	var v environment.Verdict
	if o.rich {
		v = w.judgeRich(ctx)
	} else {
		v = w.judgePlain(ctx)
	}
	v.Detail = strings.ReplaceAll(v.Detail, w.name, "…")
	switch {
	case v.Outcome == environment.CannotBeSet && !o.anything:
		v.Outcome = environment.Fault // one that is written by hand can be made
	case v.Outcome == environment.Holds && len(o.refuse) > 0:
		v.Detail = "it refuses " + strings.Join(slices.Sorted(maps.Keys(o.refuse)), ", ")
	}
	return v
}

// expected is what the object says of itself.
func (o object) expected() environmenttest.Object {
	return environmenttest.Object{Refused: o.says, Either: o.anything, Refuses: o.refuse}
}

// world is a database, and the handle of the application on it. It keeps one
// connection, since a temporary table is one session's.
type world struct {
	object
	m       *machine
	name    string
	mariadb bool
	admin   *sql.DB // in the database
	app     *sql.DB // of the application; admin, unless the object is about rights
	options []mysql.Option
}

func (m *machine) newWorld(ctx context.Context, o object, mariadb bool) (*world, error) {
	w := &world{object: o, m: m, mariadb: mariadb, name: "t" + strings.ToLower(rand.Text()[:10])}
	if o.unreferenced {
		w.options = append(w.options, mysql.WithoutForeignKeys())
	}
	if _, err := m.admin.ExecContext(ctx, "CREATE DATABASE "+w.name); err != nil {
		return nil, err
	}
	open := func(account, password string) (*sql.DB, error) {
		config, err := mysqldriver.ParseDSN(m.DSN)
		if err != nil {
			return nil, err
		}
		config.DBName = w.name
		if account != "" {
			config.User, config.Passwd = account, password
		}
		db, err := quiet(config.FormatDSN())
		if err == nil {
			db.SetMaxOpenConns(1)
		}
		return db, err
	}
	var err error
	if w.admin, err = open("", ""); err != nil {
		return nil, err
	}
	w.app = w.admin
	if !o.grants {
		return w, nil
	}
	password := rand.Text()
	if _, err := m.admin.ExecContext(ctx, "CREATE USER "+w.name+" IDENTIFIED BY '"+password+"'"); err != nil {
		return nil, err
	}
	w.app, err = open(w.name, password)
	return w, err
}

func (w *world) close(ctx context.Context) {
	w.app.Close()
	w.admin.Close()
	w.m.admin.ExecContext(ctx, "DROP DATABASE "+w.name)
	if w.grants {
		w.m.admin.ExecContext(ctx, "DROP USER "+w.name)
		w.m.admin.ExecContext(ctx, "DROP ROLE IF EXISTS "+w.name+"r")
	}
	w.m.admin.ExecContext(ctx, "DROP TABLESPACE "+w.name) // MySQL's, if there is one
}

// surround makes the object.
func (w *world) surround(ctx context.Context) error {
	bytewise := "utf8mb4_0900_bin"
	if w.mariadb {
		bytewise = "utf8mb4_nopad_bin"
	}
	names := strings.NewReplacer("{db}", w.name, "{account}", w.name, "{bytewise}", bytewise)
	for _, statement := range w.statements() {
		if _, err := w.admin.ExecContext(ctx, names.Replace(statement)); err != nil {
			return environmenttest.NotSet{Err: err}
		}
	}
	return nil
}

func (w *world) judgePlain(ctx context.Context) environment.Verdict {
	a, err := mysql.New[program.Person, program.Device](ctx, w.app, w.options...)
	if err != nil {
		return engine.Verdict(err)
	}
	if v := w.prepare(ctx, a); v.Outcome != environment.Holds {
		return v
	}
	return engine.JudgeObject(ctx, a, func() error {
		if w.before || w.empty {
			return nil
		}
		if err := w.surround(ctx); err != nil {
			return err
		}
		return checked(ctx, a)
	}, w.expected())
}

// prepare makes the tables, and an object that is made before there are rows.
func (w *world) prepare(ctx context.Context, a spec.Migrator) environment.Verdict {
	if w.before {
		if err := w.surround(ctx); err != nil {
			return engine.Verdict(err)
		}
	}
	if err := a.Migrate(ctx); err != nil {
		return engine.Verdict(err)
	}
	if w.empty {
		if err := w.surround(ctx); err != nil {
			return engine.Verdict(err)
		}
	}
	if err := checked(ctx, a); err != nil {
		return engine.Refusal(err, w.expected())
	}
	return environment.Verdict{Outcome: environment.Holds}
}

// checked returns what Check says; Migrate has to say it, too.
func checked(ctx context.Context, a spec.Migrator) error {
	err := a.Check(ctx)
	if err == nil {
		return nil
	}
	if again := a.Migrate(ctx); again == nil && a.Check(ctx) == nil {
		return nil // it has mended that
	} else if again == nil || spec.ClassOf(again) != spec.ClassOf(err) {
		return fmt.Errorf("Check: %v; but Migrate: %v", err, again) // of no class, and so a fault
	}
	return err
}

func (w *world) judgeRich(ctx context.Context) environment.Verdict {
	owner, err := mysql.New[program.User, program.Session](ctx, w.admin, w.options...)
	if err != nil {
		return engine.Verdict(err)
	}
	if v := w.prepare(ctx, owner); v.Outcome != environment.Holds {
		return v
	}
	app := owner
	if w.grants {
		if err := w.surround(ctx); err != nil {
			return engine.Verdict(err)
		}
		if app, err = mysql.New[program.User, program.Session](ctx, w.app, w.options...); err != nil {
			return engine.Verdict(err)
		}
		if err := app.Check(ctx); err != nil && engine.Verdict(err).Outcome != environment.Limited {
			return engine.Refusal(err, w.expected())
		}
	}
	return engine.Accepted(program.Judge(ctx, app, owner), w.expected())
}
