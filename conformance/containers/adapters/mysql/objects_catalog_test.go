package mysql_test

import (
	"strings"

	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// object is what an application has on or around the tables that Migrate makes.
// Where Check says nothing, every call of the program has to be right.
type object struct {
	engine string // that alone has such; empty: both
	kind   string // "trigger"
	name   string
	create string           // statements, with a semicolon and a line's end between them
	says   string           // what Check says at least; empty: it accepts the object, or says anything
	refuse program.Refusals // the calls that the object refuses

	before       bool // make is for a database without tables
	empty        bool // make is for tables without rows
	rich         bool // the tables are those of program.User and program.Session
	unreferenced bool // without foreign keys
	grants       bool // make is for an account of its own, {account}, that has no rights yet
	anything     bool // accepted or refused: a combination that is generated
}

var (
	notUnique = error(&spec.ConstraintError{Kind: spec.NotUnique})
	checkRule = error(&spec.ConstraintError{Kind: spec.CheckRule})
)

// objects are those written by hand; generated has combinations.
var objects = []object{
	{kind: "column", name: "with a default", create: "ALTER TABLE users ADD (role VARCHAR(20) NOT NULL DEFAULT 'guest', note TEXT)"},
	{kind: "column", name: "without a default", create: "ALTER TABLE users ADD tenant INT NOT NULL", says: "is NOT NULL without a default"},
	{kind: "column", name: "without a default, of sessions", create: "ALTER TABLE sessions ADD tenant INT NOT NULL", says: "is NOT NULL without a default"},
	{kind: "column", name: "invisible, without a default", says: "is NOT NULL without a default",
		create: "ALTER TABLE users ADD tenant INT NOT NULL DEFAULT 1 INVISIBLE;\nALTER TABLE users MODIFY tenant INT NOT NULL"},
	{kind: "column", name: "time of the last change", create: "ALTER TABLE sessions ADD at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"},
	{kind: "column", name: "number of the row", create: "ALTER TABLE sessions ADD number BIGINT NOT NULL AUTO_INCREMENT UNIQUE"},
	{kind: "column", name: "number of the row, of users", create: "ALTER TABLE users ADD number BIGINT NOT NULL AUTO_INCREMENT UNIQUE FIRST"},
	{kind: "column", name: "default that is an expression", create: "ALTER TABLE users ADD ref CHAR(36) NOT NULL DEFAULT (CONCAT('a', 'b'))"},
	{kind: "column", name: "invisible", create: "ALTER TABLE users ADD hidden INT INVISIBLE"},
	{engine: "mysql", kind: "column", name: "invisible, of ours", create: "ALTER TABLE users ALTER COLUMN name SET INVISIBLE"},
	{engine: "mariadb", kind: "column", name: "invisible, of ours",
		create: "ALTER TABLE users MODIFY name LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '' INVISIBLE"},
	{engine: "mariadb", kind: "column", name: "compressed, of ours",
		create: "ALTER TABLE users MODIFY name VARCHAR(160) COMPRESSED CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL"},
	{kind: "column", name: "ours, in another order", create: "ALTER TABLE users MODIFY name LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL FIRST"},
	{kind: "column", name: "ours, with a default", create: "ALTER TABLE users MODIFY name LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT ('x')"},
	{kind: "column", name: "ours, NULL", create: "ALTER TABLE users MODIFY name LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL", anything: true},
	{kind: "column", name: "ours, NOT NULL", create: "DELETE FROM users;\nALTER TABLE users MODIFY seen BIGINT NOT NULL", empty: true, says: "seen"},
	{kind: "column", name: "ours, missing, which Migrate makes again", create: "ALTER TABLE sessions DROP credential"},
	{kind: "column", name: "ours, AUTO_INCREMENT", create: "ALTER TABLE sessions MODIFY expires_at BIGINT NOT NULL AUTO_INCREMENT", anything: true},

	{kind: "generated column", name: "stored", create: "ALTER TABLE users ADD initial VARCHAR(10) AS (LEFT(name, 1)) STORED"},
	{kind: "generated column", name: "virtual", create: "ALTER TABLE users ADD size BIGINT AS (LENGTH(name)) VIRTUAL"},
	{kind: "generated column", name: "with an index", create: "ALTER TABLE users ADD size BIGINT AS (LENGTH(name)) VIRTUAL, ADD KEY by_size (size)"},
	{kind: "generated column", name: "of sessions, stored", create: "ALTER TABLE sessions ADD late BIGINT AS (expires_at + 1) STORED"},
	{kind: "generated column", name: "ours", says: "is generated",
		create: "ALTER TABLE users DROP name;\nALTER TABLE users ADD name LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin AS ('x') STORED"},
	{kind: "generated column", name: "ours, virtual", says: "is generated",
		create: "ALTER TABLE sessions DROP device;\nALTER TABLE sessions ADD device LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin AS ('x') VIRTUAL"},

	{kind: "constraint", name: "CHECK", create: "ALTER TABLE users ADD CONSTRAINT no_such CHECK (name <> 'Name 151')", refuse: program.Refusals{"UpdateUser mute": checkRule}},
	{kind: "constraint", name: "CHECK of two columns", create: "ALTER TABLE sessions ADD CONSTRAINT ordered CHECK (expires_at > created_at OR expires_at > 0)"},
	{engine: "mysql", kind: "constraint", name: "CHECK, not enforced", create: "ALTER TABLE users ADD CONSTRAINT no_such CHECK (name <> 'Name 151') NOT ENFORCED"},

	{kind: "index", name: "plain", create: "CREATE INDEX by_name ON users (name(20))"},
	{kind: "index", name: "descending", create: "CREATE INDEX by_seen ON users (seen DESC)"},
	{kind: "index", name: "of two columns", create: "CREATE INDEX pair ON sessions (user_id, expires_at)"},
	{kind: "index", name: "unique, of two columns", create: "CREATE UNIQUE INDEX pair ON sessions (user_id, id)"},
	{kind: "index", name: "unique, of a prefix", create: "CREATE UNIQUE INDEX start ON users (id(200))"},
	{kind: "index", name: "full text", create: "CREATE FULLTEXT INDEX words ON users (name)"},
	{engine: "mysql", kind: "index", name: "ours, invisible", create: "ALTER TABLE users ALTER INDEX users_email_key INVISIBLE"},
	{engine: "mariadb", kind: "index", name: "ours, ignored", create: "ALTER TABLE users ALTER INDEX users_email_key IGNORED"},
	{engine: "mysql", kind: "index", name: "of an expression", create: "CREATE INDEX lower ON users ((LOWER(name(20))))", anything: true},
	{engine: "mysql", kind: "index", name: "unique, of an expression", refuse: program.Refusals{"CreateUser ANN": notUnique},
		create: "CREATE UNIQUE INDEX lower_email ON users ((CAST(LOWER(CONVERT(email USING utf8mb4)) AS CHAR(254))))"},
	{engine: "mariadb", kind: "index", name: "unique, of a generated column", refuse: program.Refusals{"CreateUser ANN": notUnique},
		create: "ALTER TABLE users ADD lower_email VARCHAR(254) CHARACTER SET utf8mb4 AS (LOWER(CONVERT(email USING utf8mb4))) VIRTUAL UNIQUE"},
	{kind: "index", name: "ours, missing, which Migrate makes again", create: "ALTER TABLE users DROP INDEX users_email_key"},
	{kind: "index", name: "ours, not unique", create: "ALTER TABLE users DROP INDEX users_email_key, ADD KEY users_email_key (email)", says: "is not unique"},
	{kind: "index", name: "ours, of a prefix", create: "ALTER TABLE users DROP INDEX users_email_key, ADD UNIQUE KEY users_email_key (email(10))", says: "is not unique"},

	{kind: "foreign key", name: "of another table", refuse: program.Refusals{"DeleteUser mute": spec.ErrFailed},
		create: "CREATE TABLE posts (author VARBINARY(255), FOREIGN KEY (author) REFERENCES users (id)) ENGINE=InnoDB;\nINSERT INTO posts VALUES ('mute')"},
	{kind: "foreign key", name: "of another table, CASCADE",
		create: "CREATE TABLE posts (author VARBINARY(255), FOREIGN KEY (author) REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE) ENGINE=InnoDB;\nINSERT INTO posts VALUES ('mute')"},
	{kind: "foreign key", name: "of another table, SET NULL",
		create: "CREATE TABLE posts (author VARBINARY(255), FOREIGN KEY (author) REFERENCES users (id) ON DELETE SET NULL) ENGINE=InnoDB;\nINSERT INTO posts VALUES ('mute')"},
	{kind: "foreign key", name: "of another table, to sessions",
		create: "CREATE TABLE carts (session VARBINARY(255), FOREIGN KEY (session) REFERENCES sessions (id) ON DELETE CASCADE) ENGINE=InnoDB;\nINSERT INTO carts VALUES ('mute')"},
	{kind: "foreign key", name: "of another table, to sessions, RESTRICT",
		refuse: program.Refusals{"DeleteSession mute": spec.ErrFailed, "DeleteUserSessionsExcept mute": spec.ErrFailed, "DeleteUser mute": spec.ErrFailed, "DeleteExpiredSessions, the last": spec.ErrFailed},
		create: "CREATE TABLE carts (session VARBINARY(255), FOREIGN KEY (session) REFERENCES sessions (id)) ENGINE=InnoDB;\nINSERT INTO carts VALUES ('mute')"},
	{kind: "foreign key", name: "of another table, to the email",
		create: "CREATE TABLE posts (author VARBINARY(1016), FOREIGN KEY (author) REFERENCES users (email) ON DELETE CASCADE) ENGINE=InnoDB"},
	{kind: "foreign key", name: "of users", create: "CREATE TABLE tenants (id INT PRIMARY KEY) ENGINE=InnoDB;\nINSERT INTO tenants VALUES (1);\n" +
		"ALTER TABLE users ADD (tenant INT NOT NULL DEFAULT 1, FOREIGN KEY (tenant) REFERENCES tenants (id))"},
	{kind: "foreign key", name: "of users to users", create: "ALTER TABLE users ADD (boss VARBINARY(255), FOREIGN KEY (boss) REFERENCES users (id) ON DELETE SET NULL)"},
	{kind: "foreign key", name: "of sessions, RESTRICT too", create: "ALTER TABLE sessions ADD CONSTRAINT a_first FOREIGN KEY (user_id) REFERENCES users (id)", says: "ON DELETE CASCADE"},
	{kind: "foreign key", name: "of sessions, SET NULL too", create: "ALTER TABLE sessions ADD CONSTRAINT a_first FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL", says: "ON DELETE CASCADE"},
	{kind: "foreign key", name: "ours, missing, which Migrate makes again", create: "ALTER TABLE sessions DROP FOREIGN KEY sessions_user_id_fkey"},

	{kind: "view", name: "of ours", create: "CREATE VIEW people AS SELECT id, name FROM users WHERE name <> ''"},
	{kind: "view", name: "users", create: "RENAME TABLE users TO others;\nCREATE VIEW users AS SELECT * FROM others", says: "is not a table but a view"},
	{kind: "view", name: "sessions, with a check", create: "RENAME TABLE sessions TO others;\nCREATE VIEW sessions AS SELECT * FROM others WHERE id <> '' WITH CHECK OPTION", says: "is not a table but a view"},
	{engine: "mariadb", kind: "sequence", name: "sessions", create: "DROP TABLE sessions;\nCREATE SEQUENCE sessions", says: "is not a table but a sequence"},
	{engine: "mariadb", kind: "sequence", name: "as a default", create: "CREATE SEQUENCE numbers;\nALTER TABLE users ADD number BIGINT NOT NULL DEFAULT (NEXTVAL(numbers))"},
	{kind: "temporary table", name: "sessions", create: "CREATE TEMPORARY TABLE sessions SELECT * FROM users", says: "is not a table but a temporary table of the session"},
	{kind: "temporary table", name: "users", create: "CREATE TEMPORARY TABLE users SELECT * FROM sessions", says: "is not a table but a temporary table of the session"},
	{kind: "temporary table", name: "like ours", create: "CREATE TABLE alike LIKE users;\nCREATE TEMPORARY TABLE users LIKE alike", says: "is not a table but a temporary table of the session"},
	{kind: "temporary table", name: "another", create: "CREATE TEMPORARY TABLE scratch (id INT)"},
	{kind: "routine", name: "of the name", create: "CREATE PROCEDURE users() SELECT 1;\nCREATE FUNCTION sessions() RETURNS INT DETERMINISTIC RETURN 1"},
	{kind: "event", name: "each day", create: "CREATE EVENT clean ON SCHEDULE EVERY 1 DAY DO DELETE FROM sessions WHERE id = 'never'"},

	{engine: "mariadb", kind: "system versioning", name: "of both tables", create: "ALTER TABLE users ADD SYSTEM VERSIONING;\nALTER TABLE sessions ADD SYSTEM VERSIONING"},
	{engine: "mariadb", kind: "system versioning", name: "of sessions", create: "ALTER TABLE sessions ADD SYSTEM VERSIONING"},
	{engine: "mariadb", kind: "system versioning", name: "without a column", create: "ALTER TABLE users MODIFY name LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL WITHOUT SYSTEM VERSIONING, ADD SYSTEM VERSIONING", anything: true},
	{engine: "mariadb", kind: "system versioning", name: "in partitions", create: "ALTER TABLE sessions ADD SYSTEM VERSIONING PARTITION BY SYSTEM_TIME LIMIT 100 PARTITIONS 3", unreferenced: true},
	{engine: "mariadb", kind: "system versioning", name: "with columns of its own", says: "is not unique",
		create: "ALTER TABLE users ADD COLUMN began TIMESTAMP(6) GENERATED ALWAYS AS ROW START, ADD COLUMN ended TIMESTAMP(6) GENERATED ALWAYS AS ROW END, ADD PERIOD FOR SYSTEM_TIME (began, ended), ADD SYSTEM VERSIONING"},
	{engine: "mariadb", kind: "period", name: "of application time",
		create: "ALTER TABLE users ADD (since DATE NOT NULL DEFAULT '2000-01-01', till DATE NOT NULL DEFAULT '2100-01-01', PERIOD FOR valid (since, till))"},
	{engine: "mariadb", kind: "period", name: "without overlaps",
		create: "ALTER TABLE users ADD (since DATE NOT NULL DEFAULT '2000-01-01', till DATE NOT NULL DEFAULT '2100-01-01', PERIOD FOR valid (since, till), number BIGINT NOT NULL AUTO_INCREMENT, UNIQUE (number, valid WITHOUT OVERLAPS))"},

	{kind: "partition", name: "of sessions, by KEY", unreferenced: true, create: "ALTER TABLE sessions PARTITION BY KEY (id) PARTITIONS 4"},
	{kind: "partition", name: "of sessions, by LINEAR KEY", unreferenced: true, create: "ALTER TABLE sessions PARTITION BY LINEAR KEY (id) PARTITIONS 4"},
	{kind: "partition", name: "of sessions, by RANGE", unreferenced: true, create: "ALTER TABLE sessions PARTITION BY RANGE COLUMNS (id) (PARTITION a VALUES LESS THAN ('m'), PARTITION b VALUES LESS THAN (MAXVALUE))"},
	{kind: "partition", name: "of sessions, by RANGE without the rest", unreferenced: true, create: "ALTER TABLE sessions PARTITION BY RANGE COLUMNS (id) (PARTITION a VALUES LESS THAN ('~~~'))",
		anything: true},
	{kind: "partition", name: "of sessions, by expires_at", unreferenced: true, create: "ALTER TABLE sessions DROP PRIMARY KEY, ADD PRIMARY KEY (id, expires_at);\n" +
		"ALTER TABLE sessions PARTITION BY HASH (expires_at) PARTITIONS 4", anything: true},
	{kind: "partition", name: "of users, by KEY", unreferenced: true, create: "ALTER TABLE users DROP INDEX users_email_key;\nALTER TABLE users PARTITION BY KEY (id) PARTITIONS 4", says: "is not unique"},
}

// statements are those that make the object.
func (o object) statements() []string { return strings.Split(o.create, ";\n") }

// on says whether a server has such objects.
func (o object) on(server string) bool {
	return strings.HasPrefix(strings.ToLower(server), o.engine)
}
