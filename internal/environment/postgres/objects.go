package postgres

// objects are queries about a table. Their parameter is the table's name as a statement
// writes it. Those with $2 also need that of the table of sessions. {table} stands for the
// table's name in the results.
var objects = []string{
	// What exists instead of a table.
	`
SELECT 'table', '{table} behind a ' || CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
	WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'relation of another kind' END, ''
FROM pg_class WHERE oid = to_regclass(CAST($1 AS text)) AND relkind NOT IN ('r', 'p')`,

	// How the table is stored.
	`
SELECT 'table', '{table} ' || x.text, '' FROM pg_class AS c CROSS JOIN LATERAL (VALUES
	('set unlogged', c.relpersistence = 'u'), ('temporary', c.relpersistence = 't'), ('partitioned', c.relkind = 'p'),
	('enable row level security', c.relrowsecurity), ('force row level security', c.relforcerowsecurity),
	('replica identity full', c.relreplident = 'f'), ('replica identity nothing', c.relreplident = 'n'),
	('that others inherit from', c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid)),
	('inherit base', NOT c.relispartition AND EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid))
) AS x (text, applies) WHERE c.oid = to_regclass(CAST($1 AS text)) AND x.applies`,

	`
SELECT 'trigger', CASE WHEN tgconstraint <> 0 THEN 'constraint trigger ' ELSE '' END
	|| CASE WHEN tgtype & 2 = 2 THEN 'before ' WHEN tgtype & 64 = 64 THEN 'instead of ' ELSE 'after ' END
	|| concat_ws(' or ', CASE WHEN tgtype & 4 = 4 THEN 'insert' END, CASE WHEN tgtype & 16 = 16 THEN 'update' END,
		CASE WHEN tgtype & 8 = 8 THEN 'delete' END, CASE WHEN tgtype & 32 = 32 THEN 'truncate' END)
	|| ' on {table}'
	|| CASE WHEN tgconstraint = 0 THEN ' for each ' || CASE WHEN tgtype & 1 = 1 THEN 'row' ELSE 'statement' END ELSE '' END
	|| CASE WHEN tginitdeferred THEN ' deferrable initially deferred' WHEN tgdeferrable THEN ' deferrable' ELSE '' END, ''
FROM pg_trigger WHERE tgrelid = to_regclass(CAST($1 AS text)) AND NOT tgisinternal ORDER BY 2`,

	`
SELECT 'rule', 'do ' || CASE WHEN is_instead THEN 'instead nothing' ELSE 'also' END || ' on '
	|| CASE ev_type WHEN '2' THEN 'update' WHEN '3' THEN 'insert' WHEN '4' THEN 'delete' ELSE 'select' END || ' to {table}', ''
FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class
WHERE r.ev_class = to_regclass(CAST($1 AS text)) AND c.relkind IN ('r', 'p') ORDER BY 2`,

	// Constraints that Migrate does not create. Migrate creates the primary key on id
	// and the foreign key on user_id.
	`
SELECT CASE contype WHEN 'f' THEN 'foreign key' ELSE 'constraint' END,
	CASE WHEN contype <> 'f' THEN lower(regexp_replace(regexp_replace(pg_get_constraintdef(oid), '^CHECK \(\((.*)\)\)', 'CHECK (\1)'), '::text', '', 'g')) || ' on {table}'
		WHEN confrelid = conrelid THEN 'of {table} to itself'
		ELSE 'of {table}.' || (SELECT string_agg(attname, ', ') FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) || ' to another table' END, ''
FROM pg_constraint AS c WHERE conrelid = to_regclass(CAST($1 AS text)) AND contype IN ('c', 'u', 'x', 'f', 'p')
	AND NOT (contype = 'p' AND NOT condeferrable AND (SELECT array_agg(CAST(attname AS text)) FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) = ARRAY['id'])
	AND NOT (contype = 'f' AND (SELECT array_agg(CAST(attname AS text)) FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) = ARRAY['user_id'])
ORDER BY 2`,

	`
SELECT 'foreign key', 'of sessions to users'
	|| CASE confmatchtype WHEN 'f' THEN ' match full' ELSE '' END
	|| CASE confdeltype WHEN 'c' THEN ' on delete cascade' WHEN 'n' THEN ' on delete set null' WHEN 'd' THEN ' on delete set default' WHEN 'r' THEN ' on delete restrict' ELSE '' END
	|| CASE confupdtype WHEN 'c' THEN ' on update cascade' WHEN 'r' THEN ' on update restrict' ELSE '' END
	|| CASE WHEN condeferred THEN ' deferrable initially deferred' WHEN condeferrable THEN ' deferrable' ELSE '' END
	|| CASE WHEN NOT convalidated THEN ' not valid' ELSE '' END, ''
FROM pg_constraint AS c WHERE '{table}' = 'sessions' AND conrelid = to_regclass(CAST($1 AS text)) AND contype = 'f'
	AND (SELECT array_agg(CAST(attname AS text)) FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) = ARRAY['user_id']
ORDER BY 2`,

	`
SELECT DISTINCT 'foreign key', 'from another table to {table}'
	|| CASE confdeltype WHEN 'c' THEN ' on delete cascade' WHEN 'n' THEN ' on delete set null' WHEN 'd' THEN ' on delete set default' WHEN 'r' THEN ' on delete restrict' ELSE '' END
	|| CASE confupdtype WHEN 'c' THEN ' on update cascade' ELSE '' END
	|| CASE WHEN condeferred THEN ' deferrable initially deferred' ELSE '' END || CASE WHEN NOT convalidated THEN ' not valid' ELSE '' END, ''
FROM pg_constraint WHERE confrelid = to_regclass(CAST($1 AS text)) AND conrelid <> confrelid AND contype = 'f'
	AND conrelid IS DISTINCT FROM CAST(to_regclass(CAST($2 AS text)) AS oid)
ORDER BY 2`,

	// The user's indexes that have more effects than ours.
	`
SELECT 'index', lower(regexp_replace(pg_get_indexdef(indexrelid), '^CREATE (UNIQUE )?INDEX .* ON .* USING (btree )?', '\1INDEX act ON {table} '
	|| CASE am.amname WHEN 'btree' THEN '' ELSE 'USING ' END)), ''
FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid JOIN pg_am AS am ON am.oid = x.relam
WHERE i.indrelid = to_regclass(CAST($1 AS text)) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
	AND (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL OR am.amname <> 'btree' OR i.indnullsnotdistinct OR i.indnatts > 1 OR NOT i.indisvalid)
ORDER BY 2`,

	// The columns that every table has, if they differ from those that Migrate creates.
	`
SELECT 'column type', '{table}.' || attname || ' '
	|| regexp_replace(replace(replace(format_type(atttypid, atttypmod), 'character varying', 'varchar'), 'character(', 'char('), '^timestamp(\(\d\))? with time zone$', 'timestamptz\1'), ''
FROM pg_attribute WHERE attrelid = to_regclass(CAST($1 AS text)) AND NOT attisdropped
	AND attname IN ('id', 'user_id', 'created_at', 'active_until', 'expires_at', 'credential') AND format_type(atttypid, atttypmod) NOT IN ('text', 'timestamp(3) with time zone')
ORDER BY attnum`,
	`
SELECT 'collation', '{table}.' || attname || ' "' || collname || '"', ''
FROM pg_attribute JOIN pg_collation AS l ON l.oid = attcollation
WHERE attrelid = to_regclass(CAST($1 AS text)) AND NOT attisdropped AND attname IN ('id', 'user_id', 'credential') AND collname <> 'C'
ORDER BY attnum`,

	// Privileges that the role lacks.
	`
SELECT 'grant', 'no ' || p || ' on {table}', '' FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p
WHERE to_regclass(CAST($1 AS text)) IS NOT NULL AND NOT has_table_privilege(to_regclass(CAST($1 AS text)), p)`,
}
