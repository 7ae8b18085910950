package mysql_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/testing/translate"
	"github.com/tenon-go/tenon/spec"
)

// accountColumns are what applications' tables of users have besides an id.
const accountColumns = ", email VARBINARY(1016) NOT NULL DEFAULT '', name LONGTEXT CHARACTER SET utf8mb4) ENGINE=InnoDB"

// nonStrict makes a session cut, clamp and count up wherever it is let.
var nonStrict = map[string][]string{"sql_mode": {"''"}}

// Account are attributes that fit accountColumns.
type Account struct {
	Email string `db:"email,max=254"`
	Name  *string
}

func accounts(t *testing.T, p *place, options ...mysql.Option) *spec.Store[Account, Device] {
	t.Helper()
	a, err := mysql.Open[Account, Device](t.Context(), p.DSN, append(options, mysql.WithDatabase(p.Name))...)
	servertest.OK(t, err)
	t.Cleanup(func() { a.Close() })
	return a
}

func sessionOf(id, userID string) spec.Session[Device] {
	return spec.Session[Device]{ID: id, UserID: userID, CreatedAt: noon, Lease: lease}
}

// text is what one value of a query is, past the adapter.
func (p *place) text(query string) string {
	p.t.Helper()
	var text string
	servertest.OK(p.t, p.admin.QueryRowContext(p.t.Context(), query).Scan(&text))
	return text
}

// For every type of ids in an existing table, sessions have a foreign key to it, and each
// id is read as it was created.
func TestUserIDTypes(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		const id = "ab8fad5b-d9cb-469f-a165-70867728950e"
		integers, uuids := mysql.WithUserIDs(mysql.IntegerIDs), mysql.WithUserIDs(mysql.UUIDs)
		for _, c := range []struct {
			typ    string
			option mysql.Option
			ids    []string
			like   []string // no ids, but much like the first
		}{
			{"INT NOT NULL AUTO_INCREMENT", integers, []string{"42", "0", "-2147483648", "2147483647"}, translate.LikeInteger(42)},
			{"INT(8) UNSIGNED ZEROFILL NOT NULL AUTO_INCREMENT", integers, []string{"42", "0", "4294967295"}, translate.LikeInteger(42)},
			{"CHAR(36) CHARACTER SET utf8mb4 NOT NULL", uuids, []string{id}, translate.LikeUUID(id)},
			{"CHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL", uuids, []string{id}, translate.LikeUUID(id)},
			{"VARCHAR(36) CHARACTER SET ascii NOT NULL", uuids, []string{id}, translate.LikeUUID(id)},
			{"UUID NOT NULL", uuids, []string{id}, translate.LikeUUID(id)},
		} {
			if c.typ == "UUID NOT NULL" && !strings.HasPrefix(s.name, "mariadb") {
				continue // MySQL has no such type
			}
			for way, more := range map[string][]mysql.Option{"": nil, " without foreign keys": {mysql.WithoutForeignKeys()}} {
				t.Run(c.typ+way, func(t *testing.T) {
					p, ctx := newPlace(t, s, nonStrict), t.Context()
					p.exec("CREATE TABLE users (id " + c.typ + " PRIMARY KEY" + accountColumns)
					a := accounts(t, p, append(more, c.option)...)
					servertest.OK(t, a.Migrate(ctx))
					servertest.OK(t, a.Check(ctx))
					for n, id := range c.ids {
						servertest.OK(t, a.CreateUser(ctx, spec.User[Account]{ID: id}))
						servertest.WantClass(t, a.CreateUser(ctx, spec.User[Account]{ID: id}), spec.ErrUserExists, "CreateUser again")
						servertest.OK(t, a.CreateSession(ctx, sessionOf("of "+id, id)))
						if session, user, err := a.SessionAndUser(ctx, "of "+id); err != nil || session.UserID != id || user.ID != id {
							t.Errorf("SessionAndUser of %s: got %q and %q, %v", id, session.UserID, user.ID, err)
						}
						if got := p.text("SELECT COUNT(*) FROM users"); got != fmt.Sprint(n+1) {
							t.Errorf("after the id %s: %s rows, want %d", id, got, n+1)
						}
					}
					translate.OnlyCanonical(t, a, c.ids[0], c.like)
					if way == "" {
						p.exec("DELETE FROM users WHERE id = '" + c.ids[0] + "'") // the key's work
					} else {
						servertest.OK(t, a.DeleteUser(ctx, c.ids[0]))
					}
					_, err := a.Session(ctx, "of "+c.ids[0])
					servertest.WantClass(t, err, spec.ErrSessionNotFound, "Session of a user who was deleted")
				})
			}
		}
	})
}

// An id of a user or a session that does not fit its column is never truncated to another
// id, even on a server that would do that.
func TestUserIDsOutOfRange(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p, ctx := newPlace(t, s, nonStrict), t.Context()
		p.exec("CREATE TABLE users (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY" + accountColumns)
		a := accounts(t, p, mysql.WithUserIDs(mysql.IntegerIDs))
		servertest.OK(t, a.Migrate(ctx))
		for _, id := range []string{"2147483647", "-2147483648"} { // what others would be cut to
			servertest.OK(t, a.CreateUser(ctx, spec.User[Account]{ID: id}))
		}
		unreferenced := accounts(t, p, mysql.WithUserIDs(mysql.IntegerIDs), mysql.WithoutForeignKeys())
		for _, id := range []string{"2147483648", "-2147483649", "9223372036854775807", "-9223372036854775808"} {
			servertest.WantClass(t, a.CreateUser(ctx, spec.User[Account]{ID: id}), spec.ErrInvalid, "CreateUser")
			servertest.WantClass(t, a.CreateSession(ctx, sessionOf("x", id)), spec.ErrUserNotFound, "CreateSession")
			servertest.WantClass(t, unreferenced.CreateSession(ctx, sessionOf("x", id)), spec.ErrUserNotFound, "CreateSession without a foreign key")
		}

		alone, err := mysql.OpenSessions[Device](ctx, p.DSN, mysql.WithDatabase(p.Name), mysql.WithTables("", "alone"), mysql.WithUserIDs(mysql.IntegerIDs))
		servertest.OK(t, err)
		defer alone.Close()
		servertest.OK(t, alone.Migrate(ctx))
		p.exec("ALTER TABLE alone MODIFY user_id INT")
		servertest.WantClass(t, alone.CreateSession(ctx, sessionOf("x", "2147483648")), spec.ErrInvalid, "CreateSession alone")
		if got := p.text("SELECT CONCAT((SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM sessions), (SELECT COUNT(*) FROM alone))"); got != "200" {
			t.Errorf("rows of users, sessions and sessions alone: %s, want 200", got)
		}
	})
}

// An unsigned column holds integers beyond those of 64 bits with a sign. They
// are no ids, and -1 is not the last of them.
func TestUnsignedUserIDs(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p, ctx := newPlace(t, s, nonStrict), t.Context()
		p.exec("CREATE TABLE users (id BIGINT UNSIGNED NOT NULL PRIMARY KEY"+accountColumns,
			"INSERT INTO users (id, email) VALUES (18446744073709551615, 'last'), (9223372036854775808, 'first')")
		a := accounts(t, p, mysql.WithUserIDs(mysql.IntegerIDs))
		servertest.OK(t, a.Migrate(ctx))
		for _, id := range []string{"-1", "-9223372036854775808", "18446744073709551615", "9223372036854775808"} {
			_, err := a.User(ctx, id)
			servertest.WantClass(t, err, spec.ErrUserNotFound, "User "+id)
			servertest.WantClass(t, a.CreateUser(ctx, spec.User[Account]{ID: id}), spec.ErrInvalid, "CreateUser "+id)
			servertest.OK(t, a.DeleteUser(ctx, id))
		}
		if got := p.text("SELECT COUNT(*) FROM users"); got != "2" {
			t.Errorf("%s users are left, want 2", got)
		}
	})
}

// In existing tables, Check names a column that cannot have a foreign key, before Migrate
// changes anything.
func TestCheckNamesUserIDsThatDiffer(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		for _, c := range []struct {
			option         mysql.Option
			users, session string
			fits           bool
		}{
			{mysql.WithUserIDs(mysql.IntegerIDs), "INT", "INT", true},
			{mysql.WithUserIDs(mysql.IntegerIDs), "INT(8) UNSIGNED ZEROFILL", "INT UNSIGNED", true},
			{mysql.WithUserIDs(mysql.IntegerIDs), "INT", "BIGINT", false},
			{mysql.WithUserIDs(mysql.IntegerIDs), "BIGINT UNSIGNED", "BIGINT", false},
			{mysql.WithUserIDs(mysql.UUIDs), "CHAR(36) CHARACTER SET ascii", "VARCHAR(40) CHARACTER SET ascii", true},
			{mysql.WithUserIDs(mysql.UUIDs), "CHAR(36) CHARACTER SET ascii", "CHAR(36) CHARACTER SET utf8mb4", false},
			{mysql.WithUserIDs(mysql.UUIDs), "CHAR(36) COLLATE ascii_bin", "CHAR(36) COLLATE ascii_general_ci", false},
			{mysql.WithUserIDs(mysql.IntegerIDs), "", "INT", false}, // Migrate would make BIGINT
			{mysql.WithUserIDs(mysql.UUIDs), "", "CHAR(40) COLLATE ascii_bin", true},
		} {
			t.Run(c.users+" and "+c.session, func(t *testing.T) {
				p, ctx := newPlace(t, s, nil), t.Context()
				if c.users != "" {
					p.exec("CREATE TABLE users (id " + c.users + " NOT NULL PRIMARY KEY" + accountColumns)
				}
				p.exec("CREATE TABLE sessions (id VARBINARY(255) NOT NULL PRIMARY KEY, user_id " + c.session + ", " +
					"created_at BIGINT NOT NULL, active_until BIGINT NOT NULL, expires_at BIGINT NOT NULL, credential VARBINARY(255) NOT NULL, " +
					"name LONGTEXT CHARACTER SET utf8mb4 NOT NULL) ENGINE=InnoDB")
				a := accounts(t, p, c.option)
				check, migrate := a.Check(ctx), a.Migrate(ctx)
				if c.fits {
					servertest.OK(t, migrate)
					servertest.OK(t, a.Check(ctx))
					return
				}
				for call, err := range map[string]error{"Check": check, "Migrate": migrate} {
					servertest.WantClass(t, err, spec.ErrFailed, call)
					if !strings.Contains(fmt.Sprint(err), "can have none: it is ") {
						t.Errorf("%s does not say why there can be no foreign key: %v", call, err)
					}
				}
				if got := p.text("SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'sessions'"); got != "1" {
					t.Errorf("sessions has %s indexes now, want the 1 of before", got)
				}
			})
		}
	})
}

// A text that is not a UUID with lower-case digits is not an id, even if a column's
// collation finds it. Such a row is never returned.
func TestUpperCaseUUIDs(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		const id = "ab8fad5b-d9cb-469f-a165-70867728950e"
		p, ctx := newPlace(t, s, nil), t.Context()
		p.exec("CREATE TABLE users (id CHAR(36) CHARACTER SET utf8mb4 NOT NULL PRIMARY KEY"+accountColumns,
			"INSERT INTO users (id) VALUES ('"+strings.ToUpper(id)+"')")
		a := accounts(t, p, mysql.WithUserIDs(mysql.UUIDs))
		servertest.OK(t, a.Migrate(ctx))
		_, err := a.User(ctx, id)
		servertest.WantClass(t, err, spec.ErrFailed, "User of a row with upper-case digits")
		_, err = a.User(ctx, strings.ToUpper(id))
		servertest.WantClass(t, err, spec.ErrUserNotFound, "User by upper-case digits")
	})
}
