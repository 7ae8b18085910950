package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// unserving returns a row on a standby, which can miss writes that the primary has
// acknowledged.
const unserving = "SELECT '" + isStandby + "' WHERE pg_catalog.pg_is_in_recovery()"

const isStandby = "the server is a standby, which may miss what was acknowledged: " +
	"name the primary, or all servers with target_session_attrs=read-write"

// errStandby is the error of a connection to a standby.
var errStandby = errors.New("postgres: " + isStandby)

// refuseStandby makes pgx try the next server if a new connection leads to a standby. Each
// new connection can lead to another server. The check costs no round trip, because a
// server reports whether it is a standby when a session starts. PgBouncer repeats an
// older report, so if that says standby, the server is asked again. Then is the check
// that the data source name requests, or nil.
func refuseStandby(then pgconn.ValidateConnectFunc) pgconn.ValidateConnectFunc {
	return func(ctx context.Context, conn *pgconn.PgConn) error {
		if conn.ParameterStatus("in_hot_standby") == "on" {
			answer := conn.ExecParams(ctx, "SELECT pg_catalog.pg_is_in_recovery()", nil, nil, nil, nil).Read()
			if answer.Err != nil {
				return answer.Err
			}
			if string(answer.Rows[0][0]) == "t" {
				return errStandby
			}
		}
		if then == nil {
			return nil
		}
		return then(ctx, conn)
	}
}
