package mysql_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenon-go/tenon/adapters/mysql"
	"github.com/tenon-go/tenon/conformance/containers/internal/servertest"
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// object is what an application has on or around the tables that Migrate makes.
type object struct {
	engine string // that alone has such; empty: both
	name   string
	make   string // statements
	says   string // what Check says; empty: it accepts it
}

// accepted are objects that change no answer, other than by one more constraint.
var accepted = []object{
	{"", "triggers", "CREATE TABLE audit (n BIGINT AUTO_INCREMENT PRIMARY KEY, what TEXT);" +
		"CREATE TRIGGER t1 BEFORE INSERT ON users FOR EACH ROW SET NEW.changed = NOW();" +
		"CREATE TRIGGER t2 AFTER INSERT ON sessions FOR EACH ROW INSERT INTO audit (what) VALUES (NEW.device);" +
		"CREATE TRIGGER t3 BEFORE UPDATE ON sessions FOR EACH ROW INSERT INTO audit (what) VALUES (NEW.device);" +
		"CREATE TRIGGER t4 AFTER UPDATE ON users FOR EACH ROW UPDATE audit SET what = NEW.name;" +
		"CREATE TRIGGER t5 BEFORE DELETE ON users FOR EACH ROW INSERT INTO audit (what) VALUES (OLD.name);" +
		"CREATE TRIGGER t6 AFTER DELETE ON sessions FOR EACH ROW DELETE FROM audit", ""},
	{"", "columns with defaults", "ALTER TABLE users ADD (role VARCHAR(20) NOT NULL DEFAULT 'guest', note TEXT)", ""},
	{"", "generated columns", "ALTER TABLE users ADD (initial VARCHAR(10) AS (LEFT(name, 1)) STORED, size BIGINT AS (LENGTH(name)) VIRTUAL)", ""},
	{"", "time of the last change", "ALTER TABLE sessions ADD at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP", ""},
	{"", "number of the row", "ALTER TABLE sessions ADD number BIGINT NOT NULL AUTO_INCREMENT UNIQUE", ""},
	{"", "invisible column", "ALTER TABLE users ADD hidden INT INVISIBLE", ""},
	{"mysql", "invisible columns of ours", "ALTER TABLE users ALTER COLUMN name SET INVISIBLE, ALTER INDEX users_email_key INVISIBLE", ""},
	{"mariadb", "compressed column", "ALTER TABLE users MODIFY name VARCHAR(160) COMPRESSED CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL", ""},
	{"", "CHECK", "ALTER TABLE users ADD CONSTRAINT no_such CHECK (name <> 'Name 151')", ""},
	{"mysql", "unique expression", "CREATE UNIQUE INDEX lower_email ON users ((CAST(LOWER(CONVERT(email USING utf8mb4)) AS CHAR(254))))", ""},
	{"mariadb", "unique expression", "ALTER TABLE users ADD lower_email VARCHAR(254) CHARACTER SET utf8mb4 AS (LOWER(CONVERT(email USING utf8mb4))) VIRTUAL UNIQUE", ""},
	{"", "row formats", "ALTER TABLE users ROW_FORMAT=COMPRESSED", ""},
	{"", "foreign key of another table", "CREATE TABLE posts (author VARBINARY(255), FOREIGN KEY (author) REFERENCES users (id)) ENGINE=InnoDB;" +
		"INSERT INTO posts VALUES ('mute')", ""},
	{"mariadb", "period", "ALTER TABLE users ADD (since DATE NOT NULL DEFAULT '2000-01-01', till DATE NOT NULL DEFAULT '2100-01-01', PERIOD FOR valid (since, till))", ""},
	{"mariadb", "system versioning", "ALTER TABLE users ADD SYSTEM VERSIONING; ALTER TABLE sessions ADD SYSTEM VERSIONING", ""},
}

// refused are objects with which every insert would fail, or answers be wrong.
var refused = []object{
	{"", "view", "RENAME TABLE users TO others; CREATE VIEW users AS SELECT * FROM others", "is not a table but a view"},
	{"", "engine without transactions", "ALTER TABLE sessions DROP FOREIGN KEY sessions_user_id_fkey; ALTER TABLE sessions ENGINE=MyISAM", "is kept by MyISAM"},
	{"mariadb", "engine without transactions", "ALTER TABLE sessions DROP FOREIGN KEY sessions_user_id_fkey; ALTER TABLE sessions ENGINE=Aria", "is kept by Aria"},
	{"", "engine in memory", "ALTER TABLE sessions DROP FOREIGN KEY sessions_user_id_fkey; ALTER TABLE sessions MODIFY name VARCHAR(100) CHARACTER SET utf8mb4 NOT NULL, ENGINE=MEMORY",
		"is kept by MEMORY"},
	{"", "column without a default", "ALTER TABLE users ADD tenant INT NOT NULL", "is NOT NULL without a default"},
	{"", "invisible column without a default", "ALTER TABLE users ADD tenant INT NOT NULL DEFAULT 1 INVISIBLE; ALTER TABLE users MODIFY tenant INT NOT NULL",
		"is NOT NULL without a default"},
	{"", "column of ours that is generated", "ALTER TABLE users DROP name; ALTER TABLE users ADD name LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin AS ('x') STORED",
		"is generated"},
	{"mariadb", "sequence", "DROP TABLE sessions; CREATE SEQUENCE sessions", "is not a table but a sequence"},
	{"", "temporary table", "CREATE TEMPORARY TABLE sessions SELECT * FROM users", "is not a table but a temporary table of the session"},
}

// on returns the statements for a server, or none if it has no such object.
func (o object) on(s server) []string {
	if !strings.HasPrefix(s.name, o.engine) {
		return nil
	}
	return strings.Split(o.make, ";")
}

// All of them at once, since none minds the others.
func TestAcceptedObjects(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p, ctx := newPlace(t, s, nil), t.Context()
		a := p.openPlain()
		servertest.OK(t, a.Migrate(ctx))
		filled := program.Fill(t, a)
		p.exec("ALTER TABLE users ADD changed DATETIME")
		for _, o := range accepted {
			p.exec(o.on(s)...)
			if err := a.Check(ctx); err != nil {
				t.Errorf("%s: %v", o.name, err)
			}
		}
		filled.Run(a, program.Refusals{
			"CreateUser ANN":  &spec.ConstraintError{Kind: spec.NotUnique},
			"UpdateUser mute": &spec.ConstraintError{Kind: spec.CheckRule},
			"DeleteUser mute": spec.ErrFailed,
		})
	})
}

// A table in partitions has no foreign keys.
func TestPartitions(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p := newPlace(t, s, nil)
		a := p.openPlain(mysql.WithoutForeignKeys())
		servertest.OK(t, a.Migrate(t.Context()))
		filled := program.Fill(t, a)
		p.exec("ALTER TABLE sessions PARTITION BY KEY (id) PARTITIONS 4")
		filled.Run(a, nil)
	})
}

func TestRefusedObjects(t *testing.T) {
	onEach(t, func(t *testing.T, s server) {
		p, ctx := newPlace(t, s, nil), t.Context()
		p.admin.SetMaxOpenConns(1) // a temporary table is one session's
		a, err := mysql.New[Person, Device](ctx, p.admin)
		servertest.OK(t, err)
		for _, o := range refused {
			if o.on(s) == nil {
				continue
			}
			servertest.OK(t, a.Migrate(ctx))
			p.exec(o.on(s)...)
			for call, err := range map[string]error{"Check": a.Check(ctx), "Migrate": a.Migrate(ctx)} {
				servertest.WantClass(t, err, spec.ErrFailed, o.name+": "+call)
				if !strings.Contains(fmt.Sprint(err), o.says) {
					t.Errorf("%s: %s does not say %q: %v", o.name, call, o.says, err)
				}
			}
			p.exec("DROP TEMPORARY TABLE IF EXISTS sessions", "DROP VIEW IF EXISTS users", "DROP TABLE IF EXISTS sessions, users, others")
		}
	})
}
