package mysql_test

import (
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
)

// readOnlyStorage restarts a server so that its storage engine is read-only, as on a server
// that only serves reads, or after damage. The server's codes for this differ from those of
// read_only. Another server may take the writes, so their connections must not be kept.
func readOnlyStorage(t *testing.T, server *containers.MySQLProcess, mariadb bool) {
	ctx := t.Context()
	db := servertest.OpenDB(t, "mysql", server.DSN)
	db.SetMaxOpenConns(1)
	a, err := mysql.New[Person, Device](ctx, db, mysql.WithTables("people", "visits"))
	servertest.OK(t, err)
	servertest.OK(t, a.Migrate(ctx))
	servertest.OK(t, a.CreateUser(ctx, ann))
	migrating, err := mysql.New[Person, Device](ctx, db, mysql.WithTables("others", "absent"))
	servertest.OK(t, err)

	connection := func() (id int) {
		t.Helper()
		servertest.OK(t, db.QueryRowContext(ctx, "SELECT CONNECTION_ID()").Scan(&id))
		return id
	}
	refuses := func(call, code string, do func() error) {
		t.Helper()
		before := connection()
		err := do()
		servertest.WantClass(t, err, spec.ErrUnavailable, call)
		if err != nil && !strings.Contains(err.Error(), "("+code+")") {
			t.Errorf("%s: %v, want code %s", call, err, code)
		}
		if connection() == before {
			t.Errorf("%s: the connection is kept", call)
		}
	}
	create := func() error {
		return a.CreateUser(ctx, spec.User[Person]{ID: "bob", Attributes: Person{Email: "bob@example.com"}})
	}
	level, writing, migrates, recovering := "1", "1015/165", "1836", "1881"
	if mariadb {
		level, writing, migrates, recovering = "5", "1036", "1005/165", "1836"
	}
	servertest.OK(t, server.Restart(ctx, append(labArguments, "--innodb-read-only")...))
	refuses("CreateUser, innodb_read_only", writing, create)
	refuses("UpdateUser, innodb_read_only", writing, func() error { return update(t, a) })
	refuses("DeleteUser, innodb_read_only", writing, func() error { return a.DeleteUser(ctx, ann.ID) })
	refuses("Migrate, innodb_read_only", migrates, func() error { return migrating.Migrate(ctx) })
	if got, err := a.User(ctx, ann.ID); err != nil || got != ann {
		t.Errorf("User, innodb_read_only: got %+v, %v", got, err)
	}
	servertest.OK(t, server.Restart(ctx, append(labArguments, "--innodb-force-recovery="+level)...))
	refuses("CreateUser, innodb_force_recovery", recovering, create)
}
