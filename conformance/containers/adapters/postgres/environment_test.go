package postgres_test

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/environment/environmenttest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// patience is how long a try may take. It takes about a second.
const patience = 30 * time.Second

// bench is what the cases of PostgreSQL are tried on.
type bench struct {
	t        *testing.T
	versions []*version
	pooler   func() (*pooler, error)
}

// version is one of the servers that every test shares, and one that is started
// anew with other settings.
type version struct {
	name  string // as it stands in results
	dsn   string
	admin *sql.DB
	own   func() (*ownServer, error)
}

func newVersion(t *testing.T, number string) *version {
	server := postgresServer(t, number)
	return &version{
		name: "PostgreSQL " + number, dsn: server.DSN, admin: servertest.OpenDB(t, "pgx", server.DSN),
		own: sync.OnceValues(func() (*ownServer, error) { return startOwnServer(t, number) }),
	}
}

// TestEnvironment tries settings and objects: see package environmenttest.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	if os.Getenv(containers.PostgresDSN) != "" {
		t.Skipf("NOT RUN: %s names one server, and this wants each version", containers.PostgresDSN)
	}
	b := &bench{t: t}
	for _, number := range []string{"15", "17", "18"} {
		b.versions = append(b.versions, newVersion(t, number))
	}
	b.pooler = sync.OnceValues(func() (*pooler, error) { return startPooler(t, b.versions[1]) })
	var cases []environment.Case
	for _, v := range b.versions {
		found, err := v.settingCases(t.Context())
		servertest.OK(t, err)
		cases = append(cases, found...)
		cases = append(cases, v.parameterCases()...)
		cases = append(cases, v.objectCases()...)
	}
	found, err := b.poolerCases()
	servertest.OK(t, err)
	cases = append(cases, found...)
	// Those that need a server of their own wait for one another, and so come last.
	slices.SortStableFunc(cases, func(x, y environment.Case) int {
		return cmp.Compare(rank(x), rank(y))
	})
	var session []string // the kinds of which try sets any number
	for _, w := range ways {
		session = append(session, w.kind)
	}
	environmenttest.Run(t, environmenttest.Config{
		Engine: "postgres", Cases: cases, Once: once, Every: 600, Slow: []string{serverKind, poolerKind}, Try: b.try, Together: session,
	})
}

func rank(c environment.Case) int {
	if c.Kind == serverKind {
		return 1
	}
	return 0
}

// once are the settings and objects with which an answer once was wrong.
var once = []string{
	"client_encoding", "DateStyle", "standard_conforming_strings", "TimeZone", "encoding LATIN1", "encoding SQL_ASCII", "encoding EUC_JP",
	"encoding MULE_INTERNAL", "users.logins integer", "of users.id to another table",
	"before the server's own, with an operator of the same name", "before the server's own, with a type of the same name",
	"before the server's own, with functions of the same names", "before the server's own, with a catalog's table of the same name",
	"row security without a policy", "row security that shows some rows", "rule instead of some deletes",
}

// try tries cases of one kind.
func (b *bench) try(ctx context.Context, cases []environment.Case) environment.Verdict {
	ctx, cancel := environmenttest.Limit(ctx, patience)
	defer cancel()
	first := cases[0]
	if reason := notRun(first); reason != "" {
		return environment.Verdict{Outcome: environment.NotRun, Detail: reason}
	}
	v := b.version(first.Server)
	switch {
	case first.Object:
		return v.tryObject(ctx, first)
	case first.Kind == serverKind:
		return v.tryServer(ctx, cases)
	case first.Kind == poolerKind:
		return b.tryPooler(ctx, first)
	}
	for _, w := range ways {
		if w.kind == first.Kind {
			return v.trySession(ctx, w, cases)
		}
	}
	return v.tryParameter(ctx, first)
}

func (b *bench) version(name string) *version {
	for _, v := range b.versions {
		if name == v.name || strings.HasPrefix(name, "PgBouncer") && v == b.versions[1] {
			return v
		}
	}
	return nil
}

type (
	richAdapter  = spec.Store[program.User, program.Session]
	plainAdapter = spec.Store[program.Person, program.Device]
)

// judged runs the program on two handles, with rich values. Open opens the one
// that what is tried surrounds, and plain another, which may be surrounded too.
func judged(ctx context.Context, open, plain func() (*richAdapter, error)) environment.Verdict {
	return environmenttest.Judge(ctx, engine, opener(open), opener(plain), program.Judge)
}

// judgedPlain is judged with plain values.
func judgedPlain(ctx context.Context, open, plain func() (*plainAdapter, error)) environment.Verdict {
	return environmenttest.Judge(ctx, engine, opener(open), opener(plain), program.JudgePlain)
}

func opener[U, S any](open func() (*spec.Store[U, S], error)) environmenttest.Opener[U, S] {
	return func(context.Context) (*spec.Store[U, S], func(), error) {
		a, err := open()
		return a, func() { a.Close() }, err
	}
}

// engine is what is PostgreSQL's of the verdicts.
var engine = environmenttest.Engine{
	Reason: func(err error) string {
		text := err.Error()
		if e, ok := errors.AsType[*pgconn.PgError](err); ok {
			text = e.Message
			if e.Detail != "" {
				text += ": " + e.Detail
			}
		}
		return plainly(text)
	},
	Limits: func(err *spec.Error) bool {
		return spec.ClassOf(err) == spec.ErrUnavailable || strings.Contains(err.Detail, timedOut)
	},
	Text: func(err *spec.Error, _ environment.Outcome) string { return plainly(err.Error()) },
	Limited: func(limits []string) string {
		if len(limits) > 3 {
			return "calls of many kinds: " + classes(limits)
		}
		return strings.Join(limits, "; ")
	},
}

// timedOut is the server's code for a statement that statement_timeout ended.
const timedOut = "57014"

// classes are those of errors that limits have.
func classes(limits []string) string {
	var found []string
	for _, class := range []error{spec.ErrUnavailable, spec.ErrFailed, spec.ErrConflict, spec.ErrIndeterminate} {
		if strings.Contains(strings.Join(limits, "\n"), class.Error()) {
			found = append(found, class.Error())
		}
	}
	return strings.Join(found, ", ")
}

// lost is the verdict where the server that is to be tried does not work.
func lost(err error) environment.Verdict { return environmenttest.Fault("the test itself", err) }
