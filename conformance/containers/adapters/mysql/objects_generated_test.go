package mysql_test

import (
	"fmt"
	"strings"

	"github.com/tenon-go/tenon/internal/program"
	"github.com/tenon-go/tenon/spec"
)

// generated are the combinations.
func generated() []object {
	var all []object
	all = append(all, triggerObjects()...)
	all = append(all, engineObjects()...)
	all = append(all, charsetObjects()...)
	all = append(all, typeObjects()...)
	return append(all, grantObjects()...)
}

// bodies are what triggers do. The first one does much, and is called as any
// trigger at its time.
var bodies = []struct{ name, text string }{
	{"", "BEGIN INSERT INTO numbered (what) VALUES ('x'); UPDATE counter SET n = n + 1; DELETE FROM audit; " +
		"SELECT COUNT(*) INTO @tenon_test FROM counter; SET @tenon_test = LAST_INSERT_ID(7); END"},
	{"audit", "INSERT INTO audit VALUES ('x')"},
	{"audit with AUTO_INCREMENT", "INSERT INTO numbered (what) VALUES ('x')"},
	{"update of another table", "UPDATE counter SET n = n + 1"},
	{"upsert", "INSERT INTO counter VALUES (1, 1) ON DUPLICATE KEY UPDATE n = n + 1"},
	{"delete from another table", "DELETE FROM audit"},
	{"variable", "SELECT COUNT(*) INTO @tenon_test FROM audit"},
	{"last insert id", "SET @tenon_test = LAST_INSERT_ID(1)"},
	{"refusal of one row", "IF {row}.id = '{id}' THEN SIGNAL SQLSTATE '45000'; END IF"},
	{"time of the change", "SET NEW.changed = NOW()"},
	{"what is there already", "SET NEW.id = NEW.id"},
}

const forTriggers = "CREATE TABLE audit (what TEXT);\nCREATE TABLE numbered (n BIGINT AUTO_INCREMENT PRIMARY KEY, what TEXT);\n" +
	"CREATE TABLE counter (id INT PRIMARY KEY, n INT);\nINSERT INTO counter VALUES (1, 1);\n" +
	"ALTER TABLE users ADD changed DATETIME;\nALTER TABLE sessions ADD changed DATETIME;\n"

// refusedRow are the calls that a trigger refuses that minds one row.
var refusedRow = map[string]program.Refusals{
	"INSERT users":    {"CreateUser hush": spec.ErrFailed},
	"UPDATE users":    {"UpdateUser mute": spec.ErrFailed},
	"DELETE users":    {"DeleteUser mute": spec.ErrFailed},
	"INSERT sessions": {"CreateSession hush": spec.ErrFailed},
	"UPDATE sessions": {"UpdateSession mute": spec.ErrFailed, "SwapLease mute": spec.ErrFailed},
	"DELETE sessions": {"DeleteSession mute": spec.ErrFailed, "DeleteUserSessionsExcept mute": spec.ErrFailed},
}

func triggerObjects() []object {
	var all []object
	for _, at := range []string{"BEFORE", "AFTER"} {
		for _, event := range []string{"INSERT", "UPDATE", "DELETE"} {
			for _, table := range []string{"users", "sessions"} {
				for _, body := range bodies {
					if strings.HasPrefix(body.text, "SET NEW") && (at == "AFTER" || event == "DELETE") {
						continue
					}
					o := object{kind: "trigger", name: fmt.Sprintf("%s %s of %s", at, event, table)}
					if body.name != "" {
						o.name += ": " + body.name
					}
					row, id := "OLD", program.Mute
					if event == "INSERT" {
						row, id = "NEW", program.Hush
					}
					text := strings.NewReplacer("{row}", row, "{id}", id).Replace(body.text)
					if text != body.text {
						o.refuse = refusedRow[event+" "+table]
					}
					o.create = forTriggers + fmt.Sprintf("CREATE TRIGGER t %s %s ON %s FOR EACH ROW %s", at, event, table, text)
					all = append(all, o)
				}
			}
		}
	}
	return all
}

// engineObjects are the storage engines, and how InnoDB keeps rows.
func engineObjects() []object {
	var all []object
	for _, engine := range []string{"MyISAM", "Aria", "MEMORY", "ARCHIVE", "CSV", "BLACKHOLE", "MRG_MYISAM", "InnoDB"} {
		for _, table := range []string{"users", "sessions"} {
			o := object{kind: "storage engine", name: engine + ", " + table, empty: true, unreferenced: true, anything: true, says: "is kept by " + engine}
			o.create = "ALTER TABLE " + table + " ENGINE=" + engine
			if engine == "InnoDB" {
				o.says = ""
			}
			if engine == "MEMORY" { // has no LONGTEXT
				column := map[string]string{"users": "name", "sessions": "device"}[table]
				o.create = "ALTER TABLE " + table + " MODIFY " + column + " VARCHAR(40) CHARACTER SET utf8mb4 NOT NULL, ENGINE=MEMORY"
			}
			if engine == "Aria" {
				o.engine = "mariadb"
			}
			all = append(all, o)
		}
	}
	for name, options := range map[string]string{
		"REDUNDANT": "ROW_FORMAT=REDUNDANT", "COMPACT": "ROW_FORMAT=COMPACT", "DYNAMIC": "ROW_FORMAT=DYNAMIC",
		"COMPRESSED": "ROW_FORMAT=COMPRESSED", "COMPRESSED, 1 KiB": "ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=1",
		"COMPRESSED, 4 KiB": "ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4", "FIXED": "ROW_FORMAT=FIXED",
		"STATS_PERSISTENT": "STATS_PERSISTENT=0", "MAX_ROWS": "MAX_ROWS=2 MIN_ROWS=1 AVG_ROW_LENGTH=10", "CHECKSUM": "CHECKSUM=1 DELAY_KEY_WRITE=1 PACK_KEYS=1",
		"AUTO_INCREMENT": "AUTO_INCREMENT=18446744073709551615", "COMMENT": "COMMENT='ours'",
	} {
		all = append(all, object{kind: "row format", name: name, anything: true,
			create: "ALTER TABLE users " + options + ";\nALTER TABLE sessions " + options})
	}
	return append(all,
		object{engine: "mysql", kind: "row format", name: "page compression", create: "ALTER TABLE sessions COMPRESSION='zlib'", anything: true},
		object{engine: "mariadb", kind: "row format", name: "page compression", create: "ALTER TABLE sessions PAGE_COMPRESSED=1", anything: true},
		object{engine: "mariadb", kind: "row format", name: "PAGE", create: "ALTER TABLE sessions ROW_FORMAT=PAGE", anything: true},
		object{engine: "mysql", kind: "row format", name: "a tablespace of its own", create: "CREATE TABLESPACE {db} ADD DATAFILE '{db}.ibd';\nALTER TABLE sessions TABLESPACE {db}", anything: true})
}

// charsetObjects are the character sets of the database and of the tables.
func charsetObjects() []object {
	var all []object
	for _, set := range []string{
		"latin1", "latin2", "ascii", "utf8mb3", "utf8mb4", "utf8mb4 COLLATE utf8mb4_bin", "utf8mb4 COLLATE utf8mb4_unicode_ci", "ucs2", "utf16", "utf32", "sjis", "gbk", "binary",
	} {
		all = append(all,
			object{kind: "character set", name: set + ", of the database", before: true, create: "ALTER DATABASE {db} CHARACTER SET " + set},
			object{kind: "character set", name: set + ", of a table", create: "ALTER TABLE users DEFAULT CHARACTER SET " + set + ";\nALTER TABLE sessions DEFAULT CHARACTER SET " + set},
			object{kind: "character set", name: set + ", of a table that was converted", anything: true, empty: true,
				create: "ALTER TABLE users CONVERT TO CHARACTER SET " + set + ";\nALTER TABLE sessions CONVERT TO CHARACTER SET " + set})
	}
	return all
}

// columnTypes are the servers' types.
var columnTypes = []string{
	"BIT(1)", "BIT(64)", "TINYINT", "TINYINT(1)", "TINYINT UNSIGNED", "SMALLINT", "MEDIUMINT", "INT", "INT UNSIGNED", "BIGINT", "BIGINT UNSIGNED", "BIGINT ZEROFILL",
	"DECIMAL(20,0)", "DECIMAL(65,30)", "FLOAT", "DOUBLE", "DOUBLE(20,4)", "DOUBLE UNSIGNED",
	"DATE", "TIME", "TIME(6)", "DATETIME", "DATETIME(6)", "TIMESTAMP", "TIMESTAMP(6)", "YEAR",
	"CHAR(36)", "CHAR(255)", "VARCHAR(20)", "VARCHAR(254)", "VARCHAR(255)", "VARCHAR(4000)",
	"VARCHAR(255) CHARACTER SET latin1", "VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin", "VARCHAR(255) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin",
	"VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
	"VARCHAR(255) CHARACTER SET utf8mb4 COLLATE {bytewise}", "VARCHAR(255) CHARACTER SET utf16",
	"TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT", "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "LONGTEXT CHARACTER SET latin1",
	"BINARY(16)", "BINARY(255)", "VARBINARY(20)", "VARBINARY(32)", "VARBINARY(255)", "VARBINARY(1016)", "VARBINARY(3072)", "VARBINARY(4000)",
	"TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB", "ENUM('a','b')", "SET('a','b')", "JSON", "GEOMETRY", "POINT",
	"UUID", "INET4", "INET6", "VECTOR(3)", "XMLTYPE",
}

// columnsOf are our columns of each kind. Integers are left out: a column that
// is too narrow is accepted, and what does not fit it is out of range (see
// TestOthersTable).
var columnsOf = []struct {
	what, table, column string
	null, rich          bool
}{
	{"id", "users", "id", false, false},
	{"unique text", "users", "email", false, false},
	{"text", "users", "name", false, false},
	{"time or NULL", "users", "seen", true, false},
	{"time", "sessions", "expires_at", false, false},
	{"credential", "sessions", "credential", false, false},
	{"bool", "users", "select", false, true},
	{"unique bytes", "users", "key", false, true},
	{"bytes", "users", "photo", true, true},
	{"float or NULL", "users", "weight", true, true},
	{"JSON", "users", "settings", false, true},
}

func typeObjects() []object {
	var all []object
	for _, c := range columnsOf {
		for _, typ := range columnTypes {
			null := " NOT NULL"
			if c.null {
				null = " NULL"
			}
			all = append(all, object{kind: "column type", name: c.what + ": " + typ, anything: true, empty: true, rich: c.rich, unreferenced: true,
				create: fmt.Sprintf("ALTER TABLE %s MODIFY `%s` %s%s", c.table, c.column, typ, null)})
		}
	}
	return all
}

// grantObjects are what an account may do: all that is needed, and each right
// taken away alone.
func grantObjects() []object {
	rights := []string{"SELECT", "INSERT", "UPDATE", "DELETE"}
	grant := func(left, table string) string {
		var text []string
		for _, t := range []string{"users", "sessions"} {
			var with []string
			for _, r := range rights {
				if r != left || t != table {
					with = append(with, r)
				}
			}
			text = append(text, "GRANT "+strings.Join(with, ", ")+" ON {db}."+t+" TO {account}")
		}
		return strings.Join(text, ";\n")
	}
	role := "CREATE ROLE {account}r;\n" + strings.ReplaceAll(grant("", ""), "{account}", "{account}r") + ";\nGRANT {account}r TO {account}"
	all := []object{
		{kind: "grant", name: "what is needed", create: grant("", "")},
		{kind: "grant", name: "everything in the database", create: "GRANT ALL ON {db}.* TO {account}"},
		{kind: "grant", name: "nothing", create: "GRANT USAGE ON *.* TO {account}"},
		{kind: "grant", name: "some columns", create: grant("SELECT", "users") + ";\nGRANT SELECT (id, email) ON {db}.users TO {account}"},
		{kind: "grant", name: "to read alone", create: "GRANT SELECT ON {db}.* TO {account}"},
		{engine: "mysql", kind: "grant", name: "through a role", create: role + ";\nSET DEFAULT ROLE ALL TO {account}"},
		{engine: "mariadb", kind: "grant", name: "through a role", create: role + ";\nSET DEFAULT ROLE {account}r FOR {account}"},
	}
	for _, table := range []string{"users", "sessions"} {
		for _, right := range rights {
			all = append(all, object{kind: "grant", name: "without " + right + " on " + table, create: grant(right, table)})
		}
	}
	for i := range all {
		all[i].grants, all[i].anything, all[i].rich = true, true, true
	}
	return all
}
