package mysql

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/jmoiron/sqlx"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
	"github.com/tenon-go/tenon/spec"
	"github.com/tenon-go/tenon/spec/attr"
)

// dialect returns the dialect of a server.
func dialect(server settings, o options) *sqlstore.Dialect {
	engine := "MySQL"
	if server.mariadb {
		engine = "MariaDB"
	}
	begin := "START TRANSACTION"
	if server.cluster { // statements within a transaction do not wait
		begin = waiting + begin
	}
	pin, fits := pinning(server, o), mayRefer
	if o.unreferenced {
		fits = mayCompare
	}
	return &sqlstore.Dialect{
		Name:    name,
		Engine:  engine,
		Version: "SELECT SUBSTRING_INDEX(VERSION(), '-', 1)", // the rest names the build

		Weaknesses: spec.Weaknesses{
			Orphans:    o.unreferenced,
			StaleReads: server.cluster && !server.causal && o.stale,
		},

		Naming: sqlstore.Naming{
			Quote:       quote,
			MaxName:     64,
			Folded:      true,
			NameProblem: server.nameProblem,
		},
		Statements: sqlstore.Statements{
			Bind: sqlx.QUESTION,
			Time: func(t time.Time) any { return t.UnixMilli() },
			List: list,
			Dual: "FROM DUAL ",
			// Only MySQL has the other form, FOR SHARE.
			Share: " LOCK IN SHARE MODE",
			// Text is read as bytes, which does not depend on the session's character set.
			Selected:    map[attr.Kind]string{attr.String: "CAST(%s AS BINARY)", attr.JSON: "CAST(%s AS BINARY)"},
			PinSettings: pin,

			Literals: literals(server.maxPacket),
			// The number of changed rows depends on the driver's clientFoundRows.
			Outcome: &sqlstore.Outcome{
				Condition: fmt.Sprintf("LAST_INSERT_ID(IF(%%s, %d, %d)) = %[1]d", sqlstore.OutcomeMet, sqlstore.OutcomeUnmet),
				// A constant could be evaluated before a row is found.
				Always: "COALESCE(LENGTH(%s), 0) >= 0",
			},
		},
		Transactions: sqlstore.Transactions{
			Begin: begin,
			// Otherwise the session's completion_type could begin another transaction.
			Ended: " AND NO CHAIN NO RELEASE",
		},
		Rows: sqlstore.Rows{ForeignKeys: !o.unreferenced, Unreferenced: o.unreferenced},
		Errors: sqlstore.Errors{
			Report: report,
			Lost:   lost,
			Codes:  codes,
		},
		Schema: sqlstore.Schema{
			Type:          columnType,
			Zero:          zero,
			TableOptions:  " ENGINE=InnoDB ROW_FORMAT=DYNAMIC",
			OneCreate:     true,
			AddForeignKey: true,
			MayRefer:      fits,
			AutoCommit:    true,
			Guard: &sqlstore.Guard{
				Set:   "SET @tenon_checks = @@foreign_key_checks, foreign_key_checks = ON",
				Reset: "SET foreign_key_checks = @tenon_checks",
			},
			SchemaExists: pin("SELECT 1 FROM information_schema.schemata WHERE schema_name = ?"),
			Catalog:      catalog(pin),
			TypeMismatch: typeMismatch,
			UserIDOptions: []sqlstore.UserIDOption{
				{Name: "WithUserIDs(mysql.IntegerIDs)", Of: "integers", IDs: sqlstore.IntegerIDs},
				{Name: "WithUserIDs(mysql.UUIDs)", Of: "UUIDs", IDs: sqlstore.UUIDs(sqlstore.UUID)},
				{Name: "WithUserIDs(mysql.BinaryUUIDs)", Of: "UUIDs", IDs: binaryUUIDs},
			},
		},
	}
}

// list is a query for the strings in a JSON array. It returns bytes that are not longer
// than an id: for any other type MySQL builds no index and reads the list again for each
// row. For MariaDB the hint is a comment, and the statement sets its optimizer_switch. The
// paths have a character set because MySQL does not accept them as JSON if that of the
// session is binary.
const list = `SELECT /*+ SUBQUERY(MATERIALIZATION) */ j.id FROM JSON_TABLE(?, _utf8mb4'$[*]' COLUMNS (id VARCHAR(255) CHARACTER SET binary PATH _utf8mb4'$')) AS j`

func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// nameProblem returns why MySQL cannot hold a name or a session cannot send it, or "". Unlike
// values, names are in the session's character set.
func (s settings) nameProblem(name string) string {
	ascii := !strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII })
	switch {
	case !ascii && s.charset != "" && !strings.HasPrefix(s.charset, "utf8"):
		return "is not ASCII, and the session's character set is " + s.charset + ": it must be utf8mb4"
	case strings.HasSuffix(name, " "):
		return "ends with a space"
	case strings.ContainsFunc(name, func(r rune) bool { return r > 0xffff }):
		return "has a character beyond U+FFFF"
	}
	return ""
}

// strict is the sql_mode of writes. With it values are not truncated, and an id of 0 does
// not request an auto-increment value.
const strict = "TRADITIONAL,NO_AUTO_VALUE_ON_ZERO"

// checks are the settings with which keys and references are enforced.
const checks = "foreign_key_checks = ON, unique_checks = ON"

// pinning returns the function that makes a statement independent of its session's
// settings: it adds that the statement is strict and that keys and references are
// enforced. This costs up to a tenth of the statement's time. The sessions of Open have
// these settings from the start, so for them it adds nothing. A trigger cannot change
// them: its changes end with the trigger.
func pinning(server settings, o options) func(string) string {
	return func(statement string) string {
		verb, rest, _ := strings.Cut(statement, " ")
		if verb == "SELECT" {
			if server.cluster && !o.stale {
				return waiting + statement
			}
			return statement
		}
		var set []string
		if !server.ours || server.cluster {
			set = append(strings.Split(checks, ", "), "sql_mode = '"+strict+"'")
		}
		if server.mariadb && strings.Contains(statement, list) {
			set = append(set, "optimizer_switch = 'materialization=on,in_to_exists=off'")
		}
		if server.cluster {
			set = append(set, syncWait)
		}
		switch {
		case len(set) == 0:
			return statement
		case server.mariadb:
			return "SET STATEMENT " + strings.Join(set, ", ") + " FOR " + statement
		}
		return verb + " /*+ SET_VAR(" + strings.Join(set, ") SET_VAR(") + ") */ " + rest
	}
}

// waiting makes a statement wait until its node of a Galera cluster has applied all
// writes that any node has acknowledged.
var (
	syncWait = "wsrep_sync_wait = " + strconv.Itoa(syncAll)
	waiting  = "SET STATEMENT " + syncWait + " FOR "
)

func columnType(c sqlstore.Column) string {
	size := strconv.Itoa(c.Max)
	switch {
	case c.Attribute == "" && c.Kind == attr.Bytes:
		return "BINARY(" + size + ")"
	case c.Attribute == "" && c.Kind == attr.String, c.Unique && c.Kind == attr.Bytes:
		return "VARBINARY(" + size + ")"
	case c.Unique && c.Kind == attr.String:
		return "VARBINARY(" + strconv.Itoa(bytesPerRune*c.Max) + ")"
	}
	return types[c.Kind]
}

// bytesPerRune is the maximum size of a code point.
const bytesPerRune = 4

// text is the type of texts that are never compared.
const text = "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"

var types = map[attr.Kind]string{
	attr.String: text,
	attr.Bool:   "TINYINT(1)",
	attr.Int:    "BIGINT",
	attr.Float:  "DOUBLE",
	attr.Time:   "BIGINT", // milliseconds, which have no zone, no rounding and all years
	attr.Bytes:  "LONGBLOB",
	attr.JSON:   text, // the type JSON changes values

	sqlstore.UUID: "CHAR(36) CHARACTER SET ascii COLLATE ascii_bin",
}

// zero are expressions, because a text column cannot have a literal as its default.
var zero = map[attr.Kind]string{
	attr.String: "('')",
	attr.Bool:   "0",
	attr.Int:    "0",
	attr.Float:  "0",
	attr.Time:   strconv.FormatInt(time.Time{}.UnixMilli(), 10),
	attr.JSON:   "('null')",
}
