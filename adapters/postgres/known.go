package postgres

import "github.com/jackc/pgx/v5"

// known is what the adapter knows about a pgx connection. It is stored with the connection,
// because finding it out costs more than a call.
type known struct {
	prepares bool // the connection is in the mode that keeps prepared statements
	socket   *socket
	prepared map[string]bool // statements that the adapter has prepared
}

// knownOf returns what is known about a connection. No other call may use the connection.
func knownOf(conn *pgx.Conn) *known {
	const key = "github.com/tenon-go/tenon/adapters/postgres"
	kept := conn.PgConn().CustomData()
	k, ok := kept[key].(*known)
	if !ok {
		k = &known{
			prepares: conn.Config().DefaultQueryExecMode == pgx.QueryExecModeCacheStatement,
			socket:   newSocket(conn.PgConn().Conn()),
			prepared: make(map[string]bool),
		}
		kept[key] = k
	}
	return k
}
