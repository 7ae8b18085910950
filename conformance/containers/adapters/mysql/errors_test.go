package mysql_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance"
	"github.com/tenon-go/tenon/conformance/containers"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// What a server does to all of its clients is tested on servers that no other test uses.
func TestServersAlone(t *testing.T) {
	if os.Getenv(containers.MySQLDSN) != "" || os.Getenv(containers.MariaDBDSN) != "" {
		t.Skip("NOT RUN: others use a server that runs already")
	}
	alone := containers.MySQLOptions{Zone: "Asia/Kathmandu"} // as no other test has it
	for name, start := range map[string]func(conformance.TB, containers.MySQLOptions) *containers.Server{
		"mysql": servers.MySQL, "mariadb": servers.MariaDB,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := server{start: func(t *testing.T) *containers.Server { return start(t, alone) }}
			t.Run("read-only", func(t *testing.T) { readOnlyServer(t, newPlace(t, s, nil)) })
			t.Run("full", func(t *testing.T) { fullServer(t, newPlace(t, s, nil)) })
		})
	}
}

// An administrator makes a server read-only before a failover, while its connections stay
// open. The adapter closes its connection, and the next call finds a server that can write.
func readOnlyServer(t *testing.T, p *place) { // 1290
	p.ready(p.open())
	p.DSN = p.account("ALL", "") // what may change settings may still write
	a, on := single(t, p)
	id := on("SELECT CONNECTION_ID()")
	p.exec("SET GLOBAL read_only = ON")
	wantCode(t, update(t, a), spec.ErrUnavailable, 1290, "1290", "UpdateUser")
	if on("SELECT CONNECTION_ID()") == id {
		t.Error("the connection to a server that takes no writes is kept")
	}
	wantCode(t, a.DeleteUser(t.Context(), ann.ID), spec.ErrUnavailable, 1290, "1290", "DeleteUser")
	p.wantAnn(a)
	p.exec("SET GLOBAL read_only = OFF")
	servertest.OK(t, update(t, a))
}

// A server that accepts no more connections has done nothing, and accepts the call once it
// has a free connection.
func fullServer(t *testing.T, p *place) { // 1040
	const limit = 10 // the least that MariaDB accepts
	p.ready(p.open())
	p.exec(fmt.Sprintf("SET GLOBAL max_connections = %d", limit))
	db := servertest.OpenDB(t, "mysql", p.account("ALL", ""))
	a, err := mysql.New[Person, Device](t.Context(), db)
	servertest.OK(t, err)
	var taken []*sql.Conn
	for err == nil && len(taken) <= limit {
		var c *sql.Conn
		if c, err = db.Conn(t.Context()); err == nil {
			taken = append(taken, c)
			defer c.Close() // again, of one
		}
	}
	bob := spec.User[Person]{ID: "bob", Attributes: Person{Email: "bob@example.com"}}
	wantCode(t, a.CreateUser(t.Context(), bob), spec.ErrUnavailable, 1040, "1040", "CreateUser")
	_, err = a.User(t.Context(), ann.ID)
	wantCode(t, err, spec.ErrUnavailable, 1040, "1040", "User")
	servertest.OK(t, taken[0].Close())
	servertest.OK(t, a.CreateUser(t.Context(), bob)) // was not created before
	p.wantAnn(a)
}

func TestTooManyConnections(t *testing.T) { // 1226, as 1203
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		p.ready(p.open())
		dsn := p.account("ALL", "WITH MAX_USER_CONNECTIONS 1")
		first, err := mysql.Open[Person, Device](t.Context(), dsn)
		servertest.OK(t, err)
		defer first.Close()
		_, err = mysql.Open[Person, Device](t.Context(), dsn)
		wantCode(t, err, spec.ErrUnavailable, 1226, "1226", "Open")
	})
}

func TestLockTimeout(t *testing.T) { // 1205
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, url.Values{"innodb_lock_wait_timeout": {"1"}})
		a := p.ready(p.open())
		locked := p.other("SELECT 1 FROM users FOR UPDATE")
		wantCode(t, update(t, a), spec.ErrConflict, 1205, "1205", "UpdateUser")
		servertest.OK(t, locked.Rollback())
		p.wantAnn(a)
	})
}

func TestNoPermission(t *testing.T) { // 1142
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		p.ready(p.open())
		a, err := mysql.Open[Person, Device](t.Context(), p.account("CREATE TEMPORARY TABLES", ""))
		servertest.OK(t, err)
		defer a.Close()
		ctx := t.Context()
		_, err = a.User(ctx, ann.ID)
		wantCode(t, err, spec.ErrFailed, 1142, "1142", "User")
		_, _, err = a.SessionAndUser(ctx, phone.ID)
		wantCode(t, err, spec.ErrFailed, 1142, "1142", "SessionAndUser")
		wantCode(t, a.CreateUser(ctx, ann), spec.ErrFailed, 1142, "1142", "CreateUser")
		wantCode(t, a.DeleteUser(ctx, ann.ID), spec.ErrFailed, 1142, "1142", "DeleteUser")
		wantCode(t, a.SwapLease(ctx, phone.ID, lease, lease), spec.ErrFailed, 1142, "1142", "SwapLease")
	})
}

// An account that can only read and write rows can make every call.
func TestFewPermissions(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		p.ready(p.open())
		a, err := mysql.Open[Person, Device](t.Context(), p.account("SELECT, INSERT, UPDATE, DELETE", ""))
		servertest.OK(t, err)
		defer a.Close()
		ctx := t.Context()
		servertest.OK(t, a.Check(ctx))
		servertest.OK(t, a.Migrate(ctx))
		servertest.OK(t, a.DeleteUser(ctx, ann.ID))
		servertest.OK(t, a.CreateUser(ctx, ann))
		servertest.OK(t, a.CreateSession(ctx, phone))
		unknown := phone
		unknown.ID, unknown.UserID = "x", "unknown"
		servertest.WantClass(t, a.CreateSession(ctx, unknown), spec.ErrUserNotFound, "CreateSession of an unknown user")
	})
}

func TestReadOnly(t *testing.T) { // 1792
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, url.Values{"transaction_read_only": {"1"}})
		if strings.HasPrefix(s.name, "mariadb_10") {
			p.DSN = strings.Replace(p.DSN, "transaction_read_only", "tx_read_only", 1)
		}
		admin := newPlaceOn(p)
		p.ready(admin)
		a, on := single(t, p)
		id := on("SELECT CONNECTION_ID()")
		wantCode(t, update(t, a), spec.ErrUnavailable, 1792, "1792", "UpdateUser")
		if on("SELECT CONNECTION_ID()") == id {
			t.Error("the connection to a server that takes no writes is kept")
		}
		wantCode(t, a.DeleteUser(t.Context(), ann.ID), spec.ErrUnavailable, 1792, "1792", "DeleteUser")
		p.wantAnn(a)
	})
}

// An administrator can make one database read-only, for example while it is moved.
func TestReadOnlyDatabase(t *testing.T) { // 3989
	onEach(t, func(t *testing.T, s server) {
		if strings.HasPrefix(s.name, "mariadb") { // cannot
			return
		}
		p := newPlace(t, s, nil)
		a := p.ready(p.open())
		p.exec("ALTER SCHEMA " + p.Name + " READ ONLY = 1")
		wantCode(t, update(t, a), spec.ErrUnavailable, 3989, "3989", "UpdateUser")
		wantCode(t, a.DeleteUser(t.Context(), ann.ID), spec.ErrUnavailable, 3989, "3989", "DeleteUser")
		p.wantAnn(a)
		p.exec("ALTER SCHEMA " + p.Name + " READ ONLY = 0")
		servertest.OK(t, update(t, a))
	})
}

// newPlaceOn opens an adapter on the place without the parameters.
func newPlaceOn(p *place) *adapter {
	p.t.Helper()
	a, err := mysql.New[Person, Device](p.t.Context(), p.admin)
	servertest.OK(p.t, err)
	return a
}

func TestNoTable(t *testing.T) { // 1146, 1049
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		a := p.open()
		_, err := a.User(t.Context(), ann.ID)
		wantCode(t, err, spec.ErrFailed, 1146, "1146", "User without a table")
		wantCode(t, a.CreateUser(t.Context(), ann), spec.ErrFailed, 1146, "1146", "CreateUser without a table")
		servertest.WantClass(t, a.Check(t.Context()), spec.ErrFailed, "Check without a table")
		b := p.open(mysql.WithDatabase(p.Name + "x"))
		if _, err := b.User(t.Context(), ann.ID); spec.ClassOf(err) != spec.ErrFailed {
			t.Errorf("User without a database: %v", err)
		}
		servertest.WantClass(t, b.Check(t.Context()), spec.ErrFailed, "Check without a database")
	})
}

// The adapter waits for a row of another session, which then waits for a row of the
// adapter's. Whichever of the two the server chooses as the victim, the adapter's call
// succeeds, since it is retried.
func TestDeadlock(t *testing.T) { // 1213
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		a := p.ready(p.open(mysql.WithoutForeignKeys())) // DeleteUser is then two statements
		other := p.other("UPDATE sessions SET name = 'x' WHERE id = 'phone'",
			// This transaction has much to undo, so the adapter's is the victim.
			"CREATE TEMPORARY TABLE many (n INT) ENGINE=InnoDB", "INSERT INTO many VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9)")
		result := make(chan error)
		go func() { result <- a.DeleteUser(t.Context(), ann.ID) }()
		p.blocked(1, "WHERE user_id = ")
		before := p.Counts().Answers["1213"]
		_, err := other.Exec("UPDATE users SET name = 'x' WHERE id = 'ann'")
		servertest.OK(t, err)
		servertest.OK(t, other.Commit())
		servertest.OK(t, <-result)
		if p.Counts().Answers["1213"] == before {
			t.Error("the adapter met no deadlock")
		}
		if _, err := a.User(t.Context(), ann.ID); spec.ClassOf(err) != spec.ErrUserNotFound {
			t.Errorf("the user that was deleted: %v", err)
		}
		if _, err := a.Session(t.Context(), phone.ID); spec.ClassOf(err) != spec.ErrSessionNotFound {
			t.Errorf("the session of the user that was deleted: %v", err)
		}
	})
}

// An administrator ends the connections, as a restart does. One call can fail, but never
// with "not found". The next calls work.
func TestKilled(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		dsn := p.account("ALL", "")
		a, err := mysql.Open[Person, Device](t.Context(), dsn)
		servertest.OK(t, err)
		defer a.Close()
		p.ready(a)
		name, _, _ := strings.Cut(dsn, ":")
		kill := func() {
			for _, own := range p.processes(func(p process) bool { return p.User == name }) {
				p.admin.Exec(fmt.Sprint("KILL ", own.ID)) // it may have gone
			}
		}
		for _, c := range []struct {
			name string
			call func() error
			may  []error // it may end in one of these
		}{
			{"User", func() error { _, err := a.User(t.Context(), ann.ID); return err }, []error{nil, spec.ErrUnavailable}},
			{"UpdateUser", func() error { return update(t, a) }, []error{nil, spec.ErrUnavailable, spec.ErrIndeterminate}},
		} {
			kill()
			err := c.call()
			if class := spec.ClassOf(err); !slices.Contains(c.may, class) || class == nil && err != nil {
				t.Errorf("%s after the connections were ended: %v", c.name, err)
			}
			for range 3 {
				servertest.OK(t, c.call())
			}
		}
	})
}

// In the server's text, a user's input comes before the name of the key.
func TestKeysAsValues(t *testing.T) { // 1062
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		a := p.ready(p.open())
		for _, value := range []string{
			"for key 'uq.PRIMARY'", "' for key 'PRIMARY'", "users.PRIMARY", "'users.PRIMARY'", "`PRIMARY`", "'", "x' for key 'users.PRIMARY",
			"users_email_key", strings.Repeat("'", 254),
		} {
			first := spec.User[Person]{ID: value, Attributes: Person{Email: value}}
			servertest.OK(t, a.CreateUser(t.Context(), first))
			wantConstraint(t, a.CreateUser(t.Context(), spec.User[Person]{ID: "another", Attributes: first.Attributes}), spec.NotUnique, "Email")
			servertest.WantClass(t, a.CreateUser(t.Context(), spec.User[Person]{ID: first.ID, Attributes: Person{Email: "another"}}), spec.ErrUserExists, "CreateUser")
			wantConstraint(t, a.UpdateUser(t.Context(), ann.ID, first.Attributes, attr.All[Person]()), spec.NotUnique, "Email")
			servertest.OK(t, a.DeleteUser(t.Context(), first.ID))
		}
	})
}

// The server's texts can be in the session's language.
func TestTranslatedTexts(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		for _, language := range []string{"de_DE", "fr_FR", "ja_JP", "ru_RU", "ko_KR"} {
			p := newPlace(t, s, url.Values{"lc_messages": {"'" + language + "'"}})
			a := p.ready(p.open())
			servertest.WantClass(t, a.CreateUser(t.Context(), ann), spec.ErrUserExists, language)
			wantConstraint(t, a.CreateUser(t.Context(), spec.User[Person]{ID: "x", Attributes: ann.Attributes}), spec.NotUnique, "Email")
			unknown := phone
			unknown.ID, unknown.UserID = "x", "unknown"
			servertest.WantClass(t, a.CreateSession(t.Context(), unknown), spec.ErrUserNotFound, language)
		}
	})
}

// Values that are longer than the server's limit for statements are refused
// before they are sent: where they are written into statements, each byte is two.
func TestTooLarge(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		handle, err := mysql.New[Person, Device](t.Context(), servertest.OpenDB(t, "mysql", p.DSN), mysql.WithDatabase(p.Name))
		servertest.OK(t, err)
		var most int
		servertest.OK(t, p.admin.QueryRowContext(t.Context(), "SELECT @@max_allowed_packet").Scan(&most))
		for _, c := range []struct {
			a      *adapter
			length int
		}{{p.ready(p.open()), most}, {handle, most / 2}} {
			huge := Person{Email: "x", Name: strings.Repeat("x", c.length)}
			err := c.a.CreateUser(t.Context(), spec.User[Person]{ID: "huge", Attributes: huge})
			wantConstraint(t, err, spec.TooLong, "")
			if !strings.Contains(fmt.Sprint(err), "too large") {
				t.Errorf("the error does not name its code: %v", err)
			}
			wantConstraint(t, c.a.UpdateUser(t.Context(), ann.ID, huge, attr.All[Person]()), spec.TooLong, "")
			p.wantAnn(c.a)
		}
	})
}
