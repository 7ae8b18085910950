package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/environment/environmenttest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// objects are all that a version can have.
func (v *version) objects() []object {
	all := slices.Concat(written, columnTypes(v.name == newest), databases(v.name == newest), grants())
	if v.name == newest { // they do not change with the version
		all = append(all, slices.Concat(around(), collations())...)
	}
	number := v.number()
	return slices.DeleteFunc(all, func(o object) bool { return o.from > number })
}

func (v *version) number() int {
	number, _ := strconv.Atoi(strings.TrimPrefix(v.name, "PostgreSQL "))
	return number
}

func (v *version) objectCases() (cases []environment.Case) {
	for _, o := range v.objects() {
		cases = append(cases, environment.Case{Server: v.name, Kind: o.kind, Name: o.name, Object: true})
	}
	return cases
}

func (v *version) tryObject(ctx context.Context, c environment.Case) environment.Verdict {
	for _, o := range v.objects() {
		if o.kind == c.Kind && o.name == c.Name {
			return v.judgeObject(ctx, o)
		}
	}
	return lost(errors.New("no such object"))
}

// yard is a schema with an object around its tables.
type yard struct {
	*session
	object
	replace *strings.Replacer
	url     string // of the owner
}

// judgeObject makes tables with an object around them, and runs the program.
func (v *version) judgeObject(ctx context.Context, o object) (verdict environment.Verdict) {
	s, err := v.newSession(ctx, o.database)
	if err != nil {
		return engine.CannotBeSet(err)
	}
	defer func() {
		if err := s.end(ctx); err != nil {
			verdict = lost(err)
		}
	}()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // closes handles
	owner := s.url()
	owner.User = userOf(v.dsn)
	if o.role != "" {
		if _, err := s.admin.ExecContext(ctx, "ALTER ROLE "+s.name+" "+o.role); err != nil {
			return engine.CannotBeSet(err)
		}
	}
	y := &yard{s, o, strings.NewReplacer("{schema}", `"`+s.name+`"`, "{role}", s.name), owner.String()}
	if err := y.exec(ctx, o.tables); err != nil {
		return engine.CannotBeSet(err)
	}
	if o.free {
		return y.judgeFreely(ctx)
	}
	return y.judgeAsWritten(ctx)
}

// exec runs statements as the owner, with the schema as the search path.
func (y *yard) exec(ctx context.Context, statements []string) error {
	conn, err := y.admin.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() {
		conn.ExecContext(context.WithoutCancel(ctx), "RESET search_path")
		conn.Close()
	}()
	for _, statement := range append([]string{"SET search_path = {schema}"}, statements...) {
		if _, err := conn.ExecContext(ctx, y.replace.Replace(statement)); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// granted is what the role that calls is granted, if it is not the owner.
const granted = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}"

// caller is the DSN of the one who calls, and what the adapter is told.
func (y *yard) caller() (string, []postgres.Option) {
	u, _ := url.Parse(y.url)
	if y.role != "" {
		u.User = url.UserPassword(y.session.name, "secret")
	}
	if y.object.parameters != "" {
		u.RawQuery += "&" + y.replace.Replace(y.object.parameters)
		return u.String(), nil
	}
	return u.String(), []postgres.Option{postgres.WithSchema(y.session.name)}
}

// judgeFreely runs the program on a handle of the caller's and one of the
// owner's, with rich values if they are what it is about.
func (y *yard) judgeFreely(ctx context.Context) environment.Verdict {
	if y.rich {
		return judgeFreely(ctx, y, judged)
	}
	return judgeFreely(ctx, y, judgedPlain)
}

func judgeFreely[U, S any](ctx context.Context, y *yard,
	judged func(ctx context.Context, open, plain func() (*spec.Store[U, S], error)) environment.Verdict,
) environment.Verdict {
	dsn, options := y.caller()
	plain := func() (*spec.Store[U, S], error) { return openOwner[U, S](ctx, y) }
	owner, err := plain()
	if err != nil {
		return engine.Verdict(err)
	}
	defer owner.Close()
	if err := owner.Migrate(ctx); err != nil {
		return engine.Verdict(err)
	}
	if y.role != "" {
		err = y.exec(ctx, []string{granted, "GRANT USAGE ON SCHEMA {schema} TO {role}"})
	}
	if err == nil {
		err = y.exec(ctx, y.create)
	}
	if err != nil {
		return engine.CannotBeSet(err)
	}
	return judged(ctx, func() (*spec.Store[U, S], error) { return postgres.Open[U, S](ctx, dsn, options...) }, plain)
}

// judgeAsWritten compares with what the object says of itself.
func (y *yard) judgeAsWritten(ctx context.Context) environment.Verdict {
	dsn, options := y.caller()
	owner, err := openOwner[program.Person, program.Device](ctx, y)
	if err != nil {
		return engine.Verdict(err)
	}
	defer owner.Close()
	if err := owner.Migrate(ctx); err != nil {
		return engine.Refusal(err, y.expected())
	}
	if y.role != "" {
		if err := y.exec(ctx, []string{granted, "GRANT USAGE ON SCHEMA {schema} TO {role}"}); err != nil {
			return engine.CannotBeSet(err)
		}
	}
	caller, err := openPlain(ctx, dsn, options)
	if err != nil {
		return engine.Verdict(err)
	}
	defer caller.Close()
	v := engine.JudgeObject(ctx, caller, func() error {
		if err := y.exec(ctx, y.create); err != nil {
			return environmenttest.NotSet{Err: err}
		}
		return caller.Check(ctx)
	}, y.expected())
	if v.Outcome == environment.Holds && len(y.refuses) > 0 {
		v.Detail = "refused: " + strings.Join(slices.Sorted(maps.Keys(y.refuses)), ", ")
	}
	return v
}

// expected is what the object says of itself.
func (o object) expected() environmenttest.Object {
	return environmenttest.Object{Refused: o.refused, Refuses: o.refuses}
}

// openOwner opens an adapter as the owner of the tables: in the database that the tests
// share on connections that are there, since new ones cost a third of a try.
func openOwner[U, S any](ctx context.Context, y *yard) (*spec.Store[U, S], error) {
	schema := postgres.WithSchema(y.session.name)
	if y.session.database == "" {
		return postgres.New[U, S](ctx, y.admin, schema)
	}
	return postgres.Open[U, S](ctx, y.url, schema)
}

func openPlain(ctx context.Context, dsn string, options []postgres.Option) (*plainAdapter, error) {
	return postgres.Open[program.Person, program.Device](ctx, dsn, options...)
}
