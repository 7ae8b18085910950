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

// session is the type of go-sql-driver's connections.
type session interface {
	prepared.Conn
	driver.NamedValueChecker
}

// facts are the properties of a session that a connection of Open reads once.
type facts struct {
	connection int64  // number of the connection
	host       string // name of the server
	maxPacket  int    // size of the largest packet that the server accepts and the driver sends
	client     string // character set in which the server expects values
	converted  string // character set to which the server converts them
	mode       string // sql_mode
	clustered  bool   // the server is a node of a Galera cluster
}

// askFacts is a query for the facts, in their order. It returns text as bytes, which does
// not depend on the session's character set. The part between /*M! and */ is a comment for
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

// binds reports whether the server receives a value that is bound to a prepared statement
// unchanged. It does not if it converts text to another character set, or turns an empty
// text into null, as in MariaDB's mode EMPTY_STRING_IS_NULL. For a node of a cluster binds
// returns false. If such a node has lost the majority, it refuses a plain statement at
// once, but preparing one can hang forever if reads wait for the cluster.
func (f facts) binds() bool {
	return !f.clustered && f.client == "utf8mb4" && f.converted == "utf8mb4" && !strings.Contains(f.mode, "EMPTY_STRING_IS_NULL")
}

// pinStatement returns the statement that gives a session the settings that statements rely on:
// see pinning. The server then returns text as it is stored, in UTF-8. The mode is written
// with its own character set, because that of the session may not include ASCII.
func (f facts) pinStatement() string {
	mode := strings.TrimPrefix(f.mode+","+strict, ",")
	return "SET sql_mode = _utf8mb4'" + mode + "', " + checks + ", character_set_results = NULL"
}

// accepts reports whether a statement and its values are short enough for the driver and the
// server. For a text that is too long the driver would report a bad connection.
func (f facts) accepts(query string, args []driver.NamedValue) bool {
	const header, perValue = 16, 16 // upper limits
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

// rules make a connection prepare only statements with values. Without values, an
// unprepared statement also costs only one round trip.
var rules = prepared.Rules{Unprepared: func(err error) bool {
	e, ok := errors.AsType[*mysql.MySQLError](err)
	return ok && slices.Contains(unprepared, e.Number)
}}

// unprepared are the numbers of errors after which a statement was not run, because the
// server does not prepare it, or no longer knows it, for example after a proxy has
// switched servers.
var unprepared = []uint16{
	1243, // ER_UNKNOWN_STMT_HANDLER
	1295, // ER_UNSUPPORTED_PS
	1461, // ER_MAX_PREPARED_STMT_COUNT_REACHED
	1615, // ER_NEED_REPREPARE
}
