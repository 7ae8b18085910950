package postgres_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tenon-go/tenon/adapters/postgres"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// The primary is killed and its standby promoted, and then that one is made
// read-only, its connections stay, and the next is promoted, while callers
// write. What was acknowledged is there, at all times, what is said not to have
// been applied is not, and no failure is said to be for good.
func TestFailover(t *testing.T) {
	t.Parallel()
	server := servers.PostgresReplicas(t)
	refusedStandby(t, containers.PostgresMembers(server)[1])
	a, err := postgres.Open[Person, Device](t.Context(), server.DSN)
	servertest.OK(t, err)
	defer a.Close()
	servertest.OK(t, a.Migrate(t.Context()))
	// Whoever names all servers, and does not ask for one that takes writes, is
	// led to no standby either, but to the primary, wherever it is.
	b, err := postgres.Open[Person, Device](t.Context(), strings.Replace(server.DSN, "&target_session_attrs=read-write", "", 1))
	servertest.OK(t, err)
	defer b.Close()
	const writers = 4
	var acknowledged, written atomic.Int64
	var stop atomic.Bool
	var wait sync.WaitGroup
	rows := make([][]row, writers)
	for w := range writers {
		wait.Go(func() {
			for i := 0; !stop.Load(); i++ {
				r := write(t, a, fmt.Sprintf("%d-%d", w, i))
				rows[w] = append(rows[w], r)
				written.Add(1)
				if r.user == nil {
					acknowledged.Add(1)
				}
			}
		})
	}
	more := func(count *atomic.Int64, n int64) { // waits until so many more have been counted
		for from := count.Load(); count.Load() < from+n; {
			if err := a.Ping(t.Context()); err != nil {
				servertest.WantClass(t, err, spec.ErrUnavailable, "Ping during a failover")
			}
		}
	}
	more(&acknowledged, 40)
	servertest.OK(t, containers.KillPostgres(t.Context(), server))
	more(&written, 2*writers) // no server takes any
	for range 2 {
		_, err := b.User(t.Context(), "nobody")
		servertest.WantClass(t, err, spec.ErrUnavailable, "User where only standbys are left")
	}
	servertest.OK(t, containers.PromotePostgres(t.Context(), server))
	more(&acknowledged, 40)
	_, err = b.User(t.Context(), ann.ID)
	servertest.WantClass(t, err, spec.ErrUserNotFound, "User from the new primary")
	servertest.OK(t, containers.FreezePostgres(t.Context(), server))
	more(&written, 2*writers)
	servertest.OK(t, containers.PromotePostgres(t.Context(), server))
	more(&acknowledged, 40)
	stop.Store(true)
	wait.Wait()
	tally := map[string]int{}
	for _, list := range rows {
		for _, r := range list {
			r.check(t, a, tally)
		}
	}
	t.Logf("%d rows: %v", written.Load(), tally)
	if tally["25006"] == 0 {
		t.Error("nothing was written on a connection whose server was made read-only: that part proves nothing")
	}
}

// refusedStandby expects that no adapter takes a standby.
func refusedStandby(t *testing.T, dsn string) {
	t.Helper()
	_, err := postgres.Open[Person, Device](t.Context(), dsn)
	for _, handle := range []string{"pgx", "postgres"} {
		servertest.WantClass(t, err, spec.ErrUnavailable, "Open on a standby")
		if text := fmt.Sprint(err); !strings.Contains(text, "standby") || !strings.Contains(text, "target_session_attrs=read-write") {
			t.Errorf("Open on a standby: %s", text)
		}
		_, err = postgres.New[Person, Device](t.Context(), servertest.OpenDB(t, handle, dsn))
	}
}

// row is a user and a session that somebody wrote, and what came of it.
type row struct {
	id                                string
	user, session, swap, update, gone error
}

var renewed = spec.Lease{ActiveUntil: noon, ExpiresAt: noon, Credential: "renewed"}

// write writes a row, and reads what was acknowledged at once.
func write(t *testing.T, a *adapter, id string) row {
	ctx := t.Context()
	r := row{id: id}
	r.user = a.CreateUser(ctx, spec.User[Person]{ID: id, Attributes: Person{Email: id + "@example.com"}})
	r.found(t, "User", r.user, func() error { _, err := a.User(ctx, id); return err })
	s := phone
	s.ID, s.UserID = "s "+id, id
	r.session = a.CreateSession(ctx, s)
	r.found(t, "SessionAndUser", r.session, func() error { _, _, err := a.SessionAndUser(ctx, s.ID); return err })
	if r.session == nil {
		r.swap = a.SwapLease(ctx, s.ID, lease, renewed)
		r.update = a.UpdateSession(ctx, s.ID, Device{"renewed"}, attr.All[Device]())
	}
	r.gone = a.DeleteSession(ctx, s.ID+" of before")
	return r
}

// found reads what a write has left there, if that was acknowledged.
func (r row) found(t *testing.T, call string, written error, read func() error) {
	t.Helper()
	if written != nil {
		return
	}
	if err := read(); err != nil {
		servertest.WantClass(t, err, spec.ErrUnavailable, call+" of "+r.id+", which was acknowledged")
	}
}

// check compares what came of a row with what is there.
func (r row) check(t *testing.T, a *adapter, tally map[string]int) {
	t.Helper()
	_, err := a.User(t.Context(), r.id)
	if err != nil {
		servertest.WantClass(t, err, spec.ErrUserNotFound, "User after the failovers")
	}
	r.agrees(t, tally, "CreateUser", r.user, err == nil)
	s, err := a.Session(t.Context(), "s "+r.id)
	if err != nil {
		servertest.WantClass(t, err, spec.ErrSessionNotFound, "Session after the failovers")
	}
	there := err == nil
	if spec.ClassOf(r.session) == spec.ErrUserNotFound {
		if r.user == nil || there {
			t.Errorf("%s: CreateSession said that the user is not there; CreateUser %v, session there: %t", r.id, r.user, there)
		}
	} else {
		r.agrees(t, tally, "CreateSession", r.session, there)
	}
	if r.session == nil && there {
		r.agrees(t, tally, "SwapLease", r.swap, s.Lease == renewed)
		r.agrees(t, tally, "UpdateSession", r.update, s.Attributes.Name == "renewed")
	}
	r.agrees(t, tally, "DeleteSession", r.gone, r.gone == nil)
}

func (r row) agrees(t *testing.T, tally map[string]int, call string, err error, applied bool) {
	t.Helper()
	class := spec.ClassOf(err)
	switch {
	case err == nil && !applied:
		t.Errorf("%s of %s was acknowledged and is not there", call, r.id)
	case class == spec.ErrUnavailable && applied:
		t.Errorf("%s of %s is there, but was said not to be: %v", call, r.id, err)
	case err != nil && class != spec.ErrUnavailable && class != spec.ErrIndeterminate:
		t.Errorf("%s of %s: %v", call, r.id, err)
	case err != nil:
		tally[call+": "+class.Error()]++
		if strings.Contains(err.Error(), "25006") {
			tally["25006"]++
		}
	}
}
