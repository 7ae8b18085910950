package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/tenon-go/tenon/adapters/internal/prepared"
	"github.com/tenon-go/tenon/spec/attr"
)

// session is what go-sql-driver's connections are.
type session interface {
	prepared.Conn
	driver.NamedValueChecker
}

// facts are what a connection of Open asks its session for, once.
type facts struct {
	connection int64  // its number
	host       string // the server's name
	maxPacket  int    // bytes that the server takes at once, and that the driver sends
	client     string // the character set that values are taken to be in
	converted  string // the one that they are converted to
	mode       string // sql_mode
	clustered  bool   // it is on a node of a Galera cluster
}

// askFacts is a query for the facts, in their order. Text comes as its bytes,
// whatever the session's character set. What is between /*M! and */ is a comment to
// MySQL, which has no Galera.
const askFacts = "SELECT CAST(CONNECTION_ID() AS SIGNED), CAST(@@hostname AS BINARY), CAST(@@max_allowed_packet AS SIGNED), " +
	"CAST(@@character_set_client AS BINARY), CAST(@@character_set_connection AS BINARY), CAST(@@sql_mode AS BINARY), " +
	"0 /*M! + EXISTS (SELECT 1 FROM information_schema.session_variables WHERE variable_name = 'WSREP_ON' AND variable_value = 'ON') */"

func factsOf(ctx context.Context, s session) (f facts, err error) {
	rows, err := s.QueryContext(ctx, askFacts, nil)
	if err != nil {
		return facts{}, err
	}
	defer rows.Close()
	into := []any{&f.connection, &f.host, &f.maxPacket, &f.client, &f.converted, &f.mode, &f.clustered}
	row := make([]driver.Value, len(into))
	if err := rows.Next(row); err != nil {
		return facts{}, err
	}
	for i, p := range into {
		if err := attr.Set(p, row[i]); err != nil {
			return facts{}, err
		}
	}
	return f, nil
}

// binds reports whether a value that is bound to a prepared statement arrives as
// it was sent: text is not converted on its way, and is not null where it is
// empty, as in MariaDB's mode EMPTY_STRING_IS_NULL. A node of a cluster binds
// nothing: one that has lost its majority refuses a statement at once, but to
// prepare it waits without end where reads wait for the cluster.
func (f facts) binds() bool {
	return !f.clustered && f.client == "utf8mb4" && f.converted == "utf8mb4" && !strings.Contains(f.mode, "EMPTY_STRING_IS_NULL")
}

// settle returns the statement that gives a session the settings that statements
// rely on: see pinning. Text comes as it is kept, which is as UTF-8. The mode is
// in a character set of its own, since that of the session may not be ASCII's.
func (f facts) settle() string {
	mode := strings.TrimPrefix(f.mode+","+strict, ",")
	return "SET sql_mode = _utf8mb4'" + mode + "', " + checks + ", character_set_results = NULL"
}

// fit reports whether the driver sends, and the server takes, a statement and its
// values. The driver would call a text that is too long a bad connection.
func (f facts) fit(query string, args []driver.NamedValue) bool {
	const header, perValue = 16, 16 // more than they take
	size := header
	for _, arg := range args {
		size += perValue
		switch v := arg.Value.(type) {
		case string:
			size += len(v)
		case []byte:
			size += len(v)
		}
	}
	return f.maxPacket <= 0 || max(packetHeader+len(query), size) <= f.maxPacket
}

// rules say that a connection prepares statements with values only: without, text
// costs one round trip, too.
var rules = prepared.Rules{Unprepared: func(err error) bool {
	e, ok := errors.AsType[*mysql.MySQLError](err)
	return ok && slices.Contains(unprepared, e.Number)
}}

// unprepared are the numbers of errors of statements that were not run: the
// server does not prepare them, or does not know them any more, as behind a proxy
// that has changed servers.
var unprepared = []uint16{
	1243, // ER_UNKNOWN_STMT_HANDLER
	1295, // ER_UNSUPPORTED_PS
	1461, // ER_MAX_PREPARED_STMT_COUNT_REACHED
	1615, // ER_NEED_REPREPARE
}
