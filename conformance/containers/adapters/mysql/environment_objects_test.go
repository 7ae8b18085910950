package mysql_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	mysqldriver "github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/internal/environment"
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

// notMade is why a server refuses an object.
type notMade struct{ error }

// unfit is what Check says about an object.
type unfit struct{ error }

// tryObject makes an object around tables in a database of their own, and
// judges all calls unless Check refuses it.
func (m *machine) tryObject(ctx context.Context, c environment.Case) environment.Verdict {
	o := objectOf(c)
	w, err := m.newWorld(ctx, o, strings.HasPrefix(c.Server, "MariaDB"))
	if err != nil {
		return faulty("making a database", err)
	}
	defer w.close(context.WithoutCancel(ctx))
	if o.rich {
		return w.verdict(w.judgeRich(ctx))
	}
	return w.verdict(w.judgePlain(ctx))
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
			return notMade{err}
		}
	}
	return nil
}

func (w *world) judgePlain(ctx context.Context) (program.Report, error) {
	a, err := mysql.New[program.Person, program.Device](ctx, w.app, w.options...)
	if err != nil {
		return program.Report{}, err
	}
	if err := w.prepare(ctx, a); err != nil {
		return program.Report{}, err
	}
	var failed error
	report := program.JudgeObject(ctx, a, func() error {
		if !w.before && !w.empty {
			if failed = w.surround(ctx); failed != nil {
				return failed
			}
			failed = w.checked(ctx, a)
		}
		return failed
	}, w.refuse)
	return report, failed
}

// prepare makes the tables, and an object that is made before there are rows.
func (w *world) prepare(ctx context.Context, a spec.Migrator) error {
	if w.before {
		if err := w.surround(ctx); err != nil {
			return err
		}
	}
	if err := a.Migrate(ctx); err != nil {
		return err
	}
	if w.empty {
		if err := w.surround(ctx); err != nil {
			return err
		}
	}
	return w.checked(ctx, a)
}

// checked returns what Check says; Migrate has to say it, too.
func (w *world) checked(ctx context.Context, a spec.Migrator) error {
	err := a.Check(ctx)
	if err == nil {
		return nil
	}
	if again := a.Migrate(ctx); again == nil && a.Check(ctx) == nil {
		return nil // it has mended that
	} else if again == nil || spec.ClassOf(again) != spec.ClassOf(err) {
		return fmt.Errorf("Check: %w; but Migrate: %w", err, again)
	}
	return unfit{err}
}

func (w *world) judgeRich(ctx context.Context) (program.Report, error) {
	owner, err := mysql.New[program.User, program.Session](ctx, w.admin, w.options...)
	if err != nil {
		return program.Report{}, err
	}
	if err := w.prepare(ctx, owner); err != nil {
		return program.Report{}, err
	}
	app := owner
	if w.grants {
		if err := w.surround(ctx); err != nil {
			return program.Report{}, err
		}
		if app, err = mysql.New[program.User, program.Session](ctx, w.app, w.options...); err != nil {
			return program.Report{}, err
		}
		if err := app.Check(ctx); err != nil && spec.ClassOf(err) != spec.ErrFailed {
			return program.Report{}, err
		} else if err != nil && !bare.MatchString(err.Error()) {
			return program.Report{}, unfit{err}
		}
	}
	return program.Judge(ctx, app, owner), nil
}

func (w *world) verdict(report program.Report, err error) environment.Verdict {
	if refused, ok := errors.AsType[notMade](err); ok {
		v := notSet(refused.error)
		v.Detail = strings.ReplaceAll(v.Detail, w.name, "…")
		if !w.anything {
			v.Outcome = environment.Fault // one that is written by hand can be made
		}
		return v
	}
	if refused, ok := errors.AsType[unfit](err); ok {
		text := refused.Error()
		v := environment.Verdict{Outcome: environment.Refused, Detail: strings.ReplaceAll(text, w.name, "…")}
		switch {
		case bare.MatchString(text), spec.ClassOf(refused.error) != spec.ErrFailed && spec.ClassOf(refused.error) != spec.ErrInvalid:
			return faulty("Check", refused.error)
		case w.says == "" && !w.anything, !strings.Contains(strings.ToLower(text), strings.ToLower(w.says)):
			v.Outcome, v.Detail = environment.Fault, "Check says "+v.Detail
		}
		return v
	}
	switch {
	case err != nil:
		return refusal("opening", err)
	case len(report.Faults) > 0:
		return environment.Verdict{Outcome: environment.Fault, Detail: strings.Join(report.Faults[:min(len(report.Faults), 6)], "\n")}
	case w.says != "":
		return environment.Verdict{Outcome: environment.Fault, Detail: "Check accepts it"}
	case len(report.Limits) > 0:
		return environment.Verdict{Outcome: environment.Limited, Detail: strings.Join(report.Limits, "; ")}
	}
	v := environment.Verdict{Outcome: environment.Holds}
	if len(w.refuse) > 0 {
		v.Detail = "it refuses " + strings.Join(slices.Sorted(maps.Keys(w.refuse)), ", ")
	}
	return v
}
