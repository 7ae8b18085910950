package postgres

import "github.com/jackc/pgx/v5"

// known is what the adapter has found out about a connection of pgx's. It is kept
// with the connection, since it costs more to find than a call does.
type known struct {
	prepares bool // it is in the mode that keeps prepared statements
	socket   *socket
	prepared map[string]bool // statements that it was told to prepare
}

// knownOf returns what is known of a connection that no other call uses.
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
