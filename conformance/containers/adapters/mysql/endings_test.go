package mysql_test

import (
	"context"
	"net/url"
	"runtime"
	"testing"

	mysqldriver "github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// No call outlives its context by more than a second while the server stalls.
func TestCallsEndWithTheirContext(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		config, err := mysqldriver.ParseDSN(p.DSN)
		servertest.OK(t, err)
		relay := servertest.NewRelay(t, config.Addr)
		config.Addr = relay.Addr
		p.DSN = config.FormatDSN()
		a := p.ready(p.open())
		relay.Stalled(func() { a.User(t.Context(), ann.ID) })
		servertest.CallsEnd(t, a, ann, phone)
		relay.Open()
	})
}

// A socket's timer can fire before that of the context. A call whose deadline has passed
// returns the context's error.
func TestDeadlineByTheClock(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		p.ready(p.open())
		db := servertest.OpenDB(t, "mysql", p.DSN)
		db.SetMaxIdleConns(-1) // so that each call dials
		a, err := mysql.New[Person, Device](t.Context(), db, mysql.WithDatabase(p.Name))
		servertest.OK(t, err)
		late := servertest.Late(t.Context())
		servertest.WantClass(t, a.DeleteUser(late, ann.ID), context.DeadlineExceeded, "DeleteUser")
		_, err = a.User(late, ann.ID)
		servertest.WantClass(t, err, context.DeadlineExceeded, "User")
		p.wantAnn(a)
	})
}

// The server ends a call that gives up, even while the statement of another session has
// text that is not UTF-8. MySQL then fails to read information_schema.processlist (3854).
func TestGivingUpBesideBytes(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, url.Values{"innodb_lock_wait_timeout": {"1000000"}})
		a := p.ready(p.open())
		holder := p.other("DO GET_LOCK('" + p.Name + "', 0)")
		waits := p.other()
		bytes := make(chan error)
		go func() {
			_, err := waits.ExecContext(t.Context(), "SELECT '\xff\xfe', GET_LOCK('"+p.Name+"', 1000)")
			bytes <- err
		}()
		for !p.runs("GET_LOCK('" + p.Name + "', 1000)") {
			runtime.Gosched()
		}
		locked := p.other("SELECT 1 FROM users FOR UPDATE")
		ctx, giveUp := context.WithCancel(t.Context())
		defer giveUp()
		result := make(chan error)
		go func() { result <- a.UpdateUser(ctx, ann.ID, Person{Email: "x"}, attr.All[Person]()) }()
		p.blocked(1, "UPDATE")
		giveUp()
		servertest.WantClass(t, <-result, spec.ErrIndeterminate, "UpdateUser")
		for p.runs("UPDATE `" + p.Name + "`") {
			runtime.Gosched()
		}
		_, err := holder.Exec("DO RELEASE_LOCK('" + p.Name + "')")
		servertest.OK(t, err)
		servertest.OK(t, <-bytes)
		servertest.OK(t, locked.Rollback())
		p.wantAnn(a)
	})
}

// Calls that give up at a row lock leave no waiting statement behind. Otherwise all of the
// server's connections would soon be in use.
func TestCallsThatGiveUp(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		// Only the adapter can end a wait.
		p := newPlace(t, s, url.Values{"innodb_lock_wait_timeout": {"1000000"}})
		p.ready(p.open())
		p.DSN = p.account("ALL", "")
		a := p.open()
		locked := p.other("SELECT 1 FROM users FOR UPDATE")
		for range 20 {
			ctx, giveUp := context.WithCancel(t.Context())
			result := make(chan error)
			go func() {
				result <- a.UpdateUser(ctx, ann.ID, Person{Email: "new@example.com"}, attr.All[Person]())
			}()
			p.blocked(1, "UPDATE")
			giveUp()
			servertest.WantClass(t, <-result, spec.ErrIndeterminate, "UpdateUser")
			for p.runs("UPDATE `" + p.Name + "`") {
				runtime.Gosched()
			}
		}
		servertest.OK(t, locked.Rollback())
		p.wantAnn(a) // which none of them has changed
	})
}
