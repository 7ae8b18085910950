package sqlite_test

import (
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// The columns of the tables that objects replace.
const (
	usersColumns    = `id TEXT PRIMARY KEY NOT NULL, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, seen INTEGER`
	sessionsColumns = `id TEXT PRIMARY KEY NOT NULL, user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
		created_at INTEGER NOT NULL, active_until INTEGER NOT NULL, expires_at INTEGER NOT NULL, credential TEXT NOT NULL, device TEXT NOT NULL`
)

// ofUsers returns the statement that creates a table of users with these columns.
func ofUsers(columns string) []string { return []string{`CREATE TABLE users (` + columns + `)`} }

// objects are the objects that were written by hand: see allObjects.
var objects = []object{
	// Triggers.
	{kind: "trigger", name: "trigger that sets a column", afterwards: []string{`ALTER TABLE users ADD updated_at TEXT`,
		`CREATE TRIGGER act AFTER UPDATE ON users BEGIN UPDATE users SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id; END`}},
	{kind: "trigger", name: "audit triggers", afterwards: []string{`CREATE TABLE audit (what TEXT)`,
		`CREATE TRIGGER a1 AFTER INSERT ON sessions BEGIN INSERT INTO audit VALUES ('a'), ('b'); END`,
		`CREATE TRIGGER a2 BEFORE UPDATE ON sessions BEGIN INSERT INTO audit VALUES ('a'), ('b'); END`,
		`CREATE TRIGGER a3 BEFORE DELETE ON sessions BEGIN INSERT INTO audit VALUES ('raise(ignore)'), ('b'); END`}},
	{kind: "trigger", name: "trigger that keeps users from being inserted", afterwards: []string{`CREATE TRIGGER act BEFORE INSERT ON users WHEN NEW.id = 'hush' BEGIN SELECT RAISE(IGNORE); END`},
		refuses: program.Refusals{"CreateUser hush": spec.ErrFailed}},
	{kind: "trigger", name: "trigger that keeps sessions from being inserted", afterwards: []string{`CREATE TRIGGER act BEFORE INSERT ON sessions WHEN NEW.id = 'hush' BEGIN SELECT RAISE(IGNORE); END`},
		refuses: program.Refusals{"CreateSession hush": spec.ErrFailed}},
	{kind: "trigger", name: "trigger that keeps users from being updated", afterwards: []string{`CREATE TRIGGER act BEFORE UPDATE ON users WHEN NEW.id = 'mute' BEGIN SELECT RAISE(IGNORE); END`},
		refuses: program.Refusals{"UpdateUser mute": spec.ErrFailed}},
	{kind: "trigger", name: "trigger that keeps sessions from being updated", afterwards: []string{`CREATE TRIGGER act BEFORE UPDATE ON sessions WHEN NEW.id = 'mute' BEGIN SELECT RAISE(IGNORE); END`},
		refuses: program.Refusals{"UpdateSession mute": spec.ErrFailed, "SwapLease mute": spec.ErrFailed}},
	{kind: "trigger", name: "trigger that keeps users from being deleted", afterwards: []string{`CREATE TRIGGER act BEFORE DELETE ON users WHEN OLD.id = 'mute' BEGIN SELECT RAISE(IGNORE); END`},
		refuses: program.Refusals{"DeleteUser mute": spec.ErrFailed}},
	{kind: "trigger", name: "trigger that keeps sessions from being deleted", afterwards: []string{
		`CREATE TRIGGER "delete"/**/BEFORE DELETE ON sessions WHEN OLD.id = 'mute' BEGIN SELECT raise ( /* not */ ignore); END`},
		refused: `trigger "delete" may keep sessions`},
	{kind: "trigger", name: "such a trigger of one connection", afterwards: []string{
		`CREATE TEMP TRIGGER act BEFORE DELETE ON main.sessions BEGIN SELECT RAISE(IGNORE); END`},
		refused: `trigger "act" may keep sessions`},
	{kind: "trigger", name: "trigger that aborts", afterwards: []string{`CREATE TRIGGER act BEFORE UPDATE ON users WHEN NEW.id = 'mute' BEGIN SELECT RAISE(ABORT, 'no'); END`},
		refuses: program.Refusals{"UpdateUser mute": &spec.ConstraintError{Kind: spec.CheckRule}}},
	{kind: "trigger", name: "trigger that fails", afterwards: []string{`CREATE TRIGGER act AFTER UPDATE ON users WHEN NEW.id = 'mute' BEGIN SELECT RAISE(FAIL, 'no'); END`},
		refuses: program.Refusals{"UpdateUser mute": &spec.ConstraintError{Kind: spec.CheckRule}}},
	{kind: "trigger", name: "trigger that rolls back", afterwards: []string{`CREATE TRIGGER act BEFORE UPDATE ON users WHEN NEW.id = 'mute' BEGIN SELECT RAISE(ROLLBACK, 'no'); END`},
		refuses: program.Refusals{"UpdateUser mute": &spec.ConstraintError{Kind: spec.CheckRule}}},
	{kind: "trigger", name: "trigger that aborts deletions", afterwards: []string{`CREATE TRIGGER act BEFORE DELETE ON sessions WHEN OLD.id = 'mute' BEGIN SELECT RAISE(ABORT, 'no'); END`},
		refuses: program.Refusals{"DeleteUserSessionsExcept mute": spec.ErrFailed, "DeleteSession mute": spec.ErrFailed, "DeleteExpiredSessions, the last": spec.ErrFailed, "DeleteUser mute": spec.ErrFailed}},

	// Objects in place of a table or next to it.
	{kind: "table", name: "view with triggers", afterwards: []string{`ALTER TABLE users RENAME TO people`, `CREATE VIEW users AS SELECT * FROM people`,
		`CREATE TRIGGER act INSTEAD OF INSERT ON users BEGIN INSERT INTO people (id) VALUES (NEW.id); END`}, refused: `not a table but a view`},
	{kind: "table", name: "virtual table", tables: []string{`CREATE VIRTUAL TABLE users USING fts5 (id, email, name, seen)`}, refused: `not a table but a virtual`},
	{kind: "table", name: "tables without rowid", tables: []string{`CREATE TABLE users (` + usersColumns + `) WITHOUT ROWID`,
		`CREATE TABLE sessions (` + sessionsColumns + `) WITHOUT ROWID`, `CREATE INDEX a ON sessions (user_id)`, `CREATE INDEX b ON sessions (expires_at)`}},
	{kind: "table", name: "strict table", tables: []string{`CREATE TABLE users (` + usersColumns + `) STRICT`}},
	{kind: "table", name: "strict table of any type", tables: []string{`CREATE TABLE users (id ANY PRIMARY KEY NOT NULL, email ANY NOT NULL UNIQUE, name ANY NOT NULL, seen ANY) STRICT`}},
	{kind: "table", name: "table without types", tables: ofUsers(`id PRIMARY KEY NOT NULL, email NOT NULL UNIQUE, name NOT NULL, seen`)},
	{kind: "table", name: "temporary tables", afterwards: []string{`CREATE TEMP TABLE users (id)`, `CREATE TEMP TABLE sessions (id)`}},
	{kind: "table", name: "temporary view", afterwards: []string{`CREATE TEMP VIEW sessions AS SELECT 1 AS id`}},
	{kind: "table", name: "another database with such tables", afterwards: []string{`ATTACH ':memory:' AS other`, `CREATE TABLE other.users (id)`, `CREATE TABLE other.sessions (id)`}},
	{kind: "table", name: "recursive triggers", afterwards: []string{`PRAGMA recursive_triggers = on`, `CREATE TABLE audit (id TEXT)`,
		`CREATE TRIGGER act AFTER UPDATE ON users WHEN NEW.id = 'mute' AND OLD.name <> 'Name 151' BEGIN UPDATE users SET name = NEW.name WHERE id = NEW.id; END`}},

	// Columns.
	{kind: "column", name: "generated column of ours", tables: ofUsers(`id TEXT PRIMARY KEY NOT NULL, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL AS ('x'), seen INTEGER`),
		refused: `column "name" is generated`},
	{kind: "column", name: "other generated columns", tables: ofUsers(usersColumns + `, shown TEXT NOT NULL AS (lower(name)), kept TEXT AS (upper(name)) STORED`)},
	{kind: "column", name: "more columns", tables: ofUsers(usersColumns + `, tenant TEXT NOT NULL DEFAULT 'none', note TEXT`)},
	{kind: "column", name: "more columns without a default", tables: ofUsers(usersColumns + `, tenant TEXT NOT NULL`), refused: `"tenant" is NOT NULL without a default`},
	{kind: "column", name: "collation of the id", tables: ofUsers(`id TEXT COLLATE NOCASE PRIMARY KEY NOT NULL, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, seen INTEGER`),
		refused: `column "id" has a collation`},
	{kind: "column", name: "collation of a unique attribute", tables: ofUsers(`id TEXT PRIMARY KEY NOT NULL, email TEXT COLLATE RTRIM NOT NULL UNIQUE, name TEXT NOT NULL, seen INTEGER`),
		refused: `column "email" has a collation`},
	{kind: "column", name: "collation of another attribute", tables: ofUsers(`id TEXT PRIMARY KEY NOT NULL, email TEXT NOT NULL UNIQUE, name TEXT COLLATE NOCASE NOT NULL, seen INTEGER`)},
	{kind: "column", name: "id of a number", tables: ofUsers(`id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, seen INTEGER`), refused: `column "id" is INTEGER`},
	{kind: "column", name: "numeric affinity", tables: ofUsers(`id TEXT PRIMARY KEY NOT NULL, email STRING NOT NULL UNIQUE, name TEXT NOT NULL, seen INTEGER`), refused: `column "email" is STRING`},
	{kind: "column", name: "key that counts up", tables: ofUsers(`number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, seen INTEGER`)},

	// Constraints and indexes.
	{kind: "constraint", name: "id that replaces", tables: ofUsers(`id TEXT PRIMARY KEY ON CONFLICT REPLACE NOT NULL, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, seen INTEGER`),
		refused: `ON CONFLICT REPLACE`},
	{kind: "constraint", name: "attribute that replaces", tables: ofUsers(usersColumns + `, UNIQUE (email) on /* the */ conflict
		-- of two
		replace`), refused: `ON CONFLICT REPLACE`},
	{kind: "constraint", name: "session that is ignored", tables: []string{`CREATE TABLE sessions (` + sessionsColumns + `, UNIQUE (id) ON CONFLICT IGNORE)`}, refused: `ON CONFLICT IGNORE`},
	{kind: "constraint", name: "conflicts that fail", tables: ofUsers(`id TEXT PRIMARY KEY ON CONFLICT FAIL NOT NULL, email TEXT NOT NULL UNIQUE ON CONFLICT ABORT, name TEXT NOT NULL, seen INTEGER`)},
	{kind: "constraint", name: "conflicts that roll back", tables: ofUsers(`id TEXT PRIMARY KEY ON CONFLICT ROLLBACK NOT NULL, email TEXT NOT NULL UNIQUE ON CONFLICT ROLLBACK, name TEXT NOT NULL, seen INTEGER`)},
	{kind: "constraint", name: "null that is replaced", tables: ofUsers(`id TEXT PRIMARY KEY NOT NULL, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'x', seen INTEGER`)},
	{kind: "constraint", name: "words in other places", tables: ofUsers(usersColumns + `, "on conflict replace" TEXT DEFAULT 'on conflict ignore' /* on conflict replace */`)},
	{kind: "constraint", name: "check", tables: ofUsers(usersColumns + `, CONSTRAINT act CHECK (name <> 'Name 151')`),
		refuses: program.Refusals{"UpdateUser mute": &spec.ConstraintError{Kind: spec.CheckRule}}},
	{kind: "index", name: "unique index on an expression", afterwards: []string{`CREATE UNIQUE INDEX act ON users (lower(email))`},
		refuses: program.Refusals{ // it is reported before the constraint on the attribute
			"CreateUser ANN":                   &spec.ConstraintError{Kind: spec.NotUnique},
			"CreateUser absent's, email taken": &spec.ConstraintError{Kind: spec.NotUnique},
			"UpdateUser cay, email taken":      &spec.ConstraintError{Kind: spec.NotUnique},
		}},
	{kind: "index", name: "unique index on an expression of the id", afterwards: []string{`CREATE UNIQUE INDEX act ON users (upper(id))`},
		refuses: program.Refusals{"CreateUser ANN": &spec.ConstraintError{Kind: spec.NotUnique}}},
	{kind: "index", name: "unique index with a collation", afterwards: []string{`CREATE UNIQUE INDEX act ON users (email COLLATE NOCASE)`},
		refuses: program.Refusals{"CreateUser ANN": &spec.ConstraintError{Kind: spec.NotUnique, Attribute: "Email"}}},
	{kind: "index", name: "unique index with a collation on the id", afterwards: []string{`CREATE UNIQUE INDEX act ON users (id COLLATE NOCASE)`},
		refused: `index "act" takes different ids for equal`},
	{kind: "index", name: "partial unique index", afterwards: []string{`CREATE UNIQUE INDEX act ON sessions (user_id) WHERE user_id = 'bob'`},
		refuses: program.Refusals{"CreateSession 2bob": &spec.ConstraintError{Kind: spec.NotUnique}}},
	{kind: "index", name: "partial unique index in place of ours", afterwards: []string{`DROP INDEX users_email_key`, `CREATE UNIQUE INDEX act ON users (email) WHERE name <> ''`}, refused: `column "email" is not unique`},

	// Foreign keys.
	{kind: "foreign key", name: "foreign key that is deferred", tables: []string{`CREATE TABLE sessions (` + sessionsColumns + ` , FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED)`}},
	{kind: "foreign key", name: "foreign key to another table too", tables: []string{`CREATE TABLE people (id TEXT PRIMARY KEY)`,
		`CREATE TABLE sessions (` + sessionsColumns + `, FOREIGN KEY (user_id) REFERENCES people (id))`}, refused: `to another table`},
	{kind: "foreign key", name: "foreign key from another table", afterwards: []string{`CREATE TABLE orders (user_id TEXT REFERENCES users)`, `INSERT INTO orders VALUES ('mute')`},
		refuses: program.Refusals{"DeleteUser mute": spec.ErrFailed}},
	{kind: "foreign key", name: "foreign key from another table that restricts", afterwards: []string{`CREATE TABLE visits (session TEXT REFERENCES sessions ON DELETE RESTRICT)`, `INSERT INTO visits VALUES ('mute')`},
		refuses: program.Refusals{"DeleteUserSessionsExcept mute": spec.ErrFailed, "DeleteSession mute": spec.ErrFailed, "DeleteExpiredSessions, the last": spec.ErrFailed, "DeleteUser mute": spec.ErrFailed}},
	{kind: "foreign key", name: "foreign key from another table that is deferred", afterwards: []string{`CREATE TABLE orders (user_id TEXT REFERENCES users DEFERRABLE INITIALLY DEFERRED)`, `INSERT INTO orders VALUES ('mute')`},
		refuses: program.Refusals{"DeleteUser mute": spec.ErrFailed}},
	{kind: "foreign key", name: "foreign key from another table that cascades", afterwards: []string{`CREATE TABLE orders (user_id TEXT REFERENCES users ON DELETE CASCADE)`, `INSERT INTO orders VALUES ('mute')`}},
}
