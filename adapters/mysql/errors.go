package mysql

import (
	"database/sql/driver"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/adapters/internal/fault"
	"github.com/tenon-go/tenon/adapters/internal/sqlstore"
)

// codes are the error numbers of MySQL and MariaDB, and our own names for errors of the
// driver.
var codes = []fault.Code{
	{Code: notSent, Name: "driver.ErrBadConn", Fault: fault.Unavailable,
		Note: "the driver's own: the connection was gone before anything was sent"},
	{Code: tooLarge, Name: "mysql.ErrPktTooLarge", Fault: fault.TooLong,
		Note: "the driver's own, or the adapter's: over max_allowed_packet, so nothing was sent"},

	{Code: "no such way to sign in: allowNativePasswords", Name: "mysql.ErrNativePassword", Fault: fault.Failed, Note: signingIn},
	{Code: "no such way to sign in: allowCleartextPasswords", Name: "mysql.ErrCleartextPassword", Fault: fault.Failed, Note: signingIn},
	{Code: "no such way to sign in: allowOldPasswords", Name: "mysql.ErrOldPassword", Fault: fault.Failed, Note: signingIn},
	{Code: "no such way to sign in", Name: "mysql.ErrUnknownPlugin", Fault: fault.Failed, Note: signingIn},
	{Code: "the server has no TLS", Name: "mysql.ErrNoTLS", Fault: fault.Failed, Note: "the driver's own: the data source name requires TLS"},

	{Code: "1005/" + keyTaken, Name: "ER_CANT_CREATE_TABLE", Fault: fault.Retry,
		Note: "MariaDB, with errno 121: the name of a foreign key is taken, because another process migrates"},
	{Code: "1005/" + readOnly, Name: "ER_CANT_CREATE_TABLE", Fault: fault.ReadOnly,
		Note: "MariaDB that was started with innodb_read_only: Migrate"},
	{Code: "1015/" + readOnly, Name: "ER_CANT_LOCK", Fault: fault.ReadOnly,
		Note: "MySQL that was started with innodb_read_only"},
	{Code: "1020", Name: "ER_CHECKREAD", Fault: fault.Retry, Note: "MariaDB from 11.6.2 on says this where MySQL says 1213"},
	{Code: "1022", Name: "ER_DUP_KEY", Fault: fault.NotUnique},
	{Code: "1036", Name: "ER_OPEN_AS_READONLY", Fault: fault.ReadOnly,
		Note: "MariaDB that was started with innodb_read_only"},
	{Code: "1037", Name: "ER_OUTOFMEMORY", Fault: fault.Unavailable},
	{Code: "1038", Name: "ER_OUT_OF_SORTMEMORY", Fault: fault.Unavailable},
	{Code: "1040", Name: "ER_CON_COUNT_ERROR", Fault: fault.Unavailable},
	{Code: "1041", Name: "ER_OUT_OF_RESOURCES", Fault: fault.Unavailable},
	{Code: "1047", Name: "ER_UNKNOWN_COM_ERROR", Fault: fault.Unavailable,
		Note: "Galera: this node is not part of the primary component"},
	{Code: "1048", Name: "ER_BAD_NULL_ERROR", Fault: fault.Null},
	{Code: "1050", Name: "ER_TABLE_EXISTS_ERROR", Fault: fault.Retry, Note: migrating},
	{Code: "1053", Name: "ER_SERVER_SHUTDOWN", Fault: fault.Unavailable,
		Note: "the server sends this for a statement that it did not finish"},
	{Code: "1060", Name: "ER_DUP_FIELDNAME", Fault: fault.Retry, Note: migrating},
	{Code: "1061", Name: "ER_DUP_KEYNAME", Fault: fault.Retry, Note: migrating},
	{Code: "1062", Name: "ER_DUP_ENTRY", Fault: fault.NotUnique,
		Note: "only the text names the key, after the value: the last quoted name counts"},
	{Code: "1129", Name: "ER_HOST_IS_BLOCKED", Fault: fault.Unavailable},
	{Code: "1146", Name: "ER_NO_SUCH_TABLE", Fault: fault.Failed, Note: "if it is one of ours, the error says so"},
	{Code: "1158", Name: "ER_NET_READ_ERROR", Fault: fault.Lost},
	{Code: "1159", Name: "ER_NET_READ_INTERRUPTED", Fault: fault.Lost},
	{Code: "1160", Name: "ER_NET_ERROR_ON_WRITE", Fault: fault.Lost},
	{Code: "1161", Name: "ER_NET_WRITE_INTERRUPTED", Fault: fault.Lost},
	{Code: "1180", Name: "ER_ERROR_DURING_COMMIT", Fault: fault.Lost},
	{Code: "1203", Name: "ER_TOO_MANY_USER_CONNECTIONS", Fault: fault.Unavailable},
	{Code: "1205", Name: "ER_LOCK_WAIT_TIMEOUT", Fault: fault.Waited,
		Note: "the statement has already waited for innodb_lock_wait_timeout, so it is not tried again; a read needs no lock, but on a Galera cluster it waits for the other nodes, which may be gone"},
	{Code: "1206", Name: "ER_LOCK_TABLE_FULL", Fault: fault.Unavailable},
	{Code: "1213", Name: "ER_LOCK_DEADLOCK", Fault: fault.Retry,
		Note: "tried again, at most 20 times; on a Galera cluster also a failed certification"},
	{Code: "1216", Name: "ER_NO_REFERENCED_ROW", Fault: fault.NoReference,
		Note: "1452 without the names, for accounts that may not see the other table"},
	{Code: "1217", Name: "ER_ROW_IS_REFERENCED", Fault: fault.NoReference},
	{Code: "1226", Name: "ER_USER_LIMIT_REACHED", Fault: fault.Unavailable},
	{Code: "1264", Name: "ER_WARN_DATA_OUT_OF_RANGE", Fault: fault.OutOfRange},
	{Code: "1265", Name: "WARN_DATA_TRUNCATED", Fault: fault.CheckRule},
	{Code: "1290", Name: "ER_OPTION_PREVENTS_STATEMENT", Fault: fault.ReadOnly,
		Note: "a server that was made read-only, as before a failover: the connection is closed"},
	{Code: "1292", Name: "ER_TRUNCATED_WRONG_VALUE", Fault: fault.CheckRule},
	{Code: "1317", Name: "ER_QUERY_INTERRUPTED", Fault: fault.Cancelled, Note: "KILL QUERY"},
	{Code: "1364", Name: "ER_NO_DEFAULT_FOR_FIELD", Fault: fault.Null, Note: "a column of an existing table that has no attribute"},
	{Code: "1366", Name: "ER_TRUNCATED_WRONG_VALUE_FOR_FIELD", Fault: fault.CheckRule},
	{Code: "1406", Name: "ER_DATA_TOO_LONG", Fault: fault.TooLong},
	{Code: "1451", Name: "ER_ROW_IS_REFERENCED_2", Fault: fault.NoReference},
	{Code: "1452", Name: "ER_NO_REFERENCED_ROW_2", Fault: fault.NoReference,
		Note: "MySQL says this before it looks whether the id is taken, so the adapter looks again"},
	{Code: "1586", Name: "ER_DUP_ENTRY_WITH_KEY_NAME", Fault: fault.NotUnique},
	{Code: "1690", Name: "ER_DATA_OUT_OF_RANGE", Fault: fault.OutOfRange},
	{Code: "1792", Name: "ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION", Fault: fault.ReadOnly,
		Note: "where transaction_read_only is on"},
	{Code: "1826", Name: "ER_FK_DUP_NAME", Fault: fault.Retry, Note: migrating},
	{Code: "1836", Name: "ER_READ_ONLY_MODE", Fault: fault.ReadOnly,
		Note: "MySQL that was started with innodb_read_only: Migrate; MariaDB that was started with innodb_force_recovery"},
	{Code: "1881", Name: "ER_INNODB_FORCED_RECOVERY", Fault: fault.ReadOnly,
		Note: "MySQL that was started with innodb_force_recovery"},
	{Code: "1927", Name: "ER_CONNECTION_KILLED", Fault: fault.Lost, Note: "MariaDB"},
	{Code: "1969", Name: "ER_STATEMENT_TIMEOUT", Fault: fault.Cancelled,
		Note: "MariaDB: max_statement_time has passed, and not the caller's context"},
	{Code: "3024", Name: "ER_QUERY_TIMEOUT", Fault: fault.Cancelled, Note: "MySQL: max_execution_time has passed"},
	{Code: "3140", Name: "ER_INVALID_JSON_TEXT", Fault: fault.CheckRule, Note: "a JSON column of an existing table"},
	{Code: "3572", Name: "ER_LOCK_NOWAIT", Fault: fault.Conflict},
	{Code: "3819", Name: "ER_CHECK_CONSTRAINT_VIOLATED", Fault: fault.CheckRule, Note: "MySQL"},
	{Code: "3989", Name: "ER_SCHEMA_READ_ONLY", Fault: fault.ReadOnly, Note: "MySQL, after ALTER SCHEMA … READ ONLY = 1"},
	{Code: "4025", Name: "ER_CONSTRAINT_FAILED", Fault: fault.CheckRule, Note: "MariaDB"},
	{Code: "4031", Name: "ER_CLIENT_INTERACTION_TIMEOUT", Fault: fault.Unavailable,
		Note: "MySQL from 8.0.24 on: the connection was idle for longer than wait_timeout, and the statement was not run"},
}

// migrating is the note of the codes for objects that exist already.
const migrating = "another process that migrates was faster"

// signingIn is the note of the codes for accounts that the driver must not sign in to.
const signingIn = "the driver's own: the account needs a method that the data source name forbids"

const (
	notSent  = "not sent"
	tooLarge = sqlstore.TooLarge
)

// The numbers of errors of storage engines.
const (
	keyTaken = "121" // HA_ERR_FOUND_DUPP_KEY
	readOnly = "165" // HA_ERR_TABLE_READONLY
)

// lost reports whether an error of go-sql-driver means that the connection is lost or that
// its protocol is out of sync.
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

// report reads an error of the server. Only its text names the constraint or the column.
// The server translates the text, and it contains values.
func report(err error) (sqlstore.Report, bool) {
	switch {
	case errors.Is(err, driver.ErrBadConn), // go-sql-driver promises that nothing was sent
		err.Error() == "bad connection": // the same for this error, which it does not export
		return sqlstore.Report{Code: notSent}, true
	case errors.Is(err, mysql.ErrPktTooLarge):
		return sqlstore.Report{Code: tooLarge}, true
	}
	for own, code := range refusals {
		if errors.Is(err, own) {
			return sqlstore.Report{Code: code}, true
		}
	}
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return sqlstore.Report{}, false
	}
	r := sqlstore.Report{Code: strconv.Itoa(int(e.Number)), Text: e.Message}
	switch e.Number {
	case 1005, 1015: // the text has the storage engine's error number
		for _, number := range []string{keyTaken, readOnly} {
			if strings.Contains(e.Message, "(errno: "+number+" ") {
				r.Code += "/" + number
			}
		}
	case 1146:
		r.NoTable = true
	case 1451: // this text contains no values
		r.Refers = true
		if key := referring.FindStringSubmatch(e.Message); key != nil {
			r.Table = key[1]
		}
	case 1452: // this text contains no values
		if key := foreignKey.FindStringSubmatch(e.Message); key != nil {
			r.Column = key[1]
		}
	}
	return r, true
}

// refusals are the codes of the driver's errors when it must not sign in.
var refusals = map[error]string{
	mysql.ErrNativePassword:    "no such way to sign in: allowNativePasswords",
	mysql.ErrCleartextPassword: "no such way to sign in: allowCleartextPasswords",
	mysql.ErrOldPassword:       "no such way to sign in: allowOldPasswords",
	mysql.ErrUnknownPlugin:     "no such way to sign in",
	mysql.ErrNoTLS:             "the server has no TLS",
}

var referring = regexp.MustCompile("`\\.`([^`]*)`, CONSTRAINT ")

var foreignKey = regexp.MustCompile("FOREIGN KEY \\(`([^`]*)`\\)")
