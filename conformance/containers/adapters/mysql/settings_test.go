package mysql_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// single opens an adapter on a handle of one connection, and returns what a
// query gives on that connection, too.
func single(t *testing.T, p *place, options ...mysql.Option) (*adapter, func(query string) string) {
	t.Helper()
	db := servertest.OpenDB(t, "mysql", p.DSN)
	db.SetMaxOpenConns(1)
	a, err := mysql.New[Person, Device](t.Context(), db, append(options, mysql.WithDatabase(p.Name))...)
	servertest.OK(t, err)
	return a, func(query string) (text string) {
		t.Helper()
		servertest.OK(t, db.QueryRowContext(t.Context(), query).Scan(&text))
		return text
	}
}

// The adapter refuses sessions in which answers would be wrong.
func TestSessionsThatAreRefused(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		isolation := "transaction_isolation"
		if strings.HasPrefix(s.name, "mariadb_10") {
			isolation = "tx_isolation"
		}
		for _, c := range []struct {
			variable, value, named string
			mariadb                bool // alone
		}{
			{"autocommit", "0", "autocommit", false},
			{isolation, "'READ-UNCOMMITTED'", "READ-UNCOMMITTED", false},
			{"sql_mode", "'STRICT_ALL_TABLES,PAD_CHAR_TO_FULL_LENGTH'", "PAD_CHAR_TO_FULL_LENGTH", false},
			{"sql_select_limit", "0", "sql_select_limit", false},
			{"sql_select_limit", "1", "sql_select_limit", false},
			{"sql_select_limit", "1000", "sql_select_limit", false},
			{"charset", "sjis", "sjis", false},
			{"charset", "swe7", "character set", false}, // MySQL does not understand a word in it
			{"character_set_connection", "utf16", "character_set_connection", true},
			{"system_versioning_asof", "'2020-01-01 00:00:00'", "system_versioning_asof", true},
		} {
			if c.mariadb && !strings.HasPrefix(s.name, "mariadb") {
				continue
			}
			p := newPlace(t, s, url.Values{c.variable: {c.value}})
			_, err := mysql.Open[Person, Device](t.Context(), p.DSN)
			servertest.WantClass(t, err, spec.ErrInvalid, "Open with "+c.variable)
			if err != nil && !strings.Contains(err.Error(), c.named) {
				t.Errorf("the error does not name %s: %v", c.named, err)
			}
		}
		p := newPlace(t, s, url.Values{isolation: {"'SERIALIZABLE'"}})
		p.wantAnn(p.ready(p.open()))
		// Open sets the character set in which text is returned.
		p = newPlace(t, s, url.Values{"character_set_results": {"sjis"}})
		_, err := mysql.New[Person, Device](t.Context(), servertest.OpenDB(t, "mysql", p.DSN))
		servertest.WantClass(t, err, spec.ErrInvalid, "New with character_set_results")
		p.wantAnn(p.ready(p.open()))
	})
}

// Names are in the session's character set.
func TestNamesInAnotherCharacterSet(t *testing.T) {
	type foreign struct {
		Size int `db:"größe"`
	}
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, url.Values{"charset": {"latin1"}})
		for name, option := range map[string]mysql.Option{
			"users": mysql.WithTables("weiß", "s"), "sessions": mysql.WithTables("u", "weiß"), "database": mysql.WithDatabase("weiß"),
		} {
			_, err := mysql.Open[Person, Device](t.Context(), p.DSN, option)
			servertest.WantClass(t, err, spec.ErrInvalid, "Open with a name for "+name)
		}
		_, err := mysql.Open[foreign, Device](t.Context(), p.DSN)
		servertest.WantClass(t, err, spec.ErrInvalid, "Open with a column of the user's")
		_, err = mysql.OpenSessions[foreign](t.Context(), p.DSN)
		servertest.WantClass(t, err, spec.ErrInvalid, "OpenSessions with a column of the session's")
	})
}

// A transaction ends with its COMMIT or ROLLBACK, so the connection's next write is visible
// to other clients.
func TestCompletionType(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		for _, kind := range []string{"1", "2"} { // CHAIN, RELEASE
			p, ctx := newPlace(t, s, url.Values{"completion_type": {kind}}), t.Context()
			a, on := single(t, p, mysql.WithoutForeignKeys())
			servertest.OK(t, a.Migrate(ctx))
			id := on("SELECT CONNECTION_ID()")
			written := func(after string) {
				t.Helper()
				servertest.OK(t, a.CreateUser(ctx, ann))
				if got := p.text("SELECT COUNT(*) FROM users"); got != "1" {
					t.Fatalf("completion_type %s: after a %s others see %s users, want 1", kind, after, got)
				}
			}
			servertest.OK(t, a.DeleteUser(ctx, ann.ID))
			written("COMMIT")
			p.exec("CREATE TABLE others (id VARBINARY(255), FOREIGN KEY (id) REFERENCES users (id)) ENGINE=InnoDB", "INSERT INTO others VALUES ('ann')")
			servertest.WantClass(t, a.DeleteUser(ctx, ann.ID), spec.ErrFailed, "DeleteUser of one whom others refer to")
			p.exec("DROP TABLE others", "DELETE FROM users")
			written("ROLLBACK")
			if got := on("SELECT CONNECTION_ID()"); got != id {
				t.Errorf("completion_type %s: the connection is another one now", kind)
			}
		}
	})
}

// Each write checks keys and references, whatever the session does.
func TestWritesCheck(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, url.Values{"foreign_key_checks": {"0"}, "unique_checks": {"0"}, "sql_mode": {"''"}})
		ctx := t.Context()
		a, on := single(t, p)
		servertest.OK(t, a.Migrate(ctx))
		p.exec("CREATE TABLE seen (fk INT, uq INT)",
			"CREATE TRIGGER watch BEFORE INSERT ON users FOR EACH ROW INSERT INTO seen VALUES (@@foreign_key_checks, @@unique_checks)")
		servertest.OK(t, a.CreateUser(ctx, ann))
		if got := p.text("SELECT GROUP_CONCAT(CONCAT(fk, uq)) FROM seen"); got != "11" {
			t.Errorf("foreign_key_checks and unique_checks while a row was written: %s, want 11", got)
		}
		unknown := phone
		unknown.UserID = "unknown"
		servertest.WantClass(t, a.CreateSession(ctx, unknown), spec.ErrUserNotFound, "CreateSession of an unknown user")
		servertest.OK(t, a.CreateSession(ctx, phone))
		servertest.OK(t, a.DeleteUser(ctx, ann.ID))
		if got := p.text("SELECT COUNT(*) FROM sessions"); got != "0" {
			t.Errorf("%s sessions are left of a user who was deleted", got)
		}
		if got := on("SELECT IF(@@foreign_key_checks OR @@unique_checks, 'on', 'off')"); got != "off" {
			t.Errorf("the session's own checks are %s now, want off", got)
		}
	})
}

// So does each write of Open, whose sessions check from the start. Checks that triggers
// turn off are on again for the next statement.
func TestWritesCheckAfterTriggers(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, url.Values{"foreign_key_checks": {"0"}, "unique_checks": {"0"}, "sql_mode": {"''"}})
		ctx, a := t.Context(), p.open()
		servertest.OK(t, a.Migrate(ctx))
		p.exec("ALTER TABLE users MODIFY name VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL",
			"CREATE TABLE seen (what VARCHAR(20), fk INT, uq INT)")
		for _, of := range []string{"INSERT ON users", "UPDATE ON users", "INSERT ON sessions", "UPDATE ON sessions", "DELETE ON sessions"} {
			p.exec("CREATE TRIGGER `on " + of + "` BEFORE " + of + " FOR EACH ROW BEGIN " +
				"INSERT INTO seen VALUES ('" + of + "', @@foreign_key_checks, @@unique_checks); " +
				"SET sql_mode = '', foreign_key_checks = OFF, unique_checks = OFF; END")
		}
		next := lease
		next.Credential = "next"
		unknown, taken := phone, ann
		unknown.ID, unknown.UserID, taken.ID = "unknown", "unknown", "taken"
		name, err := attr.Fields[Person]("Name")
		servertest.OK(t, err)
		for range 2 {
			servertest.OK(t, a.CreateUser(ctx, ann))
			servertest.OK(t, a.CreateSession(ctx, phone))
			wantConstraint(t, a.CreateUser(ctx, taken), spec.NotUnique, "Email")
			servertest.WantClass(t, a.CreateSession(ctx, unknown), spec.ErrUserNotFound, "CreateSession of an unknown user")
			wantConstraint(t, a.UpdateUser(ctx, ann.ID, Person{Name: "longer than ten"}, name), spec.TooLong, "Name")
			servertest.OK(t, a.UpdateUser(ctx, ann.ID, ann.Attributes, attr.All[Person]()))
			servertest.OK(t, a.UpdateSession(ctx, phone.ID, Device{Name: "x"}, attr.All[Device]()))
			servertest.OK(t, a.SwapLease(ctx, phone.ID, lease, next))
			servertest.OK(t, a.DeleteUser(ctx, ann.ID))
			if got := p.text("SELECT COUNT(*) FROM sessions"); got != "0" {
				t.Errorf("%s sessions are left of a user who was deleted", got)
			}
		}
		for what, column := range map[string]string{"INSERT ON sessions": "fk", "INSERT ON users": "uq", "UPDATE ON users": "uq"} {
			if got := p.text("SELECT COUNT(*) FROM seen WHERE what = '" + what + "' AND NOT " + column); got != "0" {
				t.Errorf("%s: %s rows were written without the check %s", what, got, column)
			}
		}
	})
}

// Migrate does not add a foreign key if there are sessions of unknown users, whatever the
// database session checks, and does not change that setting.
func TestMigrateChecksReferences(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p, ctx := newPlace(t, s, url.Values{"foreign_key_checks": {"0"}}), t.Context()
		p.ready(p.open(mysql.WithoutForeignKeys()))
		p.exec("UPDATE sessions SET user_id = 'nobody'")
		a, on := single(t, p)
		wantCode(t, a.Migrate(ctx), spec.ErrFailed, 1452, "1452", "Migrate over an orphan")
		if got := on("SELECT @@foreign_key_checks"); got != "0" {
			t.Errorf("the session's own foreign_key_checks is %s now, want 0", got)
		}
		p.exec("UPDATE sessions SET user_id = 'ann'")
		servertest.OK(t, a.Migrate(ctx))
		servertest.OK(t, a.Check(ctx))
	})
}
