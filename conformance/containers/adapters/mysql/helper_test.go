package mysql_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"testing"

	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// The fixtures of servertest.
type (
	Person  = servertest.Person
	Device  = servertest.Device
	adapter = spec.Store[Person, Device]
)

var noon, lease, ann, phone = servertest.Noon, servertest.Lease, servertest.Ann, servertest.Phone

// onEach runs a test on every server.
func onEach(t *testing.T, test func(t *testing.T, s server)) {
	t.Parallel()
	for _, s := range allServers() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			test(t, s)
		})
	}
}

// place is a place for a test's own store, with access that does not use the adapter.
type place struct {
	servertest.Place
	t     *testing.T
	admin *sql.DB // in the place's database
}

// newPlace prepares a store on a server; parameters are added to its DSN.
func newPlace(t *testing.T, s server, parameters url.Values) *place {
	t.Helper()
	server := s.start(t)
	p := &place{Place: servertest.NewPlace(t, server, parameters), t: t}
	config, err := mysqldriver.ParseDSN(server.DSN)
	servertest.OK(t, err)
	config.DBName = p.Name
	p.admin = servertest.OpenDB(t, "mysql", config.FormatDSN())
	return p
}

// open opens an adapter on the place. It does not create the tables.
func (p *place) open(options ...mysql.Option) *adapter {
	p.t.Helper()
	a, err := mysql.Open[Person, Device](p.t.Context(), p.DSN, append([]mysql.Option{mysql.WithDatabase(p.Name)}, options...)...)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { a.Close() }) // again, perhaps
	return a
}

// openPlain is open for the short program.
func (p *place) openPlain(options ...mysql.Option) *spec.Store[program.Person, program.Device] {
	p.t.Helper()
	a, err := mysql.Open[program.Person, program.Device](p.t.Context(), p.DSN, append([]mysql.Option{mysql.WithDatabase(p.Name)}, options...)...)
	servertest.OK(p.t, err)
	p.t.Cleanup(func() { a.Close() })
	return a
}

// ready creates an adapter's tables, with ann and phone.
func (p *place) ready(a *adapter) *adapter {
	p.t.Helper()
	return servertest.Ready(p.t, a, ann, phone)
}

// process is a row of SHOW PROCESSLIST. information_schema.processlist is no way to
// it: on MySQL it fails (3854) while the statement of any session, another test's, has
// text that is not UTF-8.
type process struct {
	ID          int64          `db:"Id"`
	User        string         `db:"User"`
	State, Info sql.NullString // what it waits for; its statement
}

// processes returns what the sessions of the server do for which of is true.
func (p *place) processes(of func(process) bool) []process {
	p.t.Helper()
	var all []process
	db := sqlx.NewDb(p.admin, "mysql").Unsafe() // which reads some columns of a row
	db.MapperFunc(func(name string) string { return name })
	servertest.OK(p.t, db.SelectContext(p.t.Context(), &all, "SHOW FULL PROCESSLIST"))
	return slices.DeleteFunc(all, func(p process) bool { return !of(p) })
}

// runs reports whether a session of the server runs a statement with this text.
func (p *place) runs(text string) bool {
	p.t.Helper()
	return len(p.processes(func(p process) bool { return strings.Contains(p.Info.String, text) })) > 0
}

// exec runs statements past the adapter, in the database of the place.
func (p *place) exec(statements ...string) {
	p.t.Helper()
	for _, s := range statements {
		if _, err := p.admin.ExecContext(p.t.Context(), s); err != nil {
			p.t.Fatalf("%s: %v", s, err)
		}
	}
}

// other begins another client's transaction, in the database of the place,
// which ends with the test if it does not before.
func (p *place) other(statements ...string) *sql.Tx {
	p.t.Helper()
	tx, err := p.admin.BeginTx(p.t.Context(), nil)
	servertest.OK(p.t, err)
	p.t.Cleanup(func() { tx.Rollback() }) // ErrTxDone if it has ended
	for _, s := range statements {
		if _, err := tx.ExecContext(p.t.Context(), s); err != nil {
			p.t.Fatalf("%s: %v", s, err)
		}
	}
	return tx
}

// blocked waits until n statements on the tables of the place, with this text,
// wait for a lock. It asks InnoDB's monitor: information_schema.innodb_trx is a
// copy that is refreshed only after it was not read for 100 ms, so a caller that
// reads it all the time would get the first answer forever.
func (p *place) blocked(n int, text string) {
	p.t.Helper()
	for {
		var kind, name, status string
		servertest.OK(p.t, p.admin.QueryRowContext(p.t.Context(), "SHOW ENGINE INNODB STATUS").Scan(&kind, &name, &status))
		// What stands before is of the past: the last deadlock, for one.
		_, present, _ := strings.Cut(status, "\nLIST OF TRANSACTIONS FOR EACH SESSION:\n")
		waiting := 0
		for transaction := range strings.SplitSeq(present, "---TRANSACTION ") {
			if strings.Contains(transaction, "\nLOCK WAIT ") && strings.Contains(transaction, p.Name) && strings.Contains(transaction, text) {
				waiting++
			}
		}
		if waiting >= n {
			return
		}
		runtime.Gosched()
	}
}

// account makes an account that may use the place as privileges say, and drops
// it after the test.
func (p *place) account(privileges, limits string) (dsn string) {
	p.t.Helper()
	name := "'" + strings.ToLower(rand.Text()[:10]) + "'@'%'"
	p.exec("CREATE USER "+name+" IDENTIFIED BY 'secret' "+limits, "GRANT "+privileges+" ON `"+p.Name+"`.* TO "+name)
	p.t.Cleanup(func() {
		if _, err := p.admin.ExecContext(context.Background(), "DROP USER "+name); err != nil {
			p.t.Error(err)
		}
	})
	config, err := mysqldriver.ParseDSN(p.DSN)
	servertest.OK(p.t, err)
	config.User, config.Passwd = strings.Split(name, "'")[1], "secret"
	config.DBName = p.Name
	return config.FormatDSN()
}

// wantCode fails the test unless err is of this class and is the server's error
// with this number, which its text names.
func wantCode(t *testing.T, err, class error, number uint16, code, call string) {
	t.Helper()
	servertest.WantClass(t, err, class, call)
	var e *mysqldriver.MySQLError
	if !errors.As(err, &e) || e.Number != number || !strings.Contains(err.Error(), code) {
		t.Errorf("%s: got %v (cause %v), want the server's %s", call, err, e, code)
	}
}

func wantConstraint(t *testing.T, err error, kind spec.ConstraintKind, attribute string) {
	t.Helper()
	var c *spec.ConstraintError
	if !errors.As(err, &c) || c.Kind != kind || c.Attribute != attribute {
		t.Errorf("got %v, want a constraint error of kind %q on attribute %q", err, kind, attribute)
	}
}

// update is a write that waits for the lock of the user's row.
func update(t *testing.T, a *adapter) error {
	return a.UpdateUser(t.Context(), ann.ID, Person{Email: "new@example.com"}, attr.All[Person]())
}

func (p *place) wantAnn(a *adapter) {
	p.t.Helper()
	if got, err := a.User(p.t.Context(), ann.ID); err != nil || got != ann {
		p.t.Errorf("after a write that failed: got %+v, %v", got, err)
	}
}
