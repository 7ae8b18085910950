package mysql

import (
	"database/sql/driver"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
)

// codes are the numbers of MySQL and MariaDB, and names of our own for what
// the driver says by itself.
var codes = []sqlstore.Code{
	{Code: notSent, Meaning: "driver.ErrBadConn", Fault: sqlstore.Unavailable,
		Note: "the driver's own: the connection was gone before anything was sent"},
	{Code: tooLarge, Meaning: "mysql.ErrPktTooLarge", Fault: sqlstore.TooLong,
		Note: "the driver's own, or the adapter's: over max_allowed_packet, so nothing was sent"},

	{Code: tableTaken, Meaning: "ER_CANT_CREATE_TABLE", Fault: sqlstore.Again,
		Note: "MariaDB, with errno 121: the name of a foreign key is taken, because another process migrates"},
	{Code: "1020", Meaning: "ER_CHECKREAD", Fault: sqlstore.Again, Note: "MariaDB from 11.6.2 on says this where MySQL says 1213"},
	{Code: "1022", Meaning: "ER_DUP_KEY", Fault: sqlstore.NotUnique},
	{Code: "1037", Meaning: "ER_OUTOFMEMORY", Fault: sqlstore.Unavailable},
	{Code: "1038", Meaning: "ER_OUT_OF_SORTMEMORY", Fault: sqlstore.Unavailable},
	{Code: "1040", Meaning: "ER_CON_COUNT_ERROR", Fault: sqlstore.Unavailable},
	{Code: "1041", Meaning: "ER_OUT_OF_RESOURCES", Fault: sqlstore.Unavailable},
	{Code: "1047", Meaning: "ER_UNKNOWN_COM_ERROR", Fault: sqlstore.Unavailable,
		Note: "Galera: this node is not part of the primary component"},
	{Code: "1048", Meaning: "ER_BAD_NULL_ERROR", Fault: sqlstore.Null},
	{Code: "1050", Meaning: "ER_TABLE_EXISTS_ERROR", Fault: sqlstore.Again, Note: migrating},
	{Code: "1053", Meaning: "ER_SERVER_SHUTDOWN", Fault: sqlstore.Unavailable,
		Note: "the server says this of a statement that it did not finish"},
	{Code: "1060", Meaning: "ER_DUP_FIELDNAME", Fault: sqlstore.Again, Note: migrating},
	{Code: "1061", Meaning: "ER_DUP_KEYNAME", Fault: sqlstore.Again, Note: migrating},
	{Code: "1062", Meaning: "ER_DUP_ENTRY", Fault: sqlstore.NotUnique,
		Note: "the key's name stands in the text alone, after the value: only the last quoted name counts"},
	{Code: "1129", Meaning: "ER_HOST_IS_BLOCKED", Fault: sqlstore.Unavailable},
	{Code: "1146", Meaning: "ER_NO_SUCH_TABLE", Fault: sqlstore.Failed, Note: "if it is one of ours, the error says so"},
	{Code: "1158", Meaning: "ER_NET_READ_ERROR", Fault: sqlstore.Lost},
	{Code: "1159", Meaning: "ER_NET_READ_INTERRUPTED", Fault: sqlstore.Lost},
	{Code: "1160", Meaning: "ER_NET_ERROR_ON_WRITE", Fault: sqlstore.Lost},
	{Code: "1161", Meaning: "ER_NET_WRITE_INTERRUPTED", Fault: sqlstore.Lost},
	{Code: "1180", Meaning: "ER_ERROR_DURING_COMMIT", Fault: sqlstore.Lost},
	{Code: "1203", Meaning: "ER_TOO_MANY_USER_CONNECTIONS", Fault: sqlstore.Unavailable},
	{Code: "1205", Meaning: "ER_LOCK_WAIT_TIMEOUT", Fault: sqlstore.Waited,
		Note: "it has waited for innodb_lock_wait_timeout already, so it is not tried again; a read needs no lock, but on a Galera cluster waits for the other nodes, which may be gone"},
	{Code: "1206", Meaning: "ER_LOCK_TABLE_FULL", Fault: sqlstore.Unavailable},
	{Code: "1213", Meaning: "ER_LOCK_DEADLOCK", Fault: sqlstore.Again,
		Note: "tried again, 20 times at the most; on a Galera cluster also a failed certification"},
	{Code: "1216", Meaning: "ER_NO_REFERENCED_ROW", Fault: sqlstore.NoReference,
		Note: "1452 without the names, for those who may not see the other table"},
	{Code: "1217", Meaning: "ER_ROW_IS_REFERENCED", Fault: sqlstore.NoReference},
	{Code: "1226", Meaning: "ER_USER_LIMIT_REACHED", Fault: sqlstore.Unavailable},
	{Code: "1264", Meaning: "ER_WARN_DATA_OUT_OF_RANGE", Fault: sqlstore.OutOfRange},
	{Code: "1265", Meaning: "WARN_DATA_TRUNCATED", Fault: sqlstore.CheckRule},
	{Code: "1290", Meaning: "ER_OPTION_PREVENTS_STATEMENT", Fault: sqlstore.ReadOnly,
		Note: "a server that was made read-only, as before a failover: the connection is given up"},
	{Code: "1292", Meaning: "ER_TRUNCATED_WRONG_VALUE", Fault: sqlstore.CheckRule},
	{Code: "1317", Meaning: "ER_QUERY_INTERRUPTED", Fault: sqlstore.Cancelled, Note: "KILL QUERY"},
	{Code: "1364", Meaning: "ER_NO_DEFAULT_FOR_FIELD", Fault: sqlstore.Null, Note: "a column that others made, and no attribute is for"},
	{Code: "1366", Meaning: "ER_TRUNCATED_WRONG_VALUE_FOR_FIELD", Fault: sqlstore.CheckRule},
	{Code: "1406", Meaning: "ER_DATA_TOO_LONG", Fault: sqlstore.TooLong},
	{Code: "1451", Meaning: "ER_ROW_IS_REFERENCED_2", Fault: sqlstore.NoReference},
	{Code: "1452", Meaning: "ER_NO_REFERENCED_ROW_2", Fault: sqlstore.NoReference,
		Note: "MySQL says this before it looks whether the id is taken, so the adapter looks again"},
	{Code: "1586", Meaning: "ER_DUP_ENTRY_WITH_KEY_NAME", Fault: sqlstore.NotUnique},
	{Code: "1690", Meaning: "ER_DATA_OUT_OF_RANGE", Fault: sqlstore.OutOfRange},
	{Code: "1792", Meaning: "ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION", Fault: sqlstore.ReadOnly,
		Note: "where transaction_read_only is on"},
	{Code: "1826", Meaning: "ER_FK_DUP_NAME", Fault: sqlstore.Again, Note: migrating},
	{Code: "1836", Meaning: "ER_READ_ONLY_MODE", Fault: sqlstore.ReadOnly},
	{Code: "1927", Meaning: "ER_CONNECTION_KILLED", Fault: sqlstore.Lost, Note: "MariaDB"},
	{Code: "1969", Meaning: "ER_STATEMENT_TIMEOUT", Fault: sqlstore.Cancelled,
		Note: "MariaDB, where max_statement_time has passed: then no context of the caller's is done"},
	{Code: "3024", Meaning: "ER_QUERY_TIMEOUT", Fault: sqlstore.Cancelled, Note: "MySQL, where max_execution_time has passed"},
	{Code: "3140", Meaning: "ER_INVALID_JSON_TEXT", Fault: sqlstore.CheckRule, Note: "a JSON column that others made"},
	{Code: "3572", Meaning: "ER_LOCK_NOWAIT", Fault: sqlstore.Conflict},
	{Code: "3819", Meaning: "ER_CHECK_CONSTRAINT_VIOLATED", Fault: sqlstore.CheckRule, Note: "MySQL"},
	{Code: "4025", Meaning: "ER_CONSTRAINT_FAILED", Fault: sqlstore.CheckRule, Note: "MariaDB"},
	{Code: "4031", Meaning: "ER_CLIENT_INTERACTION_TIMEOUT", Fault: sqlstore.Unavailable,
		Note: "MySQL from 8.0.24 on: the connection was idle for longer than wait_timeout, and the statement was not run"},
}

// migrating is what codes say of what is there already.
const migrating = "another process migrates and was quicker"

const (
	notSent    = "not sent"
	tooLarge   = sqlstore.TooLarge
	tableTaken = "1005/121"
)

// lost reports whether go-sql-driver says that a connection is gone, or that
// its two ends no longer understand each other.
func lost(err error) bool {
	for _, gone := range []error{
		mysql.ErrInvalidConn, mysql.ErrMalformPkt, mysql.ErrPktSync, mysql.ErrPktSyncMul, mysql.ErrBusyBuffer,
	} {
		if errors.Is(err, gone) {
			return true
		}
	}
	return false
}

// report reads an error of the server's. Which constraint or column it is about
// stands in its text alone, which the server translates and which holds values.
func report(err error) (sqlstore.Report, bool) {
	switch {
	case errors.Is(err, driver.ErrBadConn): // go-sql-driver promises that
		return sqlstore.Report{Code: notSent}, true
	case errors.Is(err, mysql.ErrPktTooLarge):
		return sqlstore.Report{Code: tooLarge}, true
	}
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return sqlstore.Report{}, false
	}
	r := sqlstore.Report{Code: strconv.Itoa(int(e.Number)), Text: e.Message}
	switch e.Number {
	case 1005:
		if strings.Contains(e.Message, "(errno: 121 ") {
			r.Code = tableTaken
		}
	case 1146:
		r.NoTable = true
	case 1451: // a text without values
		r.Refers = true
		if key := referring.FindStringSubmatch(e.Message); key != nil {
			r.Table = key[1]
		}
	case 1452: // a text without values
		if key := foreignKey.FindStringSubmatch(e.Message); key != nil {
			r.Column = key[1]
		}
	}
	return r, true
}

var referring = regexp.MustCompile("`\\.`([^`]*)`, CONSTRAINT ")

var foreignKey = regexp.MustCompile("FOREIGN KEY \\(`([^`]*)`\\)")
