package postgres_test

import (
	"fmt"
	"strings"
)

// columnsOf has what is created_at of the sessions for the users.
var columnsOf = map[string]*strings.Replacer{"users": strings.NewReplacer("created_at", "seen"), "sessions": strings.NewReplacer()}

// around are objects of which there are many of a kind.
func around() (list []object) {
	columns := strings.NewReplacer()
	add := func(kind, name string, statements ...string) {
		for i, statement := range statements {
			statements[i] = columns.Replace(statement)
		}
		list = append(list, object{kind: kind, name: columns.Replace(name), free: true, create: statements})
	}
	from := func(version int) { list[len(list)-1].from = version }
	for _, table := range []string{"users", "sessions"} {
		columns = columnsOf[table]
		for _, event := range []string{"INSERT", "UPDATE", "DELETE", "TRUNCATE", "INSERT OR UPDATE", "INSERT OR DELETE", "UPDATE OR DELETE", "INSERT OR UPDATE OR DELETE"} {
			for _, time := range []string{"BEFORE", "AFTER"} {
				for _, each := range []string{"ROW", "STATEMENT"} {
					if each == "ROW" && event == "TRUNCATE" {
						continue
					}
					add("trigger", fmt.Sprintf("%s %s on %s for each %s", strings.ToLower(time), strings.ToLower(event), table, strings.ToLower(each)),
						trigger(time+" "+event+" ON "+table+" FOR EACH "+each, `RETURN COALESCE(NEW, OLD);`)...)
				}
			}
			if event == "TRUNCATE" {
				continue
			}
			for _, when := range []string{"", " DEFERRABLE INITIALLY DEFERRED"} {
				add("trigger", fmt.Sprintf("constraint trigger after %s on %s%s", strings.ToLower(event), table, strings.ToLower(when)),
					constraintTrigger("AFTER "+event+" ON "+table+when+" FOR EACH ROW")...)
			}
		}
		add("trigger", "before update of one column of "+table, trigger("BEFORE UPDATE OF id ON "+table+" FOR EACH ROW", `RETURN NEW;`)...)
		add("trigger", "with transition tables on "+table, trigger("AFTER UPDATE ON "+table+" REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT", `RETURN NULL;`)...)
		add("trigger", "that updates the row again, on "+table, append([]string{"ALTER TABLE " + table + " ADD touched int NOT NULL DEFAULT 0"},
			trigger("AFTER UPDATE ON "+table+" FOR EACH ROW WHEN (pg_trigger_depth() = 0)", `UPDATE {schema}.`+table+` SET touched = touched + 1 WHERE id = NEW.id; RETURN NULL;`)...)...)
		add("trigger", "that notifies, on "+table, trigger("AFTER INSERT OR UPDATE OR DELETE ON "+table+" FOR EACH ROW", `PERFORM pg_notify('tenon', TG_OP); RETURN NULL;`)...)
		add("trigger", "that changes the session's settings, on "+table, trigger("BEFORE INSERT OR UPDATE ON "+table+" FOR EACH ROW",
			`PERFORM set_config('DateStyle', 'German', false), set_config('bytea_output', 'escape', false), set_config('search_path', 'pg_catalog', false); RETURN NEW;`)...)
		add("trigger", "that changes the client's encoding, on "+table, trigger("BEFORE INSERT OR UPDATE ON "+table+" FOR EACH ROW",
			`PERFORM set_config('client_encoding', 'LATIN1', false); RETURN NEW;`)...)
		add("trigger", "that warns, on "+table, trigger("BEFORE INSERT OR UPDATE OR DELETE ON "+table+" FOR EACH STATEMENT", `RAISE WARNING 'looked at'; RETURN NULL;`)...)

		for _, event := range []string{"INSERT", "UPDATE", "DELETE"} {
			add("rule", fmt.Sprintf("do also on %s to %s", strings.ToLower(event), table),
				"CREATE TABLE log (what text)", "CREATE RULE act AS ON "+event+" TO "+table+" DO ALSO INSERT INTO {schema}.log VALUES ('x')")
			add("rule", fmt.Sprintf("do instead nothing on %s to %s", strings.ToLower(event), table), "CREATE RULE act AS ON "+event+" TO "+table+" DO INSTEAD NOTHING")
			add("rule", fmt.Sprintf("do instead the same on %s to %s, for some rows", strings.ToLower(event), table),
				"CREATE RULE act AS ON "+event+" TO "+table+" WHERE false DO INSTEAD NOTHING")
		}

		for _, index := range []string{
			"INDEX act ON %s USING hash (id)", "INDEX act ON %s USING brin (created_at)", "INDEX act ON %s (id DESC NULLS LAST)", "INDEX act ON %s (id text_pattern_ops)",
			"INDEX act ON %s (id) INCLUDE (created_at)", "INDEX act ON %s (id, created_at)", "INDEX act ON %s (lower(id))", "INDEX act ON %s (id) WHERE id > 'b'",
			"INDEX act ON %s USING gin (to_tsvector('simple', id))", "INDEX act ON %s USING spgist (id)", "INDEX act ON %s USING gist (to_tsvector('simple', id))",
			"UNIQUE INDEX act ON %s (id)", "UNIQUE INDEX act ON %s (id, created_at)", "UNIQUE INDEX act ON %s (id) NULLS NOT DISTINCT",
			"UNIQUE INDEX act ON %s (id) INCLUDE (created_at)", "UNIQUE INDEX act ON %s (md5(id))",
			"UNIQUE INDEX act ON %s (id COLLATE \"en-x-icu\")", "UNIQUE INDEX act ON %s (id) WHERE id > 'b'", "INDEX act ON %s (id) WITH (fillfactor = 10)",
		} {
			add("index", strings.ToLower(fmt.Sprintf(index, table)), "CREATE "+fmt.Sprintf(index, table))
		}
		add("index", "unique index on "+table+" that is not valid", "CREATE UNIQUE INDEX act ON "+table+" (id, created_at)", "UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{schema}.act'::regclass")

		for _, c := range []string{
			"CHECK (id <> '')", "CHECK (octet_length(id) < 100)", "CHECK (id <> '') NOT VALID", "CHECK (id <> '') NO INHERIT", "UNIQUE (id)",
			"UNIQUE (id, created_at)", "UNIQUE (id) DEFERRABLE INITIALLY DEFERRED", "EXCLUDE USING btree (id WITH =)",
			"EXCLUDE USING hash (id WITH =)", "EXCLUDE USING btree (id WITH =) WHERE (id > 'b')", "EXCLUDE USING btree (id WITH =) DEFERRABLE",
		} {
			add("constraint", strings.ToLower(c+" on "+table), "ALTER TABLE "+table+" ADD CONSTRAINT act "+c)
		}
		add("constraint", "check that is not enforced, on "+table, "ALTER TABLE "+table+" ADD CONSTRAINT act CHECK (id <> '') NOT ENFORCED")
		from(18)
		add("constraint", "not null that is not valid, on "+table, "ALTER TABLE "+table+" ADD extra text DEFAULT 'x'", "ALTER TABLE "+table+" ADD CONSTRAINT act NOT NULL extra NOT VALID")
		from(18)
		add("constraint", "primary key that is deferred, on "+table, "ALTER TABLE "+table+" DROP CONSTRAINT "+table+"_pkey CASCADE", "ALTER TABLE "+table+" ADD PRIMARY KEY (id) DEFERRABLE INITIALLY DEFERRED")
		add("constraint", "primary key of two columns, on "+table, "ALTER TABLE "+table+" DROP CONSTRAINT "+table+"_pkey CASCADE", "ALTER TABLE "+table+" ADD PRIMARY KEY (id, created_at)")
		add("constraint", "no primary key, on "+table, "ALTER TABLE "+table+" DROP CONSTRAINT "+table+"_pkey CASCADE")

		for _, c := range []string{
			"n bigint GENERATED ALWAYS AS IDENTITY", "n bigint GENERATED BY DEFAULT AS IDENTITY", "n bigserial", "n text GENERATED ALWAYS AS (id || 'x') STORED", "n int NOT NULL DEFAULT 1", "n int NOT NULL",
			"n timestamptz DEFAULT now()", "n uuid NOT NULL DEFAULT gen_random_uuid()", "n int UNIQUE", "n int PRIMARY KEY", "n text CHECK (n <> '')", "n text[] NOT NULL DEFAULT '{}'", "\"ID\" text", "n \"char\"",
			"n text COLLATE \"en-x-icu\"", "n text STORAGE EXTERNAL", "n text COMPRESSION lz4",
		} {
			add("column of the user's", strings.ToLower(table+"."+c), "ALTER TABLE "+table+" ADD "+c)
			if strings.Contains(c, "STORAGE") {
				from(17)
			}
		}
		add("column of the user's", table+".n text generated always as (id || 'x') virtual", "ALTER TABLE "+table+" ADD n text GENERATED ALWAYS AS (id || 'x') VIRTUAL")
		from(18)
		add("column of the user's", table+", dropped and added again", "ALTER TABLE "+table+" ADD n int", "ALTER TABLE "+table+" DROP n", "ALTER TABLE "+table+" ADD n text")
		for _, change := range []string{
			"ALTER created_at SET DEFAULT now()", "ALTER id SET DEFAULT 'x'", "ALTER id SET STORAGE PLAIN", "ALTER id SET STORAGE EXTERNAL", "ALTER id SET COMPRESSION lz4", "ALTER id SET STATISTICS 0",
			"ALTER created_at DROP NOT NULL",
		} {
			add("column of ours", strings.ToLower(table+" "+change), "ALTER TABLE "+table+" "+change)
		}
		for _, change := range []string{
			"SET LOGGED", "SET UNLOGGED", "SET (fillfactor = 10)", "SET (autovacuum_enabled = false)", "SET (toast_tuple_target = 128)", "SET (parallel_workers = 8)", "SET (user_catalog_table = true)",
			"REPLICA IDENTITY FULL", "REPLICA IDENTITY NOTHING", "CLUSTER ON " + table + "_pkey", "SET WITHOUT CLUSTER", "SET TABLESPACE pg_default", "SET ACCESS METHOD heap", "INHERIT base", "DISABLE TRIGGER USER",
			"DISABLE TRIGGER ALL", "ENABLE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY", "OF pair",
		} {
			statements := []string{"ALTER TABLE " + table + " " + change}
			if change == "INHERIT base" {
				statements = append([]string{`CREATE TABLE base (id text COLLATE "C" NOT NULL)`}, statements...)
			}
			if change == "OF pair" {
				statements = []string{"CREATE TYPE {schema}.pair AS (a text)", "ALTER TABLE " + table + " OF {schema}.pair"}
			}
			add("table", strings.ToLower(table+" "+change), statements...)
		}
		add("table", table+" with statistics", "CREATE STATISTICS act ON id, created_at FROM "+table)
		add("table", table+" with a security label and comments", "COMMENT ON TABLE "+table+" IS 'it''s \"ours\"'", "COMMENT ON COLUMN "+table+".id IS ''")
		add("table", table+" that others inherit from", "CREATE TABLE child () INHERITS ("+table+")")
		add("table", table+" that a view, a function and a prepared type use", "CREATE VIEW shown AS SELECT * FROM "+table, "CREATE MATERIALIZED VIEW kept AS SELECT id FROM "+table,
			"CREATE FUNCTION {schema}.look() RETURNS SETOF {schema}."+table+" LANGUAGE sql AS 'SELECT * FROM {schema}."+table+"'")
		add("table", table+" behind a view", "ALTER TABLE "+table+" RENAME TO hidden", "CREATE VIEW "+table+" AS SELECT * FROM hidden")
		add("table", table+" behind a materialized view", "ALTER TABLE "+table+" RENAME TO hidden", "CREATE MATERIALIZED VIEW "+table+" AS SELECT * FROM hidden")
		add("table", table+" behind a sequence", "DROP TABLE "+table+" CASCADE", "CREATE SEQUENCE "+table)
		add("table", table+" behind a type", "DROP TABLE "+table+" CASCADE", "CREATE TYPE "+table+" AS (id text)")
		add("table", table+" published", "CREATE PUBLICATION {role} FOR TABLE "+table, "DROP PUBLICATION {role}")

		for _, action := range []string{"", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON DELETE SET DEFAULT", " ON DELETE RESTRICT", " DEFERRABLE INITIALLY DEFERRED", " ON UPDATE CASCADE", " NOT VALID"} {
			add("foreign key", "from another table to "+table+strings.ToLower(action), `CREATE TABLE other (owner text COLLATE "C")`,
				"ALTER TABLE other ADD FOREIGN KEY (owner) REFERENCES "+table+" (id)"+action)
		}
		add("foreign key", "of "+table+" to itself", `ALTER TABLE `+table+` ADD parent text COLLATE "C" REFERENCES `+table+` (id)`)
		add("foreign key", "of "+table+".id to another table", `CREATE TABLE other (id text COLLATE "C" PRIMARY KEY)`, `ALTER TABLE `+table+` ADD FOREIGN KEY (id) REFERENCES other`)
	}
	for _, action := range []string{ // of ours
		"", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON DELETE SET DEFAULT", " ON DELETE RESTRICT", " ON DELETE CASCADE ON UPDATE CASCADE", " ON UPDATE RESTRICT ON DELETE CASCADE",
		" ON DELETE CASCADE DEFERRABLE", " ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED", " MATCH FULL ON DELETE CASCADE", " ON DELETE CASCADE NOT VALID", " ON DELETE CASCADE NOT ENFORCED",
	} {
		add("foreign key", "of sessions to users"+strings.ToLower(action), "ALTER TABLE sessions DROP CONSTRAINT sessions_user_id_fkey",
			"ALTER TABLE sessions ADD CONSTRAINT act FOREIGN KEY (user_id) REFERENCES users (id)"+action)
		if strings.Contains(action, "ENFORCED") {
			from(18)
		}
	}
	add("foreign key", "of sessions to users, twice", "ALTER TABLE sessions ADD CONSTRAINT act FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE")
	add("foreign key", "of sessions to users, twice, once without CASCADE", "ALTER TABLE sessions ADD CONSTRAINT act FOREIGN KEY (user_id) REFERENCES users (id)")
	add("foreign key", "none of sessions to users", "ALTER TABLE sessions DROP CONSTRAINT sessions_user_id_fkey")

	return append(list, schemas()...)
}

func constraintTrigger(when string) []string {
	return []string{
		`CREATE FUNCTION {schema}.act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$`,
		`CREATE CONSTRAINT TRIGGER act ` + when + ` EXECUTE FUNCTION {schema}.act()`,
	}
}

// schemas are search paths, and what else bears the names of our tables.
func schemas() []object {
	const path = "search_path={schema}"
	return []object{
		{kind: "schema", name: "found by the search path", free: true, parameters: path},
		{kind: "schema", name: "found by the search path, in options", free: true, parameters: "options=-c%20search_path%3D{schema}"},
		{kind: "schema", name: "behind one that is not there", free: true, parameters: "search_path=nothing,{schema}"},
		{kind: "schema", name: "behind the server's own", free: true, parameters: "search_path=pg_catalog,{schema}"},
		{kind: "schema", name: "before the server's own, with functions of the same names", parameters: "search_path={schema},pg_catalog", refused: "before pg_catalog", create: []string{
			`CREATE FUNCTION {schema}.hashtext(text) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
			`CREATE FUNCTION {schema}.current_setting(text) RETURNS text LANGUAGE sql AS $$SELECT 'x'$$`,
			`CREATE FUNCTION {schema}.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT true'`,
			`CREATE FUNCTION {schema}.jsonb_array_elements_text(jsonb) RETURNS SETOF text LANGUAGE sql AS $$SELECT 'x'::text$$`,
		}},
		{kind: "schema", name: "before the server's own, with an operator of the same name", parameters: "search_path={schema},pg_catalog", refused: "before pg_catalog", create: []string{
			`CREATE FUNCTION {schema}.same(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true'`,
			`CREATE OPERATOR {schema}.= (LEFTARG = text, RIGHTARG = text, FUNCTION = {schema}.same)`,
		}},
		{kind: "schema", name: "before the server's own, with a type of the same name", parameters: "search_path={schema},pg_catalog", refused: "before pg_catalog", create: []string{
			`CREATE DOMAIN {schema}.timestamptz AS text`, `CREATE DOMAIN {schema}.jsonb AS text`,
		}},
		{kind: "schema", name: "before the server's own, with a catalog's table of the same name", parameters: "search_path={schema},pg_catalog", refused: "before pg_catalog", create: []string{
			`CREATE TABLE {schema}.pg_trigger (x int)`, `CREATE TABLE {schema}.pg_class (oid oid, relkind "char")`,
		}},
		{kind: "schema", name: "with a function of a cast", free: true, create: []string{
			`CREATE FUNCTION {schema}.lower(text) RETURNS text LANGUAGE sql AS $$SELECT 'x'$$`,
		}},
		{kind: "schema", name: "that belongs to another role", free: true, role: "NOINHERIT"},
		{kind: "schema", name: "event trigger", free: true, database: "TEMPLATE template1", create: []string{
			`CREATE FUNCTION {schema}.act() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'seen'; END $$`,
			`CREATE EVENT TRIGGER act ON ddl_command_start EXECUTE FUNCTION {schema}.act()`,
			`CREATE EVENT TRIGGER act2 ON sql_drop EXECUTE FUNCTION {schema}.act()`,
		}},
		{kind: "schema", name: "event trigger at login", from: 17, free: true, database: "TEMPLATE template1", create: []string{
			`CREATE FUNCTION {schema}.act() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('extra_float_digits', '-5', false), set_config('session_replication_role', 'replica', false); END $$`,
			`CREATE EVENT TRIGGER act ON login EXECUTE FUNCTION {schema}.act()`,
		}},
		{kind: "schema", name: "publication of all tables", free: true, database: "TEMPLATE template1", create: []string{`CREATE PUBLICATION act FOR ALL TABLES`}},
		{kind: "schema", name: "publication of a table without a replica identity", free: true, database: "TEMPLATE template1", create: []string{
			`ALTER TABLE sessions REPLICA IDENTITY NOTHING`, `CREATE PUBLICATION act FOR ALL TABLES`}},
	}
}

// grants take away from a role what it may do, one thing each.
func grants() (list []object) {
	add := func(name string, statements ...string) {
		list = append(list, object{kind: "grant", name: name, free: true, role: "NOINHERIT", create: statements})
	}
	for _, table := range []string{"users", "sessions"} {
		for _, privilege := range []string{"SELECT", "INSERT", "UPDATE", "DELETE"} {
			add("no "+privilege+" on "+table, "REVOKE "+privilege+" ON "+table+" FROM {role}")
			if privilege != "DELETE" {
				add(privilege+" on some columns of "+table, "REVOKE "+privilege+" ON "+table+" FROM {role}", columnsOf[table].Replace("GRANT "+privilege+" (id, created_at) ON "+table+" TO {role}"))
			}
		}
		for _, privilege := range []string{"REFERENCES", "TRIGGER", "TRUNCATE"} {
			add("also "+privilege+" on "+table, "GRANT "+privilege+" ON "+table+" TO {role}")
		}
		add("nothing on "+table, "REVOKE ALL ON "+table+" FROM {role}")
		add("owner of "+table, "GRANT CREATE ON SCHEMA {schema} TO {role}", "ALTER TABLE "+table+" OWNER TO {role}")
		add("all by membership, not inherited, on "+table, "REVOKE ALL ON "+table+" FROM {role}", "GRANT pg_write_all_data, pg_read_all_data TO {role}")
	}
	list = append(list,
		object{kind: "grant", name: "no USAGE of the schema", free: true, role: "NOINHERIT", create: []string{"ALTER SCHEMA {schema} OWNER TO CURRENT_USER", "REVOKE ALL ON SCHEMA {schema} FROM {role}"}},
		object{kind: "grant", name: "no CREATE in the schema", free: true, role: "NOINHERIT", create: []string{"ALTER SCHEMA {schema} OWNER TO CURRENT_USER", "GRANT USAGE ON SCHEMA {schema} TO {role}"}},
		object{kind: "grant", name: "all by membership, inherited", free: true, role: "INHERIT", create: []string{"REVOKE ALL ON users, sessions FROM {role}", "GRANT pg_write_all_data, pg_read_all_data TO {role}"}},
		object{kind: "grant", name: "superuser", free: true, role: "SUPERUSER"},
		object{kind: "grant", name: "no LOGIN", free: true, role: "NOLOGIN"},
		object{kind: "grant", name: "one connection", free: true, role: "CONNECTION LIMIT 1"},
		object{kind: "grant", name: "password that has run out", free: true, role: "VALID UNTIL '2024-05-17'"},
		object{kind: "grant", name: "no CONNECT to the database", free: true, role: "NOINHERIT", database: "TEMPLATE template1", create: []string{"REVOKE CONNECT, TEMPORARY ON DATABASE {role} FROM PUBLIC"}},
		object{kind: "grant", name: "no EXECUTE of functions", free: true, role: "NOINHERIT", database: "TEMPLATE template1", create: []string{"REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA pg_catalog FROM PUBLIC"}},
		object{kind: "grant", name: "no SELECT on the catalog", free: true, role: "NOINHERIT", database: "TEMPLATE template1", create: []string{"REVOKE SELECT ON pg_catalog.pg_class, pg_catalog.pg_trigger FROM PUBLIC"}},
	)
	return list
}
