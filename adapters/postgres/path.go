package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// database returns the encoding of the database and the first schema of the search path,
// whatever that is.
const database = `SELECT pg_catalog.current_setting('server_encoding') AS encoding,
	CAST((pg_catalog.current_schemas(true))[1] AS pg_catalog.text) AS first`

// databaseProblem returns why a database cannot hold all characters, or why its sessions
// would use other operators and functions than the server's own. It asks for the latter
// only if a schema is before pg_catalog: planning shadowed takes milliseconds.
func databaseProblem(ctx context.Context, q sqlx.QueryerContext) (string, error) {
	var encoding, first string
	if err := q.QueryRowxContext(ctx, database).Scan(&encoding, &first); err != nil {
		return "", err
	}
	if encoding != "UTF8" {
		return "the encoding of the database is " + encoding + ": its character set does not have all characters: it must be UTF8", nil
	}
	if first == "pg_catalog" {
		return "", nil
	}
	var texts []string
	if err := sqlx.SelectContext(ctx, q, &texts, shadowed); err != nil || len(texts) == 0 {
		return "", err
	}
	return texts[0], nil
}

// shadowed returns a row if the search path has a schema before pg_catalog, and that
// schema has objects that statements would use instead of the server's own. For example,
// an operator = for text could make two different ids equal. The schema pg_catalog is
// first unless the search path names it later. The query itself does not depend on the
// search path.
const shadowed = `SELECT pg_catalog.concat('the search path has ', shadows.what, ' before pg_catalog: let it not name pg_catalog, or name it first')
FROM (
	SELECT pg_catalog.concat('schema ', pg_catalog.quote_ident(path.name), ', with the ', found.kind, ' ', found.name,',') AS what
	FROM pg_catalog.unnest(pg_catalog.current_schemas(true)) WITH ORDINALITY AS path (name, place)
	JOIN pg_catalog.pg_namespace AS n ON n.nspname OPERATOR(pg_catalog.=) path.name
	CROSS JOIN LATERAL (
		SELECT 'operator' AS kind, CAST(o.oprname AS pg_catalog.text) AS name FROM pg_catalog.pg_operator AS o
		JOIN pg_catalog.pg_operator AS server ON server.oprname OPERATOR(pg_catalog.=) o.oprname
			AND server.oprleft OPERATOR(pg_catalog.=) o.oprleft AND server.oprright OPERATOR(pg_catalog.=) o.oprright
		WHERE o.oprnamespace OPERATOR(pg_catalog.=) n.oid AND server.oprnamespace OPERATOR(pg_catalog.=) CAST('pg_catalog' AS pg_catalog.regnamespace)
		UNION ALL
		SELECT 'function', CAST(f.proname AS pg_catalog.text) FROM pg_catalog.pg_proc AS f
		JOIN pg_catalog.pg_proc AS server ON server.proname OPERATOR(pg_catalog.=) f.proname
			AND server.proargtypes OPERATOR(pg_catalog.=) f.proargtypes
		WHERE f.pronamespace OPERATOR(pg_catalog.=) n.oid AND server.pronamespace OPERATOR(pg_catalog.=) CAST('pg_catalog' AS pg_catalog.regnamespace)
		UNION ALL
		SELECT 'type', CAST(t.typname AS pg_catalog.text) FROM pg_catalog.pg_type AS t
		JOIN pg_catalog.pg_type AS server ON server.typname OPERATOR(pg_catalog.=) t.typname
		WHERE t.typnamespace OPERATOR(pg_catalog.=) n.oid AND server.typnamespace OPERATOR(pg_catalog.=) CAST('pg_catalog' AS pg_catalog.regnamespace)
	) AS found
	WHERE path.place OPERATOR(pg_catalog.<) (
		SELECT own.place FROM pg_catalog.unnest(pg_catalog.current_schemas(true)) WITH ORDINALITY AS own (name, place)
		WHERE own.name OPERATOR(pg_catalog.=) CAST('pg_catalog' AS pg_catalog.name)
	)
	LIMIT 1
) AS shadows`
