package mysql_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// A write sees the writes that other nodes have acknowledged, even with stale reads. So an
// acknowledged deletion has happened. The test delays the second node before it applies
// the writes of the first.
func waitToWrite(t *testing.T, server *containers.Server) {
	nodes := containers.GaleraNodes(server)
	next := spec.Lease{ActiveUntil: noon, ExpiresAt: noon, Credential: "next"}
	session := spec.Session[struct{}]{ID: "s", UserID: "ann", CreatedAt: noon, Lease: spec.Lease{ActiveUntil: noon, ExpiresAt: noon}}
	for name, options := range map[string][]mysql.Option{
		"by default":           nil,
		"with stale reads":     {mysql.WithStaleReads()},
		"without foreign keys": {mysql.WithStaleReads(), mysql.WithoutForeignKeys()}, // DeleteUser is then a transaction
	} {
		t.Run(name, func(t *testing.T) {
			database, ctx := galeraPlace(t, server), t.Context()
			first, second := openNode(t, nodes[0], database), openNode(t, nodes[1], database, options...)
			servertest.OK(t, first.Migrate(ctx))
			held := hold(t, nodes, database)
			for _, c := range []struct {
				call string
				do   func(context.Context) error
				left bool // the session
			}{
				{"UpdateUser", func(ctx context.Context) error {
					return second.UpdateUser(ctx, "ann", person{"changed"}, attr.All[person]())
				}, true},
				{"SwapLease", func(ctx context.Context) error { return second.SwapLease(ctx, "s", session.Lease, next) }, true},
				{"DeleteSession", func(ctx context.Context) error { return second.DeleteSession(ctx, "s") }, false},
				{"DeleteUserSessions", func(ctx context.Context) error {
					_, err := second.DeleteUserSessions(ctx, "ann")
					return err
				}, false},
				{"DeleteExpiredSessions", func(ctx context.Context) error {
					_, err := second.DeleteExpiredSessions(ctx, spec.Sweep{Now: noon, Everyone: true, Limit: 10})
					return err
				}, false},
				{"DeleteUser", func(ctx context.Context) error { return second.DeleteUser(ctx, "ann") }, false},
			} {
				servertest.OK(t, first.DeleteUser(ctx, "ann"))
				release := held()
				servertest.OK(t, first.CreateUser(ctx, spec.User[person]{ID: "ann"}))
				servertest.OK(t, first.CreateSession(ctx, session))
				result := make(chan error, 1)
				go func() { result <- c.do(ctx) }()
				release(result)
				if err := <-result; err != nil {
					t.Errorf("%s on another node: %v", c.call, err)
				}
				if _, err := first.Session(ctx, "s"); (err == nil) != c.left {
					t.Errorf("the session after %s on another node: %v, want it to be left: %t", c.call, err, c.left)
				}
			}
		})
	}
}

// hold returns a function that keeps the second node from applying later writes of the
// first, until release is called. Release first waits for a statement of the adapter on
// the second node, or for its result.
func hold(t *testing.T, nodes []string, database string) func() (release func(result chan error)) {
	t.Helper()
	ctx := t.Context()
	first, second := servertest.OpenDB(t, "mysql", nodes[0]), servertest.OpenDB(t, "mysql", nodes[1])
	table := "`" + database + "`.held"
	_, err := first.ExecContext(ctx, "CREATE TABLE "+table+" (id INT PRIMARY KEY AUTO_INCREMENT)")
	servertest.OK(t, err)
	return func() func(chan error) {
		conn, err := second.Conn(ctx)
		servertest.OK(t, err)
		_, err = conn.ExecContext(ctx, "SET STATEMENT wsrep_sync_wait = 15 FOR SELECT COUNT(*) FROM "+table)
		servertest.OK(t, err)
		_, err = conn.ExecContext(ctx, "LOCK TABLES "+table+" READ") // what writes to it waits, and all that follows
		servertest.OK(t, err)
		_, err = first.ExecContext(ctx, "INSERT INTO "+table+" VALUES ()")
		servertest.OK(t, err)
		return func(result chan error) {
			for started := 0; started == 0 && len(result) == 0; runtime.Gosched() {
				servertest.OK(t, second.QueryRowContext(ctx, "SELECT COUNT(*) FROM information_schema.processlist "+
					"WHERE info LIKE 'SET STATEMENT %' AND id <> CONNECTION_ID()").Scan(&started))
			}
			_, err := conn.ExecContext(ctx, "UNLOCK TABLES")
			servertest.OK(t, err)
			servertest.OK(t, conn.Close())
		}
	}
}
