package postgres_test

import (
	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// The tables that objects stand in for.
const (
	usersTable = `CREATE TABLE users (id text COLLATE "C" PRIMARY KEY, email text COLLATE "C" NOT NULL UNIQUE,
		name text NOT NULL, seen timestamptz(3))`
	sessionsTable = `CREATE TABLE sessions (id text COLLATE "C" PRIMARY KEY,
		user_id text COLLATE "C" REFERENCES users (id) ON DELETE CASCADE,
		created_at timestamptz(3) NOT NULL, active_until timestamptz(3) NOT NULL, expires_at timestamptz(3) NOT NULL,
		credential text COLLATE "C" NOT NULL, device text NOT NULL)`
)

// trigger returns the statements that make a trigger whose body is this.
func trigger(when, body string) []string {
	return []string{
		`CREATE FUNCTION {schema}.act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ` + body + ` END $$`,
		`CREATE TRIGGER act ` + when + ` EXECUTE FUNCTION {schema}.act()`,
	}
}

// written are the objects whose end is known.
var written = []object{
	// Triggers.
	{kind: "trigger", name: "trigger that sets a column", create: append([]string{`ALTER TABLE users ADD updated_at timestamptz`},
		trigger(`BEFORE INSERT OR UPDATE ON users FOR EACH ROW`, `NEW.updated_at = now(); RETURN NEW;`)...)},
	{kind: "trigger", name: "audit trigger", create: append([]string{`CREATE TABLE audit (what text)`},
		trigger(`AFTER INSERT OR UPDATE OR DELETE ON sessions FOR EACH ROW`, `INSERT INTO {schema}.audit VALUES (TG_OP), (TG_OP); RETURN NULL;`)...)},
	{kind: "trigger", name: "statement triggers", create: trigger(`BEFORE INSERT OR UPDATE OR DELETE ON sessions FOR EACH STATEMENT`, `RETURN NULL;`)},
	{kind: "trigger", name: "deferred constraint trigger", create: []string{
		`CREATE FUNCTION {schema}.act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$`,
		`CREATE CONSTRAINT TRIGGER act AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.id = 'mute') EXECUTE FUNCTION {schema}.act()`,
	}, refuses: program.Refusals{"UpdateUser mute": spec.ErrFailed}},
	{kind: "trigger", name: "trigger that raises", create: trigger(`BEFORE UPDATE ON users FOR EACH ROW WHEN (NEW.id = 'mute')`, `RAISE EXCEPTION 'no';`),
		refuses: program.Refusals{"UpdateUser mute": spec.ErrFailed}},
	{kind: "trigger", name: "trigger that raises a check violation", create: trigger(`BEFORE UPDATE ON users FOR EACH ROW WHEN (NEW.id = 'mute')`,
		`RAISE EXCEPTION 'no' USING ERRCODE = 'check_violation';`),
		refuses: program.Refusals{"UpdateUser mute": &spec.ConstraintError{Kind: spec.CheckRule}}},
	{kind: "trigger", name: "trigger that keeps users from being inserted", create: trigger(`BEFORE INSERT ON users FOR EACH ROW WHEN (NEW.id = 'hush')`, `RETURN NULL;`),
		refuses: program.Refusals{"CreateUser hush": spec.ErrFailed}},
	{kind: "trigger", name: "trigger that keeps sessions from being inserted", create: trigger(`BEFORE INSERT ON sessions FOR EACH ROW WHEN (NEW.id = 'hush')`, `RETURN NULL;`),
		refuses: program.Refusals{"CreateSession hush": spec.ErrFailed}},
	{kind: "trigger", name: "trigger that keeps users from being updated", create: trigger(`BEFORE UPDATE ON users FOR EACH ROW WHEN (OLD.id = 'mute')`, `RETURN NULL;`),
		refuses: program.Refusals{"UpdateUser mute": spec.ErrFailed}},
	{kind: "trigger", name: "trigger that keeps sessions from being updated", create: trigger(`BEFORE UPDATE ON sessions FOR EACH ROW WHEN (OLD.id = 'mute')`, `RETURN NULL;`),
		refuses: program.Refusals{"UpdateSession mute": spec.ErrFailed, "SwapLease mute": spec.ErrFailed}},
	{kind: "trigger", name: "trigger that keeps users from being deleted", create: trigger(`BEFORE DELETE ON users FOR EACH ROW WHEN (OLD.id = 'mute')`, `RETURN NULL;`),
		refuses: program.Refusals{"DeleteUser mute": spec.ErrFailed}},
	{kind: "trigger", name: "trigger that may keep sessions from being deleted", create: trigger(`BEFORE DELETE ON sessions FOR EACH ROW`, `RETURN OLD;`),
		refused: `trigger "act" may keep sessions`},
	{kind: "trigger", name: "such a trigger on a partition", tables: []string{usersTable, sessionsTable + ` PARTITION BY HASH (id)`,
		`CREATE TABLE part PARTITION OF sessions FOR VALUES WITH (MODULUS 1, REMAINDER 0)`,
		`CREATE INDEX ON sessions (user_id)`, `CREATE INDEX ON sessions (expires_at)`,
		`CREATE FUNCTION {schema}.act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$`,
		`CREATE TRIGGER act BEFORE DELETE ON part FOR EACH ROW EXECUTE FUNCTION {schema}.act()`},
		refused: `trigger "act" may keep sessions`},
	{kind: "trigger", name: "such a trigger, always", create: append(trigger(`BEFORE DELETE ON sessions FOR EACH ROW`, `RETURN OLD;`), `ALTER TABLE sessions ENABLE ALWAYS TRIGGER act`),
		refused: `trigger "act" may keep sessions`},
	{kind: "trigger", name: "such a trigger, disabled", create: append(trigger(`BEFORE DELETE ON sessions FOR EACH ROW`, `RETURN NULL;`), `ALTER TABLE sessions DISABLE TRIGGER act`)},
	{kind: "trigger", name: "such a trigger, on a replica", create: append(trigger(`BEFORE DELETE ON sessions FOR EACH ROW`, `RETURN NULL;`), `ALTER TABLE sessions ENABLE REPLICA TRIGGER act`)},
	{kind: "trigger", name: "foreign key's triggers disabled on sessions", create: []string{`ALTER TABLE sessions DISABLE TRIGGER ALL`}, refused: `its triggers are disabled`},
	{kind: "trigger", name: "foreign key's triggers disabled on users", create: []string{`ALTER TABLE users DISABLE TRIGGER ALL`}, refused: `its triggers are disabled`},

	// Rules.
	{kind: "rule", name: "rule that also logs", create: []string{`CREATE TABLE log (id text)`, `CREATE RULE act AS ON DELETE TO sessions DO ALSO INSERT INTO {schema}.log VALUES (OLD.id)`}},
	{kind: "rule", name: "rule instead of inserts", create: []string{`CREATE RULE act AS ON INSERT TO users DO INSTEAD NOTHING`}, refused: `rule "act"`},
	{kind: "rule", name: "rule instead of some deletes", create: []string{`CREATE RULE act AS ON DELETE TO users WHERE OLD.id = 'mute' DO INSTEAD NOTHING`}, refused: `rule "act"`},
	{kind: "rule", name: "rule that is disabled", create: []string{`CREATE RULE act AS ON DELETE TO users DO INSTEAD NOTHING`, `ALTER TABLE users DISABLE RULE act`}},

	// Row level security.
	{kind: "row level security", name: "row security without a policy", role: "NOBYPASSRLS", create: []string{`ALTER TABLE users ENABLE ROW LEVEL SECURITY`}, refused: `"users": row level security`},
	{kind: "row level security", name: "row security on sessions", role: "NOBYPASSRLS", create: []string{`ALTER TABLE sessions ENABLE ROW LEVEL SECURITY`}, refused: `"sessions": row level security`},
	{kind: "row level security", name: "row security that shows some rows", role: "NOBYPASSRLS", create: []string{`ALTER TABLE users ENABLE ROW LEVEL SECURITY`,
		`CREATE POLICY part ON users TO {role} USING (id <> 'mute')`}, refused: `row level security`},
	{kind: "row level security", name: "row security that shows all rows and deletes none", role: "NOBYPASSRLS", create: []string{`ALTER TABLE users ENABLE ROW LEVEL SECURITY`,
		`CREATE POLICY sees ON users FOR SELECT USING (true)`, `CREATE POLICY writes ON users FOR UPDATE USING (true)`}, refused: `row level security`},
	{kind: "row level security", name: "row security with a restriction", role: "NOBYPASSRLS", create: []string{`ALTER TABLE users ENABLE ROW LEVEL SECURITY`,
		`CREATE POLICY everything ON users USING (true)`, `CREATE POLICY fewer ON users AS RESTRICTIVE FOR DELETE USING (id <> 'mute')`}, refused: `row level security`},
	{kind: "row level security", name: "row security for another role", role: "NOBYPASSRLS", create: []string{`ALTER TABLE users ENABLE ROW LEVEL SECURITY`,
		`CREATE POLICY everything ON users TO pg_monitor USING (true)`}, refused: `row level security`},
	{kind: "row level security", name: "row security with a policy for everything", role: "NOBYPASSRLS", create: []string{
		`ALTER TABLE users ENABLE ROW LEVEL SECURITY`, `CREATE POLICY everything ON users TO {role} USING (true)`,
		`ALTER TABLE sessions ENABLE ROW LEVEL SECURITY`, `CREATE POLICY everything ON sessions USING (true) WITH CHECK (true)`}},
	{kind: "row level security", name: "row security for others than this role", role: "BYPASSRLS", create: []string{`ALTER TABLE users ENABLE ROW LEVEL SECURITY`}},
	{kind: "row level security", name: "row security for others than the owner", role: "NOBYPASSRLS", create: []string{`GRANT CREATE ON SCHEMA {schema} TO {role}`,
		`ALTER TABLE users OWNER TO {role}`, `ALTER TABLE sessions OWNER TO {role}`, `ALTER TABLE users ENABLE ROW LEVEL SECURITY`}},
	{kind: "row level security", name: "row security for the owner too", role: "NOBYPASSRLS", create: []string{`GRANT CREATE ON SCHEMA {schema} TO {role}`,
		`ALTER TABLE users OWNER TO {role}`, `ALTER TABLE sessions OWNER TO {role}`, `ALTER TABLE users ENABLE ROW LEVEL SECURITY`, `ALTER TABLE users FORCE ROW LEVEL SECURITY`},
		refused: `row level security`},

	// What stands in place of a table, or beside it.
	{kind: "in place of a table", name: "view", create: []string{`ALTER TABLE users RENAME TO people`, `CREATE VIEW users AS SELECT * FROM people`}, refused: `not a table but a view`},
	{kind: "in place of a table", name: "view with triggers", create: append([]string{`ALTER TABLE sessions RENAME TO s`, `CREATE VIEW sessions AS SELECT * FROM s`},
		trigger(`INSTEAD OF INSERT ON sessions FOR EACH ROW`, `RETURN NEW;`)...), refused: `not a table but a view`},
	{kind: "in place of a table", name: "materialized view", create: []string{`ALTER TABLE users RENAME TO people`, `CREATE MATERIALIZED VIEW users AS SELECT * FROM people`}, refused: `not a table but a materialized view`},
	{kind: "in place of a table", name: "foreign table", create: []string{`CREATE EXTENSION IF NOT EXISTS file_fdw SCHEMA public`, `CREATE SERVER IF NOT EXISTS files FOREIGN DATA WRAPPER file_fdw`,
		`ALTER TABLE sessions RENAME TO s`, `CREATE FOREIGN TABLE sessions (id text) SERVER files OPTIONS (filename '/dev/null')`}, refused: `not a table but a foreign table`},
	{kind: "in place of a table", name: "table that others inherit from", create: []string{`CREATE TABLE admins () INHERITS (users)`}, refused: `tables that inherit from it`},
	{kind: "in place of a table", name: "table that inherits", create: []string{`CREATE TABLE base (id text COLLATE "C" NOT NULL)`, `ALTER TABLE users INHERIT base`}},
	{kind: "in place of a table", name: "hash partitions", tables: []string{usersTable, sessionsTable + ` PARTITION BY HASH (id)`,
		`CREATE TABLE part0 PARTITION OF sessions FOR VALUES WITH (MODULUS 2, REMAINDER 0)`,
		`CREATE TABLE part1 PARTITION OF sessions FOR VALUES WITH (MODULUS 2, REMAINDER 1)`}},
	{kind: "in place of a table", name: "range partitions", tables: []string{usersTable, `CREATE TABLE sessions (id text COLLATE "C",
		user_id text COLLATE "C" REFERENCES users (id) ON DELETE CASCADE,
		created_at timestamptz(3) NOT NULL, active_until timestamptz(3) NOT NULL, expires_at timestamptz(3) NOT NULL,
		credential text COLLATE "C" NOT NULL, device text NOT NULL, PRIMARY KEY (id, expires_at)) PARTITION BY RANGE (expires_at)`,
		`CREATE TABLE part PARTITION OF sessions DEFAULT`}, refused: `column "id" is not unique`},
	{kind: "in place of a table", name: "unlogged table", create: []string{`ALTER TABLE sessions SET UNLOGGED`}, refused: `UNLOGGED`},
	{kind: "in place of a table", name: "fillfactor and autovacuum", create: []string{`ALTER TABLE users SET (fillfactor = 50, autovacuum_enabled = false)`}},
	{kind: "in place of a table", name: "replica identity", create: []string{`ALTER TABLE users REPLICA IDENTITY FULL`}},

	// Columns.
	{kind: "column", name: "generated column of ours", tables: []string{`CREATE TABLE users (id text COLLATE "C" PRIMARY KEY, email text COLLATE "C" NOT NULL UNIQUE,
		name text NOT NULL GENERATED ALWAYS AS ('x') STORED, seen timestamptz)`}, refused: `column "name" is generated`},
	{kind: "column", name: "identity column of ours", tables: []string{usersTable, `CREATE TABLE sessions (id text COLLATE "C" PRIMARY KEY,
		user_id bigint GENERATED ALWAYS AS IDENTITY)`}, refused: `column "user_id" is generated`},
	{kind: "column", name: "other generated columns", create: []string{`ALTER TABLE users ADD shown text NOT NULL GENERATED ALWAYS AS (lower(name)) STORED, ADD n bigint GENERATED ALWAYS AS IDENTITY`}},
	{kind: "column", name: "domains", tables: []string{`CREATE DOMAIN {schema}.mail AS text COLLATE "C" CHECK (VALUE <> 'bob@example.com ') NOT NULL`,
		`CREATE TABLE users (id text COLLATE "C" PRIMARY KEY, email {schema}.mail UNIQUE, name text NOT NULL, seen timestamptz)`}},
	{kind: "column", name: "domain with a check", tables: []string{`CREATE DOMAIN {schema}.label AS text CHECK (VALUE <> 'Name 151')`,
		`CREATE TABLE users (id text COLLATE "C" PRIMARY KEY, email text COLLATE "C" NOT NULL UNIQUE, name {schema}.label NOT NULL, seen timestamptz)`},
		refuses: program.Refusals{"UpdateUser mute": &spec.ConstraintError{Kind: spec.CheckRule}}},
	{kind: "column", name: "domain with a default", create: []string{`CREATE DOMAIN {schema}.tenant AS text DEFAULT 'none' NOT NULL`, `ALTER TABLE users ADD tenant {schema}.tenant`}},
	{kind: "column", name: "domain of a domain that is not null", create: []string{`CREATE DOMAIN {schema}.inner1 AS text NOT NULL`, `CREATE DOMAIN {schema}.outer1 AS {schema}.inner1`,
		`DELETE FROM users`, `ALTER TABLE users ADD tenant {schema}.outer1`}, refused: `column "tenant" is NOT NULL without a default`},
	{kind: "column", name: "more columns", create: []string{`ALTER TABLE users ADD tenant text NOT NULL DEFAULT 'none', ADD note text`}},
	{kind: "column", name: "more columns without a default", create: []string{`ALTER TABLE users ADD tenant text NOT NULL DEFAULT 'none'`, `ALTER TABLE users ALTER tenant DROP DEFAULT`},
		refused: `column "tenant" is NOT NULL without a default`},
	{kind: "column", name: "collation that is not deterministic", create: []string{`CREATE COLLATION {schema}.caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
		`ALTER TABLE users ALTER email TYPE text COLLATE {schema}.caseless`}, refused: `column "email" has a collation`},
	{kind: "column", name: "collation of a language", create: []string{`ALTER TABLE users ALTER email TYPE text COLLATE "en-x-icu"`}},

	// Constraints and indexes.
	{kind: "constraint or index", name: "unique index on an expression", create: []string{`CREATE UNIQUE INDEX act ON users (lower(email))`},
		refuses: program.Refusals{"CreateUser ANN": &spec.ConstraintError{Kind: spec.NotUnique}}},
	{kind: "constraint or index", name: "unique index on an expression of the id", create: []string{`CREATE UNIQUE INDEX act ON users (upper(id))`},
		refuses: program.Refusals{"CreateUser ANN": &spec.ConstraintError{Kind: spec.NotUnique}}},
	{kind: "constraint or index", name: "unique index with a collation on the id", create: []string{`CREATE COLLATION {schema}.caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
		`CREATE UNIQUE INDEX act ON users (id COLLATE {schema}.caseless)`}, refused: `index "act" takes different ids for equal`},
	{kind: "constraint or index", name: "partial unique index", create: []string{`CREATE UNIQUE INDEX act ON sessions (user_id) WHERE user_id = 'bob'`},
		refuses: program.Refusals{"CreateSession 2bob": &spec.ConstraintError{Kind: spec.NotUnique}}},
	{kind: "constraint or index", name: "partial unique index in place of ours", create: []string{`DROP INDEX users_email_key`, `CREATE UNIQUE INDEX act ON users (email) WHERE name <> ''`}, refused: `column "email" is not unique`},
	{kind: "constraint or index", name: "check", create: []string{`ALTER TABLE users ADD CONSTRAINT act CHECK (name <> 'Name 151')`},
		refuses: program.Refusals{"UpdateUser mute": &spec.ConstraintError{Kind: spec.CheckRule, Attribute: "Name"}}},
	{kind: "constraint or index", name: "exclusion constraint", create: []string{`ALTER TABLE users ADD CONSTRAINT act EXCLUDE USING btree (lower(email) WITH =)`},
		refuses: program.Refusals{"CreateUser ANN": &spec.ConstraintError{Kind: spec.CheckRule}}},
	{kind: "constraint or index", name: "exclusion constraint in place of ours", create: []string{`DROP INDEX users_email_key`, `ALTER TABLE users ADD CONSTRAINT act EXCLUDE USING btree (email WITH =)`}, refused: `column "email" is not unique`},
	{kind: "constraint or index", name: "deferred unique constraints", tables: []string{`CREATE TABLE users (id text COLLATE "C" PRIMARY KEY, email text COLLATE "C" NOT NULL UNIQUE DEFERRABLE INITIALLY DEFERRED, name text NOT NULL, seen timestamptz)`,
		`CREATE TABLE sessions (id text COLLATE "C" PRIMARY KEY DEFERRABLE INITIALLY DEFERRED,
		user_id text COLLATE "C" REFERENCES users (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
		created_at timestamptz(3) NOT NULL, active_until timestamptz(3) NOT NULL, expires_at timestamptz(3) NOT NULL,
		credential text COLLATE "C" NOT NULL, device text NOT NULL)`}},

	// Foreign keys.
	{kind: "foreign key", name: "foreign key that was not validated", create: []string{`ALTER TABLE sessions DROP CONSTRAINT sessions_user_id_fkey`,
		`ALTER TABLE sessions ADD CONSTRAINT act FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE NOT VALID`}, refused: `NOT VALID`},
	{kind: "foreign key", name: "foreign key of sessions to another table too", create: []string{`CREATE TABLE people (id text COLLATE "C" PRIMARY KEY)`, `INSERT INTO people VALUES ('ann'), ('mute')`,
		`ALTER TABLE sessions ADD CONSTRAINT act FOREIGN KEY (user_id) REFERENCES people`}, refused: `to another table`},
	{kind: "foreign key", name: "foreign key from another table", create: []string{`CREATE TABLE orders (user_id text COLLATE "C" REFERENCES users)`, `INSERT INTO orders VALUES ('mute')`},
		refuses: program.Refusals{"DeleteUser mute": spec.ErrFailed}},
	{kind: "foreign key", name: "foreign key from another table that restricts", create: []string{`CREATE TABLE visits (session text COLLATE "C" REFERENCES sessions ON DELETE RESTRICT)`, `INSERT INTO visits VALUES ('mute')`},
		refuses: program.Refusals{"DeleteUserSessionsExcept mute": spec.ErrFailed, "DeleteSession mute": spec.ErrFailed, "DeleteExpiredSessions, the last": spec.ErrFailed, "DeleteUser mute": spec.ErrFailed}},
	{kind: "foreign key", name: "foreign key from another table that cascades", create: []string{`CREATE TABLE orders (user_id text COLLATE "C" REFERENCES users ON DELETE CASCADE)`, `INSERT INTO orders VALUES ('mute')`}},
	{kind: "foreign key", name: "foreign key of a user to another table", create: []string{`CREATE TABLE tenants (id text PRIMARY KEY)`, `INSERT INTO tenants VALUES ('none')`,
		`ALTER TABLE users ADD tenant text NOT NULL DEFAULT 'none' REFERENCES tenants`}},
}
