package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// unserving has a row on a server that may miss what another has acknowledged.
const unserving = "SELECT '" + isStandby + "' WHERE pg_catalog.pg_is_in_recovery()"

const isStandby = "the server is a standby, which may miss what was acknowledged: " +
	"name the primary, or all servers with target_session_attrs=read-write"

// errStandby is why a connection that leads to a standby is not used.
var errStandby = errors.New("postgres: " + isStandby)

// refuseStandby makes pgx try the next server if a new connection leads to
// a standby; it may lead elsewhere than the one before. That costs no round
// trip: a server says when a session starts whether it is one. PgBouncer repeats
// what it was told some time ago, so a standby is asked again. Then is what the
// data source name asks for, or nil.
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
