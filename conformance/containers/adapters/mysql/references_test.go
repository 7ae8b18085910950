package mysql_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/spec"
)

// wantUnfit fails the test unless Check and Migrate say this.
func wantUnfit(t *testing.T, a spec.Migrator, part string) {
	t.Helper()
	for call, err := range map[string]error{"Check": a.Check(t.Context()), "Migrate": a.Migrate(t.Context())} {
		servertest.WantClass(t, err, spec.ErrFailed, call)
		if !strings.Contains(fmt.Sprint(err), part) {
			t.Errorf("%s does not say %q: %v", call, part, err)
		}
	}
}

// Check refuses a foreign key that would keep users from being deleted, also next to one
// that would not, and for a store without foreign keys.
func TestCheckFindsRestrictingKeys(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		for _, options := range [][]mysql.Option{nil, {mysql.WithoutForeignKeys()}} {
			p := newPlace(t, s, nil)
			p.ready(p.open(options...))
			a := p.open(options...)
			p.exec("ALTER TABLE sessions ADD CONSTRAINT a_first FOREIGN KEY (user_id) REFERENCES users (id)")
			if options != nil { // otherwise it depends on which key the server looks at first
				servertest.WantClass(t, a.DeleteUser(t.Context(), ann.ID), spec.ErrFailed, "DeleteUser")
			}
			wantUnfit(t, a, "does not say ON DELETE CASCADE")
			p.exec("ALTER TABLE sessions DROP FOREIGN KEY a_first")
			servertest.OK(t, a.Check(t.Context()))
		}
		p := newPlace(t, s, nil)
		p.ready(p.open())
		servertest.OK(t, p.open(mysql.WithoutForeignKeys()).Check(t.Context())) // one that cascades does no harm
	})
}

// Without WithDatabase the users are those of the connection's database.
func TestCheckFindsKeysToAnotherDatabase(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p, other := newPlace(t, s, nil), newPlace(t, s, nil)
		other.ready(other.open())
		a, err := mysql.New[Person, Device](t.Context(), p.admin) // whose database is the place's
		servertest.OK(t, err)
		p.ready(a)
		servertest.OK(t, a.Check(t.Context()))
		p.exec("ALTER TABLE sessions DROP FOREIGN KEY sessions_user_id_fkey",
			"ALTER TABLE sessions ADD CONSTRAINT theirs FOREIGN KEY (user_id) REFERENCES `"+other.Name+"`.users (id) ON DELETE CASCADE")
		servertest.WantClass(t, a.Check(t.Context()), spec.ErrFailed, "Check")
		p.exec("DROP TABLE sessions") // or the other database could not be dropped
	})
}

// Check names ids that cannot be compared, also for a store without foreign keys.
func TestCheckFindsIDsThatCannotBeCompared(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p, ctx := newPlace(t, s, nil), t.Context()
		const collated = "CHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_"
		p.exec("CREATE TABLE users (id " + collated + "unicode_ci NOT NULL PRIMARY KEY" + accountColumns)
		a := accounts(t, p, mysql.WithUserIDs(mysql.UUIDs), mysql.WithoutForeignKeys())
		servertest.OK(t, a.Migrate(ctx))
		p.exec("ALTER TABLE sessions MODIFY user_id " + collated + "general_ci")
		wantUnfit(t, a, `cannot be compared with the ids`)
		_, _, err := a.SessionAndUser(ctx, "x")
		wantCode(t, err, spec.ErrFailed, 1267, "1267", "SessionAndUser")
		p.exec("ALTER TABLE sessions MODIFY user_id " + collated + "bin")
		servertest.OK(t, a.Check(ctx))
		if _, _, err := a.SessionAndUser(ctx, "x"); spec.ClassOf(err) != spec.ErrSessionNotFound {
			t.Errorf("SessionAndUser with ids that can be compared: %v", err)
		}
	})
}

// Migrate finds what it cannot do before it does anything: a column that cannot have a
// unique index, and one that would round values.
func TestCheckFindsColumnsThatDoNotDo(t *testing.T) {
	type Scored struct {
		Email string `db:"email,unique,max=254"`
		Score float64
		Added *string
	}
	onEach(t, func(t *testing.T, s server) {
		for typ, part := range map[string]string{
			"email BLOB NOT NULL, score DOUBLE":                         `email`,
			"email VARBINARY(3073) NOT NULL, score DOUBLE":              `email`,
			"email VARBINARY(1016) NOT NULL UNIQUE, score DOUBLE(10,2)": `would round`,
		} {
			p, ctx := newPlace(t, s, nil), t.Context()
			p.exec("CREATE TABLE users (id VARBINARY(255) NOT NULL PRIMARY KEY, " + typ + " NOT NULL) ENGINE=InnoDB")
			a, err := mysql.Open[Scored, Device](ctx, p.DSN, mysql.WithDatabase(p.Name))
			servertest.OK(t, err)
			defer a.Close()
			wantUnfit(t, a, part)
			if got := p.text("SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()"); got != "3" {
				t.Errorf("%s: there are %s columns now, want the 3 of before", typ, got)
			}
		}
	})
}

// A name that another object has permanently is not treated as a lost race.
func TestMigrateWithANameThatIsTaken(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		p.exec("CREATE TABLE users (id VARBINARY(255) NOT NULL PRIMARY KEY, email VARBINARY(1016) NOT NULL, " +
			"name LONGTEXT CHARACTER SET utf8mb4 NOT NULL, KEY users_email_key (name(9))) ENGINE=InnoDB")
		a := p.open()
		for range 2 { // the sessions are made by the first
			err := a.Migrate(t.Context())
			wantCode(t, err, spec.ErrFailed, 1061, "1061", "Migrate")
			for _, part := range []string{"not unique, byte for byte", "is taken"} {
				if !strings.Contains(fmt.Sprint(err), part) {
					t.Errorf("Migrate does not say %q: %v", part, err)
				}
			}
		}
	})
}

// Check reads nothing of other databases, which can have thousands of tables. A join of
// two tables of MariaDB's catalog reads all of them. MySQL's catalog has indexes, and MySQL
// does not count these rows.
func TestCheckReadsNoOtherDatabase(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		if s.name == "mysql_9" {
			return
		}
		p, other := newPlace(t, s, nil), newPlace(t, s, nil)
		p.admin.SetMaxOpenConns(1) // the session whose status is read
		a, err := mysql.New[Person, Device](t.Context(), p.admin)
		servertest.OK(t, err)
		p.ready(a)
		rows := func() (n int) {
			var name string
			p.exec("FLUSH STATUS")
			servertest.OK(t, a.Check(t.Context()))
			servertest.OK(t, p.admin.QueryRowContext(t.Context(), "SHOW SESSION STATUS LIKE 'Handler_tmp_write'").Scan(&name, &n))
			return n
		}
		before := rows()
		other.exec("CREATE TABLE parent (id INT PRIMARY KEY)")
		for i := range 10 {
			other.exec(fmt.Sprintf("CREATE TABLE child%d (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES parent (id))", i))
		}
		if after := rows(); after != before {
			t.Errorf("Check read %d rows of the catalog, and %d after tables were created in another database", before, after)
		}
	})
}
