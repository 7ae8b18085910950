package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// While callers write, the primary is killed and its standby promoted. Then that server is
// made read-only, with its connections open, and the next is promoted. Acknowledged writes
// are always there, writes that were reported as not applied are not, and no failure is
// reported as permanent.
func TestFailover(t *testing.T) {
	t.Parallel()
	server := servers.PostgresReplicas(t)
	refusedStandby(t, containers.PostgresMembers(server)[1])
	a, err := postgres.Open[program.Person, program.Device](t.Context(), server.DSN)
	servertest.OK(t, err)
	defer a.Close()
	servertest.OK(t, a.Migrate(t.Context()))
	// A DSN that names all servers without asking for one that accepts writes leads to
	// the primary too, and never to a standby.
	b, err := postgres.Open[program.Person, program.Device](t.Context(), strings.Replace(server.DSN, "&target_session_attrs=read-write", "", 1))
	servertest.OK(t, err)
	defer b.Close()
	own := servertest.OpenDB(t, "pgx", strings.Replace(server.DSN, "&target_session_attrs=read-write", "", 1))
	own.SetMaxIdleConns(-1) // so that each call connects to the first server that answers
	c, err := postgres.New[program.Person, program.Device](t.Context(), own)
	servertest.OK(t, err)
	servertest.OK(t, c.Check(t.Context()))
	const writers = 4
	w := servertest.StartWriters(t, a, writers)
	more := func(count *atomic.Int64, n int64) { w.Await(count, n, a.Ping) }
	more(&w.Acknowledged, 40)
	servertest.OK(t, containers.KillPostgres(t.Context(), server))
	more(&w.Written, 2*writers) // no server takes any
	for range 2 {
		_, err := b.User(t.Context(), "unknown")
		servertest.WantClass(t, err, spec.ErrUnavailable, "User where only standbys are left")
	}
	// An application's own handle can later lead to a standby.
	for call, err := range map[string]error{"Ping": c.Ping(t.Context()), "Check": c.Check(t.Context()), "Migrate": c.Migrate(t.Context())} {
		wantStandby(t, err, call+" on a standby")
	}
	servertest.OK(t, containers.PromotePostgres(t.Context(), server))
	more(&w.Acknowledged, 40)
	_, err = b.User(t.Context(), ann.ID)
	servertest.WantClass(t, err, spec.ErrUserNotFound, "User from the new primary")
	servertest.OK(t, containers.FreezePostgres(t.Context(), server))
	more(&w.Written, 2*writers)
	servertest.OK(t, containers.PromotePostgres(t.Context(), server))
	more(&w.Acknowledged, 40)
	readOnly := func(err error) bool { return strings.Contains(err.Error(), "25006") }
	if !slices.ContainsFunc(w.Check(spec.ErrUnavailable), readOnly) {
		t.Error("nothing was written on a connection whose server was made read-only: that part proves nothing")
	}
}

// refusedStandby fails the test unless Open and New refuse a standby.
func refusedStandby(t *testing.T, dsn string) {
	t.Helper()
	_, err := postgres.Open[Person, Device](t.Context(), dsn)
	wantStandby(t, err, "Open on a standby")
	for _, handle := range []string{"pgx", "postgres"} {
		_, err = postgres.New[Person, Device](t.Context(), servertest.OpenDB(t, handle, dsn))
		wantStandby(t, err, "New on a standby, with the driver "+handle)
	}
}

// wantStandby fails the test unless an error says that the server is a standby, and what to
// do.
func wantStandby(t *testing.T, err error, call string) {
	t.Helper()
	servertest.WantClass(t, err, spec.ErrUnavailable, call)
	if text := fmt.Sprint(err); !strings.Contains(text, "standby") || !strings.Contains(text, "target_session_attrs=read-write") {
		t.Errorf("%s: %s", call, text)
	}
}
