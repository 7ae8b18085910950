package sqlite_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// allObjects returns all objects to test.
func allObjects() []object {
	return slices.Concat(objects, triggers(), columnTypes(), collations(), conflicts(), keysOfOurs(), keysFromOthers(), indexes(), virtualTables())
}

// column is the definition of a column: its name, its type and the rest.
type column struct{ name, declared, rest string }

var (
	ourUsers = []column{
		{"id", "TEXT", "PRIMARY KEY NOT NULL"}, {"email", "TEXT", "NOT NULL UNIQUE"}, {"name", "TEXT", "NOT NULL"}, {"seen", "INTEGER", ""},
	}
	ourSessions = []column{
		{"id", "TEXT", "PRIMARY KEY NOT NULL"}, {"user_id", "TEXT", "REFERENCES users (id) ON DELETE CASCADE"},
		{"created_at", "INTEGER", "NOT NULL"}, {"active_until", "INTEGER", "NOT NULL"}, {"expires_at", "INTEGER", "NOT NULL"},
		{"credential", "TEXT", "NOT NULL"}, {"device", "TEXT", "NOT NULL"},
	}
	ours = map[string][]column{"users": ourUsers, "sessions": ourSessions}
)

// tableWith returns the statement that creates one of our tables with one column replaced.
func tableWith(table string, other column, options string) string {
	var defined []string
	for _, c := range ours[table] {
		if c.name == other.name {
			c = other
		}
		defined = append(defined, strings.Join([]string{c.name, c.declared, c.rest}, " "))
	}
	return "CREATE TABLE " + table + " (" + strings.Join(defined, ", ") + ") " + options
}

// eachColumn calls visit with each column of our tables.
func eachColumn(visit func(table string, c column)) {
	for _, table := range []string{"users", "sessions"} {
		for _, c := range ours[table] {
			visit(table, c)
		}
	}
}

// The types of columns: types of each affinity, of standard SQL and of other engines, and
// types that only look like others.
var (
	declaredTypes = []string{
		"INT", "INTEGER", "TINYINT", "SMALLINT", "MEDIUMINT", "BIGINT", "UNSIGNED BIG INT", "INT8", "POINT",
		"CHARACTER(20)", "CHAR(36)", "VARCHAR(255)", "VARYING CHARACTER(255)", "NCHAR(55)", "NVARCHAR(100)", "TEXT", "CLOB", "CHARINT",
		"BLOB", "", "REAL", "DOUBLE", "DOUBLE PRECISION", "FLOAT", "FLOATING POINT",
		"NUMERIC", "DECIMAL(10,5)", "BOOLEAN", "DATE", "DATETIME", "TIMESTAMP", "TIME", "TIMESTAMPTEXT",
		"STRING", "JSON", "JSONB", "UUID", "ANY", "BYTEA", `"my type"`,
	}
	strictTypes = []string{"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"}
)

// columnTypes returns our columns with each type.
func columnTypes() []object {
	var list []object
	eachColumn(func(table string, c column) {
		for _, declared := range declaredTypes {
			list = append(list, object{kind: "column type", name: fmt.Sprintf("%s.%s %s", table, c.name, declared), either: true,
				tables: []string{tableWith(table, column{c.name, declared, c.rest}, "")}})
		}
		for _, declared := range strictTypes {
			list = append(list, object{kind: "column type", name: fmt.Sprintf("%s.%s %s, STRICT", table, c.name, declared), either: true,
				tables: []string{tableWith(table, column{c.name, declared, c.rest}, "STRICT")}})
		}
		for _, generated := range []string{"STORED", "VIRTUAL"} {
			if !strings.Contains(c.rest, "PRIMARY") {
				list = append(list, object{kind: "generated column", name: fmt.Sprintf("%s.%s, %s", table, c.name, generated), refused: "is generated",
					tables: []string{tableWith(table, column{c.name, c.declared, c.rest + " AS ('x') " + generated}, "")}})
			}
		}
		list = append(list, object{kind: "default", name: fmt.Sprintf("%s.%s", table, c.name),
			tables: []string{tableWith(table, column{c.name, c.declared, c.rest + " DEFAULT 'default'"}, "")}})
		bare := strings.NewReplacer("NOT NULL", "", "PRIMARY KEY", "UNIQUE").Replace(c.rest)
		list = append(list, object{kind: "nullable column", name: fmt.Sprintf("%s.%s", table, c.name), either: true,
			tables: []string{tableWith(table, column{c.name, c.declared, bare}, "")}})
		list = append(list, object{kind: "NOT NULL column", name: fmt.Sprintf("%s.%s", table, c.name), either: true,
			tables: []string{tableWith(table, column{c.name, c.declared, c.rest + " NOT NULL"}, "")}})
	})
	return list
}

// collations returns our columns with each collation.
func collations() []object {
	var list []object
	eachColumn(func(table string, c column) {
		for _, collation := range []string{"BINARY", "NOCASE", "RTRIM"} {
			list = append(list, object{kind: "collation", name: fmt.Sprintf("%s.%s %s", table, c.name, collation), either: collation != "BINARY",
				tables: []string{tableWith(table, column{c.name, c.declared, "COLLATE " + collation + " " + c.rest}, "")}})
		}
	})
	return list
}

// conflicts returns constraints with each conflict clause.
func conflicts() []object {
	var list []object
	for _, resolution := range []string{"ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"} {
		eachColumn(func(table string, c column) {
			for _, constraint := range []string{"PRIMARY KEY", "UNIQUE", "NOT NULL"} {
				if !strings.Contains(c.rest, constraint) {
					continue
				}
				rest := strings.Replace(c.rest, constraint, constraint+" ON CONFLICT "+resolution, 1)
				list = append(list, object{kind: "ON CONFLICT", name: fmt.Sprintf("%s.%s, %s, %s", table, c.name, constraint, resolution), either: true,
					tables: []string{tableWith(table, column{c.name, c.declared, rest}, "")}})
			}
		})
	}
	return list
}

// Events of triggers, and the calls that they can refuse.
var events = []struct {
	table, event string
	when         string
	calls        []string
	constraint   bool // the error that the trigger raises is a *spec.ConstraintError
}{
	{"users", "INSERT", "NEW.id = 'hush'", []string{"CreateUser hush"}, true},
	{"users", "UPDATE", "NEW.id = 'mute'", []string{"UpdateUser mute"}, true},
	{"users", "UPDATE OF name", "NEW.id = 'mute'", []string{"UpdateUser mute"}, true},
	{"users", "DELETE", "OLD.id = 'mute'", []string{"DeleteUser mute"}, false},
	{"sessions", "INSERT", "NEW.id = 'hush'", []string{"CreateSession hush"}, true},
	{"sessions", "UPDATE", "NEW.id = 'mute'", []string{"UpdateSession mute", "SwapLease mute"}, true},
	{"sessions", "UPDATE OF expires_at", "NEW.id = 'mute'", []string{"SwapLease mute"}, true},
	{"sessions", "DELETE", "OLD.id = 'mute'", []string{"DeleteUserSessionsExcept mute", "DeleteSession mute", "DeleteExpiredSessions, the last", "DeleteUser mute"}, false},
}

// triggers returns triggers for each time and event, with each action.
func triggers() []object {
	var list []object
	for _, e := range events {
		for _, time := range []string{"BEFORE", "AFTER"} {
			for _, temp := range []string{"", "TEMP "} {
				begin := fmt.Sprintf("CREATE %sTRIGGER act %s %s ON main.%s ", temp, time, e.event, e.table)
				if temp == "" {
					begin = strings.Replace(begin, "main.", "", 1)
				}
				name := fmt.Sprintf("%s%s %s on %s", temp, time, e.event, e.table)
				list = append(list,
					object{kind: "trigger", name: name + ", writes elsewhere", afterwards: []string{"CREATE TABLE audit (a, b)",
						begin + "BEGIN INSERT INTO audit VALUES (1, 2), (3, 4); UPDATE audit SET a = 5; DELETE FROM audit WHERE b = 2; END"}},
					object{kind: "trigger", name: name + ", selects", afterwards: []string{begin + "BEGIN SELECT count(*) FROM users; END"}})
				for _, raise := range []string{"IGNORE", "ROLLBACK, 'no'", "ABORT, 'no'", "FAIL, 'no'"} {
					list = append(list, raising(e.table, e.event, time, name, begin+"WHEN "+e.when, raise, e.calls, e.constraint))
				}
			}
		}
	}
	for _, event := range []string{"INSERT", "UPDATE", "DELETE"} {
		list = append(list, object{kind: "trigger", name: "INSTEAD OF " + event + " on a view of users", refused: "not a table but a view",
			afterwards: []string{"ALTER TABLE users RENAME TO people", "CREATE VIEW users AS SELECT * FROM people",
				"CREATE TRIGGER act INSTEAD OF " + event + " ON users BEGIN SELECT 1; END"}})
	}
	return list
}

func raising(table, event, time, name, begin, raise string, calls []string, constraint bool) object {
	kind, _, _ := strings.Cut(raise, ",")
	o := object{kind: "trigger", name: name + ", RAISE(" + kind + ")", afterwards: []string{begin + " BEGIN SELECT RAISE(" + raise + "); END"}}
	switch {
	case kind == "IGNORE" && table == "sessions" && event == "DELETE":
		o.refused = "may keep sessions"
		return o
	case kind == "IGNORE" && time == "AFTER":
		return o // the row is written
	}
	if kind == "ROLLBACK" && strings.HasPrefix(name, "TEMP") && event == "DELETE" {
		calls = calls[:1] // the connection is closed, and the trigger is gone with it
	}
	o.refuses = program.Refusals{}
	for _, call := range calls {
		o.refuses[call] = spec.ErrFailed
		if constraint && kind != "IGNORE" {
			o.refuses[call] = &spec.ConstraintError{Kind: spec.CheckRule}
		}
	}
	return o
}

var (
	actions    = []string{"NO ACTION", "RESTRICT", "SET NULL", "SET DEFAULT", "CASCADE"}
	deferrable = []string{"NOT DEFERRABLE", "DEFERRABLE INITIALLY IMMEDIATE", "DEFERRABLE INITIALLY DEFERRED"}
)

// keysOfOurs returns foreign keys from sessions to users.
func keysOfOurs() []object {
	var list []object
	for _, onDelete := range actions {
		for _, onUpdate := range actions {
			for _, when := range deferrable {
				rest := fmt.Sprintf("REFERENCES users (id) ON DELETE %s ON UPDATE %s %s", onDelete, onUpdate, when)
				list = append(list, object{kind: "foreign key", either: onDelete != "CASCADE",
					name:   fmt.Sprintf("sessions to users, ON DELETE %s, ON UPDATE %s, %s", onDelete, onUpdate, when),
					tables: []string{tableWith("sessions", column{"user_id", "TEXT", rest}, "")}})
			}
		}
	}
	return append(list,
		object{kind: "foreign key", name: "none from sessions to users", either: true, tables: []string{tableWith("sessions", column{"user_id", "TEXT", ""}, "")}},
		object{kind: "foreign key", name: "sessions to users, MATCH FULL", either: true,
			tables: []string{tableWith("sessions", column{"user_id", "TEXT", "REFERENCES users MATCH FULL ON DELETE CASCADE"}, "")}})
}

// keysFromOthers returns foreign keys from another table.
func keysFromOthers() []object {
	var list []object
	for _, table := range []string{"users", "sessions"} {
		for _, action := range actions {
			for _, when := range deferrable {
				o := object{kind: "foreign key", name: fmt.Sprintf("another table to %s, ON DELETE %s, %s", table, action, when), afterwards: []string{
					fmt.Sprintf("CREATE TABLE orders (row TEXT REFERENCES %s ON DELETE %s %s)", table, action, when),
					"INSERT INTO orders VALUES ('mute')"}}
				if action == "NO ACTION" || action == "RESTRICT" {
					o.refuses = program.Refusals{"DeleteUser mute": spec.ErrFailed}
					if table == "sessions" {
						for _, call := range []string{"DeleteUserSessionsExcept mute", "DeleteSession mute", "DeleteExpiredSessions, the last"} {
							o.refuses[call] = spec.ErrFailed
						}
					}
				}
				list = append(list, o)
			}
		}
	}
	return list
}

// indexes returns additional indexes on each column.
func indexes() []object {
	var list []object
	eachColumn(func(table string, c column) {
		for _, form := range []string{"%s", "%s DESC", "%s COLLATE NOCASE", "%s COLLATE RTRIM DESC", "lower(%s)"} {
			on := fmt.Sprintf(form, c.name)
			for _, where := range []string{"", " WHERE " + c.name + " IS NOT NULL", " WHERE id > 'b'"} {
				list = append(list, object{kind: "index", name: fmt.Sprintf("%s (%s)%s", table, on, where),
					afterwards: []string{fmt.Sprintf("CREATE INDEX act ON %s (%s)%s", table, on, where)}})
			}
		}
	})
	return append(list,
		object{kind: "index", name: "users (email, name)", afterwards: []string{"CREATE INDEX act ON users (email, name)"}},
		object{kind: "index", name: "UNIQUE users (email, name)", afterwards: []string{"CREATE UNIQUE INDEX act ON users (email, name)"}},
		object{kind: "index", name: "statistics of ANALYZE", afterwards: []string{"ANALYZE"}})
}

// virtualTables returns virtual tables of each module with our names.
func virtualTables() []object {
	var list []object
	for _, table := range []string{"users", "sessions"} {
		for module, columns := range map[string]string{
			"fts5": "id, email, name, seen", "rtree": "id, a, b", "rtree_i32": "id, a, b", "geopoly": "id", "dbstat": "", "fts5vocab": "words, row", "sqlite_dbpage": "",
		} {
			o := object{kind: "virtual table", name: table + " USING " + module, refused: "not a table but a virtual",
				tables: []string{fmt.Sprintf("CREATE VIRTUAL TABLE %s USING %s (%s)", table, module, columns)}}
			if module == "fts5vocab" {
				o.tables = append([]string{"CREATE VIRTUAL TABLE words USING fts5 (a)"}, o.tables...)
			}
			list = append(list, o)
		}
		list = append(list, object{kind: "virtual table", name: "fts5 over the content of " + table, afterwards: []string{
			fmt.Sprintf("CREATE VIRTUAL TABLE words USING fts5 (id, content='%s')", table),
			"INSERT INTO words (words) VALUES ('rebuild')",
			fmt.Sprintf("CREATE TRIGGER act AFTER INSERT ON %s BEGIN INSERT INTO words (rowid, id) VALUES (NEW.rowid, NEW.id); END", table),
			fmt.Sprintf("CREATE TRIGGER act2 AFTER DELETE ON %s BEGIN INSERT INTO words (words, rowid, id) VALUES ('delete', OLD.rowid, OLD.id); END", table)}})
	}
	slices.SortFunc(list, func(a, b object) int { return strings.Compare(a.name, b.name) })
	return list
}
