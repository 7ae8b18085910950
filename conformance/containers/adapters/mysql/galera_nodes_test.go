package mysql_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	mysqldriver "github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

type person struct{ Name string }

type node = spec.Store[person, struct{}]

// openNode opens an adapter on one node.
func openNode(t *testing.T, dsn, database string, options ...mysql.Option) *node {
	t.Helper()
	a, err := mysql.Open[person, struct{}](t.Context(), dsn, append(options, mysql.WithDatabase(database))...)
	servertest.OK(t, err)
	t.Cleanup(func() { servertest.OK(t, a.Close()) })
	return a
}

// galeraPlace creates a database for a test.
func galeraPlace(t *testing.T, server *containers.Server) string {
	t.Helper()
	return server.Target(nil).Open(t, conformance.Store{Name: "nodes"}).Name
}

// A node declares stale reads, unless its sessions wait for other nodes.
func declareStaleReads(t *testing.T, server *containers.Server) {
	nodes := containers.GaleraNodes(server)
	for _, c := range []struct {
		name    string
		dsn     string
		options []mysql.Option
		stale   bool
	}{
		{"by default", nodes[1], nil, false},
		{"with stale reads", nodes[1], []mysql.Option{mysql.WithStaleReads()}, true},
		{"with stale reads, whose sessions wait to write", nodes[1] + "?wsrep_sync_wait=6", []mysql.Option{mysql.WithStaleReads()}, true},
		{"with stale reads, whose sessions wait to read", nodes[1] + "?wsrep_sync_wait=1", []mysql.Option{mysql.WithStaleReads()}, false},
	} {
		about, err := openNode(t, c.dsn, "tenon_test", c.options...).Describe(t.Context())
		servertest.OK(t, err)
		if got := about.Weaknesses; got != (spec.Weaknesses{StaleReads: c.stale}) {
			t.Errorf("a node %s: got %+v, want StaleReads to be %t", c.name, got, c.stale)
		}
	}
}

// The other nodes see an acknowledged write at once, in every kind of read. The test makes
// the second node slow to apply writes.
func readCausally(t *testing.T, server *containers.Server) {
	nodes, database := containers.GaleraNodes(server), galeraPlace(t, server)
	writer := openNode(t, nodes[0], database)
	servertest.OK(t, writer.Migrate(t.Context()))
	causal, stale := openNode(t, nodes[1], database), openNode(t, nodes[1], database, mysql.WithStaleReads())
	servertest.OK(t, causal.Check(t.Context()))
	slow := servertest.OpenDB(t, "mysql", nodes[1])
	ctx := t.Context()

	late := false // whether a read that does not wait was too early
	for i := range 10 {
		id := fmt.Sprint("user ", i)
		conn, err := slow.Conn(ctx)
		servertest.OK(t, err)
		// Delays the writes of other nodes.
		_, err = conn.ExecContext(ctx, "FLUSH TABLES WITH READ LOCK")
		servertest.OK(t, err)
		servertest.OK(t, writer.CreateUser(ctx, spec.User[person]{ID: id, Attributes: person{"new"}}))
		_, err = stale.User(ctx, id)
		late = late || errors.Is(err, spec.ErrUserNotFound)
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := causal.User(ctx, id); err != nil {
				t.Errorf("User on another node: %v", err)
			}
		})
		all.Go(func() {
			if err := causal.UpdateUser(ctx, id, person{"changed"}, attr.All[person]()); err != nil {
				t.Errorf("UpdateUser on another node: %v", err)
			}
		})
		all.Go(func() {
			session := spec.Session[struct{}]{ID: id, UserID: id, CreatedAt: noon, Lease: spec.Lease{ActiveUntil: noon, ExpiresAt: noon}}
			if err := causal.CreateSession(ctx, session); err != nil {
				t.Errorf("CreateSession on another node: %v", err)
			}
		})
		_, err = conn.ExecContext(ctx, "UNLOCK TABLES")
		servertest.OK(t, err)
		servertest.OK(t, conn.Close())
		all.Wait()
	}
	if !late {
		t.Error("a read that does not wait always found what another node had acknowledged: the test proves nothing")
	}
}

// Each of three nodes changes the same row again and again. A call can only lose the race,
// and no node undoes a write that another has acknowledged.
func certify(t *testing.T, server *containers.Server) {
	nodes, database := containers.GaleraNodes(server), galeraPlace(t, server)
	var adapters []*node
	for _, dsn := range nodes {
		adapters = append(adapters, openNode(t, dsn, database))
	}
	ctx := t.Context()
	servertest.OK(t, adapters[0].Migrate(ctx))
	lease := func(n int) spec.Lease {
		return spec.Lease{ActiveUntil: noon, ExpiresAt: noon, Credential: fmt.Sprint(n)}
	}
	servertest.OK(t, adapters[0].CreateSession(ctx, spec.Session[struct{}]{ID: "s", CreatedAt: noon, Lease: lease(0)}))
	for round := range 30 {
		var won [galeraNodes]bool
		var all sync.WaitGroup
		for i, a := range adapters {
			all.Go(func() {
				err := a.SwapLease(ctx, "s", lease(round), lease(round+1))
				won[i] = err == nil
				if class := spec.ClassOf(err); err != nil && class != spec.ErrStale && class != spec.ErrConflict {
					t.Errorf("round %d, node %d: %v", round, i, err)
				}
			})
		}
		all.Wait()
		winners := 0
		for _, w := range won {
			if w {
				winners++
			}
		}
		if winners != 1 {
			t.Fatalf("round %d: %d nodes won, want 1", round, winners)
		}
	}
}

// A transaction that another node has overtaken fails with 1213, and is retried. It has
// changed a row that the other node then changed too, while it was waiting for a lock on
// its own node.
func overtake(t *testing.T, server *containers.Server) {
	nodes, database := containers.GaleraNodes(server), galeraPlace(t, server)
	options := []mysql.Option{mysql.WithoutForeignKeys()} // DeleteUser is then two statements
	first, second := openNode(t, nodes[0], database, options...), openNode(t, nodes[1], database, options...)
	ctx := t.Context()
	servertest.OK(t, first.Migrate(ctx))
	servertest.OK(t, first.CreateUser(ctx, spec.User[person]{ID: "ann"}))
	session := spec.Session[struct{}]{ID: "s", UserID: "ann", CreatedAt: noon, Lease: spec.Lease{ActiveUntil: noon, ExpiresAt: noon}}
	servertest.OK(t, second.CreateSession(ctx, session))

	db := servertest.OpenDB(t, "mysql", nodes[1])
	number := func(query string) (n int) {
		var name string
		servertest.OK(t, db.QueryRowContext(ctx, query).Scan(&name, &n))
		return n
	}
	overtaken := func() int { return number("SHOW GLOBAL STATUS LIKE 'wsrep_local_bf_aborts'") }
	before := overtaken()
	other, err := db.BeginTx(ctx, nil)
	servertest.OK(t, err)
	defer other.Rollback() // again
	_, err = other.ExecContext(ctx, "SELECT 1 FROM `"+database+"`.sessions FOR UPDATE")
	servertest.OK(t, err)
	result := make(chan error)
	go func() { result <- second.DeleteUser(ctx, "ann") }()
	for number("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'") == 0 {
		runtime.Gosched()
	}
	servertest.OK(t, first.UpdateUser(ctx, "ann", person{"overtakes"}, attr.All[person]()))
	for overtaken() == before {
		runtime.Gosched()
	}
	servertest.OK(t, other.Rollback())
	servertest.OK(t, <-result)
	_, err = first.User(ctx, "ann")
	servertest.WantClass(t, err, spec.ErrUserNotFound, "User who was deleted on another node")
	_, err = first.Session(ctx, "s")
	servertest.WantClass(t, err, spec.ErrSessionNotFound, "Session of a user who was deleted on another node")
}

const galeraNodes = 3

// One node is killed in the middle of a run. No acknowledged write is lost. Then another
// is killed. The last node has no majority, and refuses to serve.
func TestGaleraNodesKilled(t *testing.T) {
	t.Parallel() // it waits, for the most part, and has a cluster of its own
	server, err := containers.Galera(t.Context(), containers.GaleraOptions{})
	required, unknown := containers.Required("galera")
	servertest.OK(t, unknown)
	if missing, ok := errors.AsType[*containers.MissingError](err); ok && !required {
		t.Skipf("NOT RUN: %v", missing)
	}
	servertest.OK(t, err)
	t.Cleanup(func() { servertest.OK(t, server.Close()) })
	t.Run("one of three", func(t *testing.T) { oneKilled(t, server) })
	t.Run("one of two", func(t *testing.T) {
		node := containers.GaleraNodes(server)[0]
		last, stale := openNode(t, node, "tenon_test"), openNode(t, node, "tenon_test", mysql.WithStaleReads())
		servertest.OK(t, last.Migrate(t.Context()))
		// Nothing else is lost if the node is quick to suspect one that is about to be killed.
		_, err := servertest.OpenDB(t, "mysql", node).ExecContext(t.Context(),
			"SET GLOBAL wsrep_provider_evs_suspect_timeout = 3.0, wsrep_provider_evs_install_timeout = 4.0, wsrep_provider_evs_inactive_timeout = 6.0")
		servertest.OK(t, err)
		servertest.OK(t, containers.KillGaleraNode(t.Context(), server, 1))
		// It takes the node seconds to notice that it is alone. A read that waits for the other
		// nodes waits in the server for that time. Other reads would have to be repeated.
		wantNotPrimary(t, last)
		wantNotPrimary(t, stale)
	})
}

func oneKilled(t *testing.T, server *containers.Server) {
	target := server.Target(nil)
	store := conformance.Store{Name: "killed"}
	a, err := mysql.Open[person, struct{}](t.Context(), target.Open(t, store).DSN, mysql.WithDatabase(store.Name))
	servertest.OK(t, err)
	t.Cleanup(func() { servertest.OK(t, a.Close()) })
	servertest.OK(t, a.Migrate(t.Context()))

	const writers, each = 6, 150 // that are acknowledged; some are refused while the node dies
	var mu sync.Mutex
	var acknowledged []string
	refused := 0
	half := make(chan struct{})
	halfDone := sync.OnceFunc(func() { close(half) })
	create := func(id string) (created bool) {
		err := a.CreateUser(t.Context(), spec.User[person]{ID: id, Attributes: person{id}})
		mu.Lock()
		defer mu.Unlock()
		switch class := spec.ClassOf(err); {
		case err == nil:
			if acknowledged = append(acknowledged, id); len(acknowledged) == writers*each/3 {
				halfDone()
			}
		case class == spec.ErrUnavailable, class == spec.ErrIndeterminate, class == spec.ErrConflict:
			refused++
		default:
			t.Errorf("CreateUser: %v", err)
			halfDone() // nothing is waited for any more
		}
		return err == nil
	}
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i, created := 0, 0; created < each && !t.Failed(); i++ {
				if create(fmt.Sprintf("user %d of %d", i, w)) {
					created++
				}
			}
		})
	}
	<-half
	servertest.OK(t, containers.KillGaleraNode(t.Context(), server, 2))
	all.Wait()
	t.Logf("%d writes acknowledged, %d not", len(acknowledged), refused)
	for node, dsn := range containers.GaleraNodes(server)[:2] {
		left := openNode(t, dsn, store.Name)
		for _, id := range acknowledged {
			if got, err := left.User(t.Context(), id); err != nil || got.Attributes.Name != id {
				t.Errorf("on node %d, what was acknowledged: %+v, %v", node, got, err)
			}
		}
	}
}

// wantNotPrimary repeats a call until the node has noticed that it is alone.
func wantNotPrimary(t *testing.T, a *node) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for {
		_, err := a.User(ctx, "unknown")
		var e *mysqldriver.MySQLError
		switch {
		case spec.ClassOf(err) == spec.ErrUserNotFound:
			continue
		case spec.ClassOf(err) == spec.ErrUnavailable && errors.As(err, &e) && e.Number == 1205:
			continue // it waited for the others, and gave up
		case spec.ClassOf(err) != spec.ErrUnavailable || !errors.As(err, &e) || e.Number != 1047:
			t.Errorf("User on a node without a majority: %v, want %q with 1047", err, spec.ErrUnavailable)
		}
		break
	}
	servertest.WantClass(t, a.CreateUser(ctx, spec.User[person]{ID: "x"}), spec.ErrUnavailable, "CreateUser on a node without a majority")
}
