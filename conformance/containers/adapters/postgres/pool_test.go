package postgres_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// A store has as many connections as WithMaxConns says: the server lets the role
// have no more, and refuses others.
func TestMaxConns(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	servertest.OK(t, p.openPlain().Migrate(t.Context()))
	for _, n := range []int{1, 3} {
		dsn := p.role(fmt.Sprint("CONNECTION LIMIT ", n))
		p.exec("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO PUBLIC")
		a, err := postgres.Open[program.Person, program.Device](t.Context(), dsn, postgres.WithSchema(p.Name), postgres.WithMaxConns(n))
		servertest.OK(t, err)
		servertest.Crowd(t, a)
		role, err := url.Parse(dsn)
		servertest.OK(t, err)
		var conns int
		servertest.OK(t, p.admin.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE usename = $1", role.User.Username()).Scan(&conns))
		if conns != n {
			t.Errorf("%d connections, want %d", conns, n)
		}
		servertest.OK(t, a.Close())
	}
}

// One connection is enough for every call.
func TestOneConnection(t *testing.T) {
	t.Parallel()
	p := newPlace(t, nil)
	first, second := p.openPlain(postgres.WithMaxConns(1)), p.openPlain(postgres.WithMaxConns(1))
	servertest.OK(t, first.Migrate(t.Context()))
	if r := program.JudgePlain(t.Context(), first, second).String(); r != "" {
		t.Error(r)
	}
	servertest.Crowd(t, first)
}

// pool_max_conns is pgxpool's: the server does not know it, and refuses it.
func TestMaxConnsInTheDSN(t *testing.T) {
	t.Parallel()
	_, err := postgres.Open[Person, Device](t.Context(), newPlace(t, nil).DSN+"&pool_max_conns=3")
	servertest.WantClass(t, err, spec.ErrFailed, "Open")
}
